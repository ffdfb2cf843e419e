import type { SessionConfig } from '../../native/protocol.ts'

/** What a session is told of a usual call to there: PCMU, 20 ms, both ways; RTCP on the next port. */
export function sessionConfig(
  { address, port }: { readonly address: string; readonly port: number },
  more: Partial<SessionConfig> = {},
): SessionConfig {
  return {
    remote: { address, rtpPort: port, rtcpPort: port + 1 },
    sending: true,
    receiving: true,
    codec: 'PCMU',
    payloadType: 0,
    receivePayloadTypes: { 0: 'PCMU', 8: 'PCMA' },
    telephoneEvent: { send: 101, receive: 101 },
    ptimeMs: 20,
    ...more,
  }
}
