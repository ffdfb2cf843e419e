import type { TraceMessage } from '../../electron/phone/trace-message.ts'
import type { Datagram } from '../../electron/trace/frames.ts'
import { pcmu } from '../../native/codec/pcmu.ts'
import { writeRtcp } from '../../native/rtp/rtcp/write.ts'
import { sine } from './tone.ts'
import { captured, recordedAt, sdp, sip, type Written } from './written-trace.ts'

const [own, proxy] = ['192.168.11.20:5060', '192.168.11.175:5060']
const challenge = 'Proxy-Authenticate: Digest realm="office.lan", nonce="a41f0c7be2d95d03", algorithm=MD5, qop="auth"'
const proof =
  'Proxy-Authorization: Digest username="1001", realm="office.lan", nonce="a41f0c7be2d95d03", uri="sip:1002@office.lan", ' +
  'response="4c9b5e0a7e2f4d41a8d0f0f1c0a3b2d1", algorithm=MD5, qop=auth, cnonce="0a4f113b", nc=00000001'
const server = 'Server: Kamailio (5.8.4)'
const me = '<sip:1001@office.lan>;tag=6f1'
const her = '<sip:1002@office.lan>'
const herTagged = '<sip:1002@office.lan>;tag=as58'

const parts = (branch: string, cseq: string) => ({
  callId: '7c19e0d4-5b1a@192.168.11.20',
  cseq,
  branch,
  via: `SIP/2.0/UDP 192.168.11.20:5060;branch=${branch};rport`,
  from: me,
  to: her,
})
const first = parts('z9hG4bK1', '1 INVITE')
const second = parts('z9hG4bK2', '2 INVITE')
const offer = sdp('192.168.11.20', 8000, '0 8 101', [
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=ptime:20',
  'a=sendrecv',
])
const answer = sdp('192.168.11.31', 8000, '0 101', ['a=rtpmap:0 pcmu/8000'])
const contact = '<sip:1001@192.168.11.20:5060>'
const hers = '<sip:1002@192.168.11.31:5060>'

/** A call through a proxy that asks for the password: answered, and ended by the other side. */
export const officeCall: readonly Written[] = [
  [0, own, proxy, sip('INVITE sip:1002@office.lan SIP/2.0', { ...first, contact, body: offer })],
  [
    4,
    proxy,
    own,
    sip('SIP/2.0 407 Proxy Authentication Required', { ...first, to: herTagged, more: [challenge, server] }),
  ],
  [5, own, proxy, sip('ACK sip:1002@office.lan SIP/2.0', { ...first, cseq: '1 ACK', to: herTagged })],
  [7, own, proxy, sip('INVITE sip:1002@office.lan SIP/2.0', { ...second, contact, more: [proof], body: offer })],
  [10, proxy, own, sip('SIP/2.0 100 trying', { ...second, more: [server] })],
  [182, proxy, own, sip('SIP/2.0 180 Ringing', { ...second, to: herTagged, contact: hers })],
  [4310, proxy, own, sip('SIP/2.0 200 OK', { ...second, to: herTagged, contact: hers, body: answer })],
  [4312, own, proxy, sip('ACK sip:1002@192.168.11.31:5060 SIP/2.0', { ...parts('z9hG4bK3', '2 ACK'), to: herTagged })],
  [
    46_940,
    proxy,
    own,
    sip('BYE sip:1001@192.168.11.20:5060 SIP/2.0', {
      ...parts('z9hG4bKb', '1 BYE'),
      via: 'SIP/2.0/UDP 192.168.11.175:5060;branch=z9hG4bKb, SIP/2.0/UDP 192.168.11.31:5060;branch=z9hG4bKh',
      from: herTagged,
      to: me,
    }),
  ],
  [
    46_942,
    own,
    proxy,
    sip('SIP/2.0 200 OK', {
      ...parts('z9hG4bKb', '1 BYE'),
      via: 'SIP/2.0/UDP 192.168.11.175:5060;branch=z9hG4bKb, SIP/2.0/UDP 192.168.11.31:5060;branch=z9hG4bKh',
      from: herTagged,
      to: me,
    }),
  ],
]

const registration = (cseq: number, callId: string) => ({
  callId,
  cseq: `${cseq} REGISTER`,
  branch: `z9hG4bKr${cseq}`,
  via: `SIP/2.0/UDP 192.168.11.20:5060;branch=z9hG4bKr${cseq};rport`,
  from: '<sip:1009@office.lan>;tag=r',
  to: '<sip:1009@office.lan>',
})
const asks = 'WWW-Authenticate: Digest realm="office.lan", nonce="77aa", algorithm=MD5'
const wrong =
  'Authorization: Digest username="1009", realm="office.lan", nonce="77aa", uri="sip:office.lan", response="00", algorithm=MD5'

/** A wrong password. */
export const refusedRegistration: readonly Written[] = [
  [0, own, proxy, sip('REGISTER sip:office.lan SIP/2.0', { ...registration(1, 'r1'), contact })],
  [3, proxy, own, sip('SIP/2.0 401 Unauthorized', { ...registration(1, 'r1'), more: [asks, server] })],
  [5, own, proxy, sip('REGISTER sip:office.lan SIP/2.0', { ...registration(2, 'r1'), contact, more: [wrong] })],
  [8, proxy, own, sip('SIP/2.0 401 Unauthorized', { ...registration(2, 'r1'), more: [asks, server] })],
]

