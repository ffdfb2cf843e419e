import { useEffect, useState } from 'react'
import { readCapture } from '../../electron/dissect/capture.ts'
import { audioAddress, exchangesOf } from '../../electron/dissect/exchanges.ts'
import { type RtpDatagram, type RtpStream, rtpStreams } from '../../electron/dissect/rtp-streams.ts'
import { phone } from '../state/connection.ts'
import type { Entry } from './conversations.ts'
import { bytesOfBase64 } from './save.ts'

/** The streams of a call: out of its file, or of what the phone has recorded. Undefined: not read yet. */
export function useCallStreams({ file, conversation }: Entry): readonly RtpStream[] | undefined {
  const [streams, setStreams] = useState<readonly RtpStream[] | undefined>(undefined)
  useEffect(() => {
    const messages = conversation.steps.map(({ read }) => read.message)
    const show = (rtp: readonly RtpDatagram[]) => setStreams(rtpStreams(ofCall(rtp), messages))
    const places = new Set(
      exchangesOf(conversation.steps).flatMap(({ offer, answer }) =>
        [offer, ...(answer ? [answer] : [])].flatMap((side) => {
          const at = audioAddress(side)
          return at === undefined ? [] : [`${at.address}:${at.port}`]
        }),
      ),
    )
    const ofCall = (rtp: readonly RtpDatagram[]) => {
      const own = rtp.filter(({ from, to }) => places.has(from) || places.has(to))
      // Behind a NAT the packets come from elsewhere than the descriptions say.
      return own.length > 0 ? own : rtp
    }
    if (file !== undefined) {
      show(file.capture.rtp)
      return undefined
    }
    let wanted = true
    phone()
      .request('trace.export', { sipCallId: conversation.sipCallId, format: 'pcap' })
      .then((answer) => {
        if (wanted) show('base64' in answer ? readCapture(bytesOfBase64(answer.base64)).rtp : [])
      })
      .catch(() => wanted && setStreams([]))
    return () => {
      wanted = false
    }
  }, [file, conversation])
  return streams
}
