import type { TraceMessage } from '../../electron/phone/trace-message.ts'
import { summarise } from '../../electron/dissect/summary.ts'

/** One message of a written trace: when it passed (ms), from and to (`address:port`), and what. */
export type Written = readonly [atMs: number, from: string, to: string, text: string]

/** Messages as a capture has them. One that is the same as before is a retransmission. */
export function captured(written: readonly Written[]): TraceMessage[] {
  const seen = new Set<string>()
  return written.map(([atMs, from, to, text], at) => {
    const key = `${from} ${to} ${text}`
    const retransmission = seen.has(key)
    seen.add(key)
    return {
      id: at + 1,
      at: new Date(Date.UTC(2026, 0, 1) + atMs).toISOString(),
      monotonicMs: atMs,
      direction: 'out',
      transport: 'udp',
      local: from,
      remote: to,
      ...summarise(text),
      retransmission,
      text,
    }
  })
}

/** The same as this phone at `own` would have recorded it. */
export function recordedAt(own: string, written: readonly Written[]): TraceMessage[] {
  return captured(written).map((message) =>
    message.local === own ? message : { ...message, direction: 'in', local: message.remote, remote: message.local },
  )
}

interface Parts {
  readonly callId?: string
  readonly cseq?: string
  readonly branch?: string
  readonly via?: string
  readonly from?: string
  readonly to?: string
  readonly contact?: string
  readonly more?: readonly string[]
  readonly body?: string
}

/** A message with the headers that every one has. `start`: request line or status line. */
export function sip(start: string, parts: Parts = {}): string {
  const method = start.startsWith('SIP/') ? 'INVITE' : start.slice(0, start.indexOf(' '))
  const { callId = 'c1@alice', cseq = `1 ${method}`, branch = 'z9hG4bK1', body = '' } = parts
  return [
    start,
    `Via: ${parts.via ?? `SIP/2.0/UDP 192.0.2.1:5060;branch=${branch};rport`}`,
    `From: ${parts.from ?? '<sip:alice@office.lan>;tag=a'}`,
    `To: ${parts.to ?? '<sip:bob@office.lan>'}`,
    `Call-ID: ${callId}`,
    `CSeq: ${cseq}`,
    ...(parts.contact === undefined ? [] : [`Contact: ${parts.contact}`]),
    ...(parts.more ?? []),
    ...(body === '' ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

/** A session description with one audio section. */
export function sdp(address: string, port: number, formats = '0 8 101', more: readonly string[] = []): string {
  const maps = formats.split(' ').includes('101') ? ['a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'] : []
  const lines = [
    'v=0',
    `o=- 1 1 IN IP${address.includes(':') ? 6 : 4} ${address}`,
    's=-',
    `c=IN IP${address.includes(':') ? 6 : 4} ${address}`,
    't=0 0',
    `m=audio ${port} RTP/AVP ${formats}`,
    ...maps,
    ...more,
  ]
  return `${lines.join('\r\n')}\r\n`
}
