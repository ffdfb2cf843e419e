import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { answerOffer, beginNegotiation } from '../../electron/phone/offer-answer.ts'
import { connectionOf } from '../../electron/sdp/attributes.ts'
import { parseSdp } from '../../electron/sdp/parse.ts'
import { header, headers } from '../../electron/sip/message/headers.ts'
import type { SipRequest } from '../../electron/sip/message/message.ts'
import { parseNameAddr } from '../../electron/sip/message/name-addr.ts'
import { parseMessage } from '../../electron/sip/message/parse.ts'
import { parseUri } from '../../electron/sip/message/uri.ts'
import { requestFault } from '../../electron/sip/message/validate.ts'
import { parseVia, responseTarget } from '../../electron/sip/message/via.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { idle, Station } from '../support/station.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** The torture messages for IPv6 (RFC 5118 4), with the length of each body counted anew. */

interface Message {
  readonly section: string
  readonly title: string
  readonly start: string
  readonly lines: readonly string[]
  readonly sdp?: readonly string[]
}

const register = (host: string) => [
  'To: sip:user@example.com',
  'From: sip:user@example.com;tag=81x2',
  'Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111',
  'Call-ID: SSG9559905523997077@hlau_4100',
  `Contact: "Caller" <sip:caller@${host}>`,
  'CSeq: 98176 REGISTER',
  'Max-Forwards: 70',
]
const bye = (received: string) => [
  'To: sip:user@example.com;tag=bd76ya',
  'From: sip:user@example.com;tag=81x2',
  `Via: SIP/2.0/UDP [2001:db8::9:1];received=${received};branch=z9hG4bKas3-111`,
  'Call-ID: SSG9559905523997077@hlau_4100',
  'Max-Forwards: 70',
  'CSeq: 321 BYE',
]
const invite = (...lines: string[]) => [
  'To: sip:user@[2001:db8::10]',
  'From: sip:user@example.com;tag=81x2',
  'Call-ID: SSG9559905523997077@hlau_4100',
  'CSeq: 612 INVITE',
  'Max-Forwards: 70',
  'Content-Type: application/sdp',
  ...lines,
]
const options = (host: string) => [
  `To: sip:user@${host}`,
  'From: sip:user@example.com;tag=810x2',
  'Via: SIP/2.0/UDP lab1.east.example.com;branch=z9hG4bKas3-111',
  'Call-ID: G9559905523997077@hlau_4100',
  'CSeq: 689 OPTIONS',
  'Max-Forwards: 70',
]
const desk = 'Contact: "T. desk phone" <sip:ted@[::ffff:192.0.2.2]>'

