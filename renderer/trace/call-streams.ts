import { useEffect, useState } from 'react'
import { type Capture, readCapture } from '../../electron/dissect/capture.ts'
import { conversationOf } from '../../electron/dissect/conversation.ts'
import { CallPackets } from '../../electron/dissect/call-packets.ts'
import { reportsOn, roundTripOf, type StreamReports } from '../../electron/dissect/rtcp-reports.ts'
import { type RtpDatagram, type RtpStream, rtpStreams } from '../../electron/dissect/rtp-streams.ts'
import { phone } from '../state/connection.ts'
import type { Entry } from './conversations.ts'
import { bytesOfBase64 } from './save.ts'

export interface CallStream extends RtpStream {
  readonly reports: StreamReports
}

/** The sound of a call as packets. */
export interface CallStreams {
  readonly packets: readonly RtpDatagram[]
  readonly streams: readonly CallStream[]
  readonly roundTripMs: number | undefined
}

type Packets = Pick<Capture, 'messages' | 'rtp' | 'rtcp'>

/** A running call is read anew so often, and of it the last two minutes. */
const anewMs = 5000
const liveMs = 120_000

/** Whether only the end of it is shown, and grows. */
export const isRunning = ({ file, outline }: Entry): boolean =>
  file === undefined && outline.kind === 'call' && outline.state === 'answered'

/** The streams of a call: out of its file, or of what the phone has recorded. Undefined: not read yet. */
export function useCallStreams(entry: Entry): CallStreams | undefined {
  const { file, conversation } = entry
  const running = isRunning(entry)
  const [streams, setStreams] = useState<CallStreams | undefined>(undefined)
  useEffect(() => {
    const show = ({ messages: all, rtp, rtcp }: Packets) => {
      // Its messages as the packets have them: those of the trace have another clock.
      const messages = all.filter(({ sipCallId }) => sipCallId === conversation.sipCallId)
      const own = new CallPackets(rtp).of(conversationOf(messages, true))
      // Behind a NAT the packets come from elsewhere than the descriptions say; then they are known to be of this call
      // where there is no other.
      const alone = all.every(({ method, sipCallId }) => method !== 'INVITE' || sipCallId === conversation.sipCallId)
      const packets = own.length > 0 || !alone ? own : rtp
      const found = rtpStreams(packets, messages).map((stream) => ({ ...stream, reports: reportsOn(stream, rtcp) }))
      setStreams({ packets, streams: found, roundTripMs: roundTripOf(found.map(({ reports }) => reports)) })
    }
    if (file !== undefined) {
      show(file.capture)
      return undefined
    }
    let wanted = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = () =>
      phone()
        .request('trace.export', { sipCallId: conversation.sipCallId, format: 'pcap' })
        .then((answer) => {
          if (!wanted || !('base64' in answer)) return
          const capture = readCapture(bytesOfBase64(answer.base64))
          show(running ? lastOf(capture) : capture)
        })
        .catch(() => wanted && show({ messages: [], rtp: [], rtcp: [] }))
        .finally(() => {
          if (wanted && running) timer = setTimeout(ask, anewMs)
        })
    void ask()
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [file, conversation, running])
  return streams
}

function lastOf({ messages, rtp, rtcp }: Packets): Packets {
  const from = (rtp.at(-1)?.atMs ?? 0) - liveMs
  return { messages, rtp: rtp.filter(({ atMs }) => atMs >= from), rtcp: rtcp.filter(({ atMs }) => atMs >= from) }
}
