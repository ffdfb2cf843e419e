import { connectionOf } from '../sdp/attributes.ts'
import type { TraceMessage } from '../phone/trace-message.ts'
import { readMessage, sdpOf } from '../dissect/read-message.ts'

/** Our own RTP and RTCP ports that the messages speak of, with the address that stands there. */
export function ownMedia(messages: readonly TraceMessage[]): Map<number, string> {
  const ports = new Map<number, string>()
  for (const message of messages) {
    if (message.direction !== 'out') continue
    const session = sdpOf(readMessage(message))
    for (const section of session?.media ?? []) {
      const address = session && connectionOf(session, section)?.address
      if (section.port === 0 || address === undefined) continue
      ports.set(section.port, address)
      ports.set(section.port + 1, address)
    }
  }
  return ports
}