const messages: Readonly<Record<string, Message>> = {
  'ipv6-good': {
    section: '4.1',
    title: 'a valid message with an IPv6 reference',
    start: 'REGISTER sip:[2001:db8::10] SIP/2.0',
    lines: register('[2001:db8::1]'),
  },
  'ipv6-bad': {
    section: '4.2',
    title: 'an IPv6 address without its brackets',
    start: 'REGISTER sip:2001:db8::10 SIP/2.0',
    lines: register('[2001:db8::1]'),
  },
  'port-ambiguous': {
    section: '4.3',
    title: 'a port inside the brackets',
    start: 'REGISTER sip:[2001:db8::10:5070] SIP/2.0',
    lines: register('[2001:db8::1]'),
  },
  'port-unambiguous': {
    section: '4.4',
    title: 'a port outside the brackets',
    start: 'REGISTER sip:[2001:db8::10]:5070 SIP/2.0',
    lines: register('[2001:db8::1]'),
  },
  'via-received-param-with-delim': {
    section: '4.5',
    title: 'received with brackets',
    start: 'BYE sip:[2001:db8::10] SIP/2.0',
    lines: bye('[2001:db8::9:255]'),
  },
  'via-received-param-no-delim': {
    section: '4.5',
    title: 'received without brackets',
    start: 'BYE sip:[2001:db8::10] SIP/2.0',
    lines: bye('2001:db8::9:255'),
  },
  'ipv6-in-sdp': {
    section: '4.6',
    title: 'IPv6 addresses in the session description',
    start: 'INVITE sip:user@[2001:db8::10] SIP/2.0',
    lines: invite(
      'Via: SIP/2.0/UDP [2001:db8::20];branch=z9hG4bKas3-111',
      'Contact: "Caller" <sip:caller@[2001:db8::20]>',
    ),
    sdp: [
      'v=0',
      'o=assistant 971731711378798081 0 IN IP6 2001:db8::20',
      "s=Live video feed for today's meeting",
      'c=IN IP6 2001:db8::20',
      't=3338481189 3370017201',
      'm=audio 6000 RTP/AVP 2',
      'a=rtpmap:2 G726-32/8000',
      'm=video 6024 RTP/AVP 107',
      'a=rtpmap:107 H263-1998/90000',
    ],
  },
  'mult-ip-in-header': {
    section: '4.7',
    title: 'addresses of both families in the header',
    start: 'BYE sip:user@host.example.net SIP/2.0',
    lines: [
      'Via: SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-111',
      'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781hjuaij65144',
      'Via: SIP/2.0/TCP [2001:db8::9:255];branch=z9hG4bK451jj;received=192.0.2.200',
      'Call-ID: 997077@lau_4100',
      'Max-Forwards: 70',
      'CSeq: 89187 BYE',
      'To: sip:user@example.net;tag=9817--94',
      'From: sip:user@example.com;tag=81x2',
    ],
  },
  'mult-ip-in-sdp': {
    section: '4.8',
    title: 'addresses of both families in the session description',
    start: 'INVITE sip:user@[2001:db8::10] SIP/2.0',
    lines: invite(
      'Via: SIP/2.0/UDP [2001:db8::9:1];branch=z9hG4bKas3-111',
      'Contact: "Caller" <sip:caller@[2001:db8::9:1]>',
    ),
    sdp: [
      'v=0',
      'o=bob 280744730 28977631 IN IP4 host.example.com',
      's=',
      't=0 0',
      'm=audio 22334 RTP/AVP 0',
      'c=IN IP4 192.0.2.1',
      'm=video 6024 RTP/AVP 107',
      'c=IN IP6 2001:db8::1',
      'a=rtpmap:107 H263-1998/90000',
    ],
  },
  'ipv4-mapped-ipv6': {
    section: '4.9',
    title: 'IPv4-mapped addresses',
    start: 'INVITE sip:user@example.com SIP/2.0',
    lines: invite(
      'Via: SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19',
      'Via: SIP/2.0/UDP [::ffff:192.0.2.2];branch=z9hG4bKas3-111',
      desk,
    ),
    sdp: [
      'v=0',
      'o=bob 280744730 28977631 IN IP6 ::ffff:192.0.2.2',
      's=',
      'c=IN IP6 ::ffff:192.0.2.2',
      't=0 0',
      'm=audio 22334 RTP/AVP 0',
    ],
  },
  'ipv6-bug-abnf-3-colons': {
    section: '4.10',
    title: 'a colon too many',
    start: 'OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0',
    lines: options('[2001:db8:::192.0.2.1]'),
  },
  'ipv6-correct-abnf-2-colons': {
    section: '4.10',
    title: 'the same without it',
    start: 'OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0',
    lines: options('[2001:db8::192.0.2.1]'),
  },
}

function bytesOf({ start, lines, sdp }: Message): Buffer {
  const body = sdp === undefined ? '' : `${sdp.join('\r\n')}\r\n`
  return Buffer.from([start, ...lines, `Content-Length: ${body.length}`, '', body].join('\r\n'))
}

function read(name: string): SipRequest {
  const result = parseMessage(bytesOf(messages[name] as Message))
  assert.ok(result.ok && result.message.kind === 'request', name)
  assert.equal(requestFault(result.message), null, name)
  return result.message
}

const sdpOf = (request: SipRequest) => Buffer.from(request.body).toString()
const hostOf = (uri: string) => {
  const { host, port } = parseUri(uri) ?? {}
  return [host, port]
}

