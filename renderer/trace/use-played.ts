import { useEffect, useState } from 'react'
import { type Played, StreamPlayer } from '../../electron/dissect/rtp-playout.ts'
import type { CallStream, CallStreams } from './call-streams.ts'

/** So long the page computes at a time. */
const sliceMs = 10

/** The stream as this phone plays it, with its sound where there is any. Undefined: being computed, beside all else. */
export function usePlayed({ packets, roundTripMs }: CallStreams, stream: CallStream): Played | undefined {
  const [played, setPlayed] = useState<{ readonly of: CallStream; readonly result: Played } | undefined>(undefined)
  useEffect(() => {
    const player = new StreamPlayer(packets, stream, { sound: true, ...(roundTripMs !== undefined && { roundTripMs }) })
    let timer = setTimeout(work)
    function work() {
      const until = performance.now() + sliceMs
      while (performance.now() < until) if (!player.step()) return setPlayed({ of: stream, result: player.result() })
      timer = setTimeout(work)
    }
    return () => clearTimeout(timer)
  }, [packets, stream, roundTripMs])
  // What was played of a running call stays in sight until more of it is.
  return played?.of.ssrc === stream.ssrc && played.of.from === stream.from ? played.result : undefined
}