/** The two above and a call that nobody answers, as this phone has recorded them. */
export function officeTrace(): TraceMessage[] {
  const lost: Written[] = [0, 500, 1500, 3500].map((at) => [
    60_000 + at,
    own,
    '192.0.2.77:5060',
    sip('INVITE sip:1007@192.0.2.77 SIP/2.0', {
      ...parts('z9hG4bKl', '1 INVITE'),
      callId: 'lost@192.168.11.20',
      to: '<sip:1007@192.0.2.77>',
      contact,
      body: offer,
    }),
  ])
  const later = refusedRegistration.map(([at, ...rest]): Written => [50_000 + at, ...rest])
  return recordedAt(own, [...officeCall, ...later, ...lost])
}

/** As many messages as asked for, of one Call-ID: short questions and their answers. */
export function longTrace(count: number): TraceMessage[] {
  return captured(
    Array.from({ length: count }, (_, at): Written => {
      const parts = { callId: 'long', cseq: `${at >> 1} OPTIONS`, branch: `z9hG4bK${at >> 1}` }
      return at % 2 === 0
        ? [at * 10, own, proxy, sip('OPTIONS sip:office.lan SIP/2.0', parts)]
        : [at * 10, proxy, own, sip('SIP/2.0 200 OK', parts)]
    }),
  )
}

/**
 * The sound of the office call and its RTCP: what the other side sends is lost and late for a few seconds. Headers only,
 * or `whole` with a tone in it.
 */
export function officePackets(whole = false): Datagram[] {
  const began = Date.UTC(2026, 0, 1) + 4330
  const mine = { address: '192.168.11.20', port: 8000 }
  const theirs = { address: '192.168.11.31', port: 8000 }
  const [ssrc, hers] = [0xa07c3f92, 0x5d11e0a4]
  const one = (from: typeof mine, to: typeof mine, at: number, ssrc: number, lateMs: number): Datagram => {
    const payload = Buffer.alloc(whole ? 172 : 12)
    payload.writeUInt8(0x80, 0)
    payload.writeUInt16BE(at, 2)
    payload.writeUInt32BE(at * 160, 4)
    payload.writeUInt32BE(ssrc, 8)
    if (whole) pcmu.encode(sine(8000, 400, 160, 8000, at * 160), payload.subarray(12))
    return { atMicros: BigInt((began + at * 20 + lateMs) * 1000), transport: 'udp', from, to, payload, length: 172 }
  }
  /** Every five seconds she reports of us, half a second after we have reported to her. */
  const reports = Array.from({ length: 8 }, (_, at) => (at + 1) * 5000).flatMap((at): Datagram[] => {
    const sender = { ntp: [at, 0], rtpTimestamp: at * 8, packets: at / 20, octets: at * 8 } as const
    const report = {
      ssrc,
      fractionLost: at > 20_000 && at <= 25_000 ? 20 : 0,
      cumulativeLost: at > 20_000 ? 20 : 0,
      highestSequence: at / 20,
      jitter: at > 20_000 && at <= 25_000 ? 130 : 14,
      lastReport: (at << 16) >>> 0,
      delaySinceLastReport: 32_768,
    }
    const rtcp = (from: typeof mine, to: typeof mine, afterMs: number, payload: Uint8Array): Datagram => ({
      atMicros: BigInt((began + at + afterMs) * 1000),
      transport: 'udp',
      from: { ...from, port: 8001 },
      to: { ...to, port: 8001 },
      payload,
    })
    return [
      rtcp(mine, theirs, 0, writeRtcp([{ type: 'sender-report', ssrc, sender, reports: [] }])),
      rtcp(theirs, mine, 518, writeRtcp([{ type: 'sender-report', ssrc: hers, sender, reports: [report] }])),
    ]
  })
  const sound = Array.from({ length: 2130 }, (_, at) => at).flatMap((at) => {
    const bad = at > 900 && at < 1150
    const lost = bad && at % 9 < 4
    const late = bad ? (at % 7) * 6 : at % 3
    return [one(mine, theirs, at, ssrc, 0), ...(lost ? [] : [one(theirs, mine, at, hers, late)])]
  })
  return [...sound, ...reports].toSorted((one, other) => Number(one.atMicros - other.atMicros))
}

/** A message that went out over UDP; of what it says only the method is looked at. */
export const tracedMessage = (text: string, over: Partial<TraceMessage> = {}): TraceMessage => ({
  id: 1,
  at: '2026-01-02T03:04:05.678Z',
  monotonicMs: 0,
  direction: 'out',
  transport: 'udp',
  local: '10.0.0.1:5060',
  remote: '10.0.0.2:5070',
  sipCallId: 'c1',
  method: text.slice(0, text.indexOf(' ')),
  cseq: 1,
  branch: 'z9hG4bK1',
  retransmission: false,
  text,
  ...over,
})