suite('RFC 5118: IPv6', () => {
  test('4.2: the one that is not valid is refused with 400', () => {
    const result = parseMessage(bytesOf(messages['ipv6-bad'] as Message))
    const status =
      result.ok && result.message.kind === 'request'
        ? requestFault(result.message)?.status
        : !result.ok && result.status
    assert.equal(status, 400)
  })

  test('4.1, 4.3, 4.4: what is address and what is port', () => {
    assert.deepEqual(hostOf(read('ipv6-good').uri), ['2001:db8::10', undefined])
    assert.deepEqual(hostOf(read('port-ambiguous').uri), ['2001:db8::10:5070', undefined])
    assert.deepEqual(hostOf(read('port-unambiguous').uri), ['2001:db8::10', 5070])
    const contact = parseNameAddr(header(read('ipv6-good'), 'Contact') ?? '')
    assert.deepEqual([contact?.displayName, ...hostOf(contact?.uri ?? '')], ['Caller', '2001:db8::1', undefined])
  })

  test('4.5, 4.7: where the answer goes', () => {
    for (const name of ['via-received-param-with-delim', 'via-received-param-no-delim']) {
      const via = parseVia(header(read(name), 'Via') ?? '')
      assert.equal(via && responseTarget(via).host, '2001:db8::9:255', name)
    }
    const vias = headers(read('mult-ip-in-header'), 'Via').map((value) => parseVia(value))
    assert.deepEqual(
      vias.map((via) => [via?.transport, via?.host, via?.port]),
      [
        ['UDP', '2001:db8::9:1', 6050],
        ['UDP', '192.0.2.1', undefined],
        ['TCP', '2001:db8::9:255', undefined],
      ],
    )
  })

  test('4.6, 4.8, 4.9: session descriptions; what we share of them is taken, of the rest each stream is refused', () => {
    const local = { rtpPort: 8_000, rtcpPort: 8_001, codecs: ['PCMU', 'PCMA'], hold: false } as const
    const answer = (name: string, address: string, source: string) =>
      answerOffer(beginNegotiation('1'), sdpOf(read(name)), { ...local, address, source })
    const six = parseSdp(sdpOf(read('ipv6-in-sdp')))
    assert.ok(six.ok)
    assert.deepEqual(six.session.connection, { family: 6, address: '2001:db8::20' })
    // G.726 and video: nothing shared
    const none = answer('ipv6-in-sdp', '2001:db8::10', '2001:db8::20')
    assert.deepEqual([none.ok, !none.ok && none.status], [false, 488])
    const both = answer('mult-ip-in-sdp', '192.0.2.7', '192.0.2.1')
    assert.ok(both.ok)
    assert.equal(both.config.remote.address, '192.0.2.1')
    assert.match(both.sdp, /m=audio 8000 RTP\/AVP 0\r\n/)
    assert.match(both.sdp, /m=video 0 RTP\/AVP 107\r\n/)
    const parsed = parseSdp(sdpOf(read('mult-ip-in-sdp')))
    assert.ok(parsed.ok)
    assert.deepEqual(
      parsed.session.media.map((section) => connectionOf(parsed.session, section)?.family),
      [4, 6],
    )
    const mapped = answer('ipv4-mapped-ipv6', '2001:db8::10', '2001:db8::20')
    assert.ok(mapped.ok)
    assert.equal(mapped.config.remote.address, '::ffff:192.0.2.2')
  })

  test('4.10: a colon too many means the same address', () => {
    const [three, two] = ['ipv6-bug-abnf-3-colons', 'ipv6-correct-abnf-2-colons'].map((name) => hostOf(read(name).uri))
    assert.deepEqual(three, two)
    assert.deepEqual(two, ['2001:db8::192.0.2.1', undefined])
  })

  for (const [name, message] of Object.entries(messages)) {
    test(`${message.section} ${name}, ${message.title}: answered over IPv6, and nothing stays`, async () => {
      const time = new VirtualTime()
      const net = new LossyNet(time, 1)
      const phone = await Station.open(net, time, '2001:db8::10')
      const peer = net.bind('2001:db8::99')
      const answers: string[] = []
      net.drop = (bytes, from) => {
        if (from.address === phone.address) answers.push(Buffer.from(bytes).toString().split(' ')[1] ?? '')
        return false
      }
      phone.handle = ({ method }, { transactionId }) => {
        if (method !== 'ACK') void phone.respond(transactionId, 486)
      }
      peer.send(bytesOf(message), { transport: 'udp', address: phone.address, port: 5060 }, () => {})
      await time.advance(100)
      const [method = ''] = message.start.split(' ')
      const expected = name === 'ipv6-bad' ? '400' : ({ BYE: '481', REGISTER: '405' }[method] ?? '486')
      assert.equal(answers.at(-1), expected)
      await time.advance(200_000)
      assert.deepEqual([phone.faults, phone.engine.counts()], [[], idle])
    })
  }
})
