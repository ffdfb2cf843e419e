import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  answerOffer,
  beginNegotiation,
  describeCapabilities,
  type LocalMedia,
  makeOffer,
  refusalOfOffer,
  takeAnswer,
} from '../../electron/phone/offer-answer.ts'
import { parseSdp } from '../../electron/sdp/parse.ts'
import { peerSdp } from '../support/phone-bench.ts'

const ours: LocalMedia = {
  address: '192.0.2.1',
  rtpPort: 8000,
  rtcpPort: 8001,
  codecs: ['PCMU', 'PCMA'],
  hold: false,
  source: '192.0.2.2',
}

function answer(offer: string, local: Partial<LocalMedia> = {}) {
  const result = answerOffer(beginNegotiation('1'), offer, { ...ours, ...local })
  assert.ok(result.ok, JSON.stringify(result))
  return result
}

const head = ['v=0', 'o=bob 1 1 IN IP4 192.0.2.2', 's=-', 'c=IN IP4 192.0.2.2', 't=0 0']

/** What an offer with these lines after `t=` gets. */
function answerTo(lines: readonly string[], local: Partial<LocalMedia> = {}) {
  return answerOffer(beginNegotiation('1'), [...head, ...lines, ''].join('\r\n'), { ...ours, ...local })
}

const mediaLines = (sdp: string) => sdp.split('\r\n').filter((line) => line.startsWith('m='))

test('an offer, whole', () => {
  const { sdp } = makeOffer(beginNegotiation('42'), ours)
  const lines = [
    'v=0',
    'o=- 42 42 IN IP4 192.0.2.1',
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    'm=audio 8000 RTP/AVP 0 8 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=rtcp-mux',
    'a=ptime:20',
    'a=sendrecv',
    '',
  ]
  assert.equal(sdp, lines.join('\r\n'))
})

test('an answer, whole', () => {
  const { sdp, config } = answer(peerSdp({ formats: '18 8 0 101', extra: ['a=ptime:30'] }))
  const lines = [
    'v=0',
    'o=- 1 1 IN IP4 192.0.2.1',
    's=-',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    'm=audio 8000 RTP/AVP 8 0 101',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-15',
    'a=ptime:30',
    'a=sendrecv',
    '',
  ]
  assert.equal(sdp, lines.join('\r\n'))
  assert.deepEqual(config, {
    remote: { address: '192.0.2.2', rtpPort: 30_000, rtcpPort: 30_001 },
    sending: true,
    receiving: true,
    codec: 'PCMA',
    payloadType: 8,
    receivePayloadTypes: { 0: 'PCMU', 8: 'PCMA' },
    telephoneEvent: { send: 101, receive: 101 },
    ptimeMs: 30,
  })
})

test('the order of the codecs is the offerer’s; what is switched off here is not shared', () => {
  assert.equal(answer(peerSdp({ formats: '8 0' }), { codecs: ['PCMU', 'PCMA'] }).config.codec, 'PCMA')
  assert.equal(answer(peerSdp({ formats: '8 0' }), { codecs: ['PCMU'] }).config.codec, 'PCMU')
  assert.match(makeOffer(beginNegotiation('1'), { ...ours, codecs: ['PCMA', 'PCMU'] }).sdp, /RTP\/AVP 8 0 101/)
})

test('each side numbers its own payload types', () => {
  const { negotiation } = makeOffer(beginNegotiation('1'), ours)
  const dynamic = ['a=rtpmap:96 telephone-event/8000', 'a=rtpmap:110 pcma/8000/1']
  const taken = takeAnswer(negotiation, peerSdp({ formats: '110 96', extra: dynamic }), ours)
  assert.ok(taken.ok)
  assert.deepEqual(
    [taken.config.codec, taken.config.payloadType, taken.config.telephoneEvent, taken.config.receivePayloadTypes],
    ['PCMA', 110, { send: 96, receive: 101 }, { 0: 'PCMU', 8: 'PCMA' }],
  )
  const asked = answer(peerSdp({ formats: '110 96', extra: dynamic }))
  assert.match(asked.sdp, /RTP\/AVP 110 96\r\n/)
  assert.deepEqual(asked.config.receivePayloadTypes, { 110: 'PCMA' })
  assert.deepEqual(asked.config.telephoneEvent, { send: 96, receive: 96 })
  // RFC 3264 8.3.2: the numbers stay what they were.
  assert.match(makeOffer(asked.negotiation, ours).sdp, /RTP\/AVP 110 0 96\r\n/)
})

test('a codec that took our number for events leaves the events another', () => {
  const asked = answer(peerSdp({ formats: '101', extra: [] }).replace(/telephone-event/, 'PCMU'))
  assert.equal(asked.config.telephoneEvent, undefined)
  assert.match(makeOffer(asked.negotiation, ours).sdp, /RTP\/AVP 101 8 100\r\n/)
})

test('directions (RFC 3264 6.1 and 8.4)', () => {
  const table = [
    // offered, we hold, answered, sending, receiving, the peer holds
    ['sendrecv', false, 'sendrecv', true, true, false],
    ['sendonly', false, 'recvonly', false, true, true],
    ['recvonly', false, 'sendonly', true, false, false],
    ['inactive', false, 'inactive', false, false, true],
    ['sendrecv', true, 'sendonly', false, false, false],
    ['sendonly', true, 'inactive', false, false, true],
    ['recvonly', true, 'sendonly', false, false, false],
    ['inactive', true, 'inactive', false, false, true],
  ] as const
  for (const [offered, hold, answered, sending, receiving, remoteHold] of table) {
    const { sdp, config, negotiation } = answer(peerSdp({ extra: [`a=${offered}`] }), { hold })
    const is = [/a=(sendrecv|sendonly|recvonly|inactive)/.exec(sdp)?.[1], config.sending, config.receiving]
    assert.deepEqual([...is, negotiation.remoteHold], [answered, sending, receiving, remoteHold], `${offered} ${hold}`)
  }
})

test('streams that are not wanted keep their place at port 0', () => {
  const result = answerTo([
    'm=video 40000 RTP/AVP 31',
    'm=audio 30000 RTP/SAVP 0',
    'm=audio 30002 RTP/AVP 0',
    'm=audio 30004 RTP/AVP 8',
    'm=application 50000 UDP/DTLS/SCTP webrtc-datachannel',
    'm=image 0 udptl t38',
  ])
  assert.ok(result.ok)
  assert.deepEqual(mediaLines(result.sdp), [
    'm=video 0 RTP/AVP 31',
    'm=audio 0 RTP/SAVP 0',
    'm=audio 8000 RTP/AVP 0',
    'm=audio 0 RTP/AVP 8',
    'm=application 0 UDP/DTLS/SCTP webrtc-datachannel',
    'm=image 0 udptl t38',
  ])
  assert.equal(result.config.remote.rtpPort, 30_002)
  // RFC 3264 8: a later offer of ours keeps all six.
  const again = makeOffer(result.negotiation, { ...ours, hold: true })
  assert.equal(mediaLines(again.sdp).length, 6)
  assert.equal(mediaLines(again.sdp)[2], 'm=audio 8000 RTP/AVP 0 8 101')
  const taken = takeAnswer(again.negotiation, result.sdp.replaceAll('192.0.2.1', '192.0.2.2'), { ...ours, hold: true })
  assert.ok(taken.ok)
  assert.equal(taken.config.remote.rtpPort, 8000, 'of the third section')
})

test('profiles: AVPF is answered as AVPF, encryption is not', () => {
  const feedback = answerTo(['m=audio 30000 RTP/AVPF 0', 'a=rtcp-fb:* trr-int 1000'])
  assert.ok(feedback.ok)
  assert.deepEqual(mediaLines(feedback.sdp), ['m=audio 8000 RTP/AVPF 0'])
  assert.doesNotMatch(feedback.sdp, /rtcp-fb/)
  for (const protocol of ['RTP/SAVP', 'RTP/SAVPF', 'UDP/TLS/RTP/SAVPF', 'TCP/RTP/AVP', 'udp']) {
    const result = answerTo([`m=audio 30000 ${protocol} 0`])
    assert.deepEqual(result.ok ? 'agreed' : result.status, 488, protocol)
  }
})

test('RFC 5761: RTCP over the RTP port is offered, and answered when offered', () => {
  const muxed = answer(peerSdp({ extra: ['a=rtcp-mux', 'a=rtcp:40000'] }))
  assert.match(muxed.sdp, /\r\na=rtcp-mux\r\n/)
  assert.deepEqual([muxed.config.rtcpMux, muxed.config.remote.rtcpPort], [true, 30_000])
  const apart = answer(peerSdp({ extra: ['a=rtcp:40000'] }))
  assert.doesNotMatch(apart.sdp, /rtcp-mux/)
  assert.deepEqual([apart.config.rtcpMux, apart.config.remote.rtcpPort], [undefined, 40_000])
  const { negotiation } = makeOffer(beginNegotiation('1'), ours)
  for (const [extra, expected] of [
    [['a=rtcp-mux'], true],
    [[], undefined],
  ] as const) {
    const taken = takeAnswer(negotiation, peerSdp({ extra }), ours)
    assert.ok(taken.ok)
    assert.equal(taken.config.rtcpMux, expected)
  }
})

test('nothing to agree on', () => {
  for (const lines of [[], ['m=audio 30000 RTP/AVP 18'], ['m=audio 0 RTP/AVP 0'], ['m=video 30000 RTP/AVP 31']]) {
    const result = answerTo(lines)
    assert.deepEqual(result.ok ? 'agreed' : result.status, 488, lines.join())
    assert.deepEqual(refusalOfOffer([...head, ...lines, ''].join('\r\n'), ours), result)
  }
  assert.equal(answerTo(['m=audio 30000 RTP/AVP 0', 'c=IN IP4 224.2.1.1/127']).ok, false, 'no group')
  for (const text of ['', 'hello', 'v=1\r\nm=audio 1 RTP/AVP 0\r\n', 'v=0\r\nm=audio x RTP/AVP 0\r\n']) {
    const result = answerOffer(beginNegotiation('1'), text, ours)
    assert.deepEqual(result.ok ? 'agreed' : result.status, 400, text)
    assert.deepEqual(refusalOfOffer(text, ours), result)
  }
})

test('where packets go', () => {
  const table: readonly [string, string, string, boolean][] = [
    // offered, signalling source, used, explained
    ['192.0.2.77', '192.0.2.2', '192.0.2.77', false],
    ['127.0.0.1', '192.0.2.2', '192.0.2.2', true],
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', false],
    ['127.0.0.2', '127.0.0.1', '127.0.0.2', false],
    ['0.0.0.0', '192.0.2.2', '192.0.2.2', true],
    ['phone.example', '192.0.2.2', '192.0.2.2', true],
    ['2001:db8::1', '2001:db8::2', '2001:db8::1', false],
    ['::1', '2001:db8::2', '2001:db8::2', true],
    ['2001:db8::1', '192.0.2.2', '192.0.2.2', true],
    ['10.1.2.3', '198.51.100.7', '10.1.2.3', false],
  ]
  for (const [offered, source, used, explained] of table) {
    const { config, notes } = answer(peerSdp({ address: offered }), { source })
    assert.deepEqual([config.remote.address, notes.length > 0], [used, explained], `${offered} from ${source}`)
  }
})

test('c=0.0.0.0 means hold only in a running call', () => {
  const first = answer(peerSdp({ address: '0.0.0.0' }))
  assert.equal(first.negotiation.remoteHold, false)
  const later = answerOffer(answer(peerSdp()).negotiation, peerSdp({ address: '0.0.0.0' }), ours)
  assert.ok(later.ok)
  assert.deepEqual([later.negotiation.remoteHold, later.config.sending, later.notes], [true, false, []])
  assert.match(later.sdp, /a=recvonly/)
})

test('IPv6', () => {
  const { sdp } = answer(peerSdp({ address: '2001:db8::2' }), { address: '2001:db8::1', source: '2001:db8::2' })
  assert.match(sdp, /o=- 1 1 IN IP6 2001:db8::1\r\n/)
  assert.match(sdp, /c=IN IP6 2001:db8::1\r\n/)
})

test('ptime: what the peer wants, 10 to 60 ms in steps of 10', () => {
  const table: readonly [readonly string[], number][] = [
    [[], 20],
    [['a=ptime:10'], 10],
    [['a=ptime:60'], 60],
    [['a=ptime:25'], 20],
    [['a=ptime:5'], 10],
    [['a=ptime:200'], 60],
    [['a=ptime:40', 'a=maxptime:30'], 30],
    [['a=maxptime:10'], 10],
    [['a=ptime:0'], 20],
    [['a=ptime:nonsense'], 20],
    [['a=ptime:99999999999'], 20],
  ]
  for (const [extra, ptimeMs] of table) {
    const { config, sdp } = answer(peerSdp({ extra }))
    assert.equal(config.ptimeMs, ptimeMs, extra.join())
    assert.match(sdp, new RegExp(`a=ptime:${ptimeMs}\r\n`))
  }
})

test('RTCP: the next port unless a=rtcp says otherwise, on both sides', () => {
  assert.equal(answer(peerSdp({ extra: ['a=rtcp:31234'] })).config.remote.rtcpPort, 31_234)
  assert.equal(answer(peerSdp({ extra: ['a=rtcp:31234 IN IP4 192.0.2.2'] })).config.remote.rtcpPort, 31_234)
  assert.equal(answer(peerSdp({ extra: ['a=rtcp:31234 IN IP4 192.0.2.99'] })).config.remote.rtcpPort, 30_001)
  assert.equal(answer(peerSdp({ extra: ['a=rtcp:0'] })).config.remote.rtcpPort, 30_001)
  assert.equal(answer(peerSdp({ port: 65_535 })).config.remote.rtcpPort, 65_535)
  assert.match(answer(peerSdp(), { rtcpPort: 9001 }).sdp, /a=rtcp:9001\r\n/)
  assert.doesNotMatch(answer(peerSdp()).sdp, /a=rtcp:/)
})

test('the version moves with the content and only then (RFC 3264 8)', () => {
  const first = makeOffer(beginNegotiation('5'), ours)
  const same = makeOffer(first.negotiation, ours)
  assert.equal(same.sdp, first.sdp)
  const held = makeOffer(same.negotiation, { ...ours, hold: true })
  assert.match(held.sdp, /o=- 5 6 /)
  assert.match(makeOffer(held.negotiation, ours).sdp, /o=- 5 7 /)
})

test('the codec in use comes first when we offer again', () => {
  const { negotiation } = answer(peerSdp({ formats: '8' }))
  assert.match(makeOffer(negotiation, { ...ours, hold: true }).sdp, /RTP\/AVP 8 0 101\r\n/)
})

test('telephone-event at the clock rate of G.711 is chosen among several', () => {
  const rates = ['a=rtpmap:99 telephone-event/48000', 'a=rtpmap:100 telephone-event/16000']
  const { config, sdp } = answer(peerSdp({ formats: '0 99 100 101', extra: rates }))
  assert.deepEqual(config.telephoneEvent, { send: 101, receive: 101 })
  assert.match(sdp, /RTP\/AVP 0 101\r\n/)
  assert.equal(answer(peerSdp({ formats: '0 99', extra: rates })).config.telephoneEvent, undefined)
})

test('an audio stream that the peer switches off holds the call, and comes back', () => {
  const running = answer(peerSdp())
  const off = answerOffer(running.negotiation, peerSdp({ port: 0 }), ours)
  assert.ok(off.ok)
  assert.deepEqual(mediaLines(off.sdp), ['m=audio 0 RTP/AVP 0 8 101'])
  assert.deepEqual([off.config.sending, off.config.receiving, off.negotiation.remoteHold], [false, false, true])
  const on = answerOffer(off.negotiation, peerSdp(), ours)
  assert.ok(on.ok)
  assert.deepEqual([on.config.sending, on.negotiation.remoteHold], [true, false])
})

test('an answer that is none', () => {
  const { negotiation } = makeOffer(beginNegotiation('1'), ours)
  for (const text of ['', 'v=0\r\n', peerSdp({ port: 0 }), peerSdp({ formats: '18' })]) {
    assert.equal(takeAnswer(negotiation, text, ours).ok, false, text)
  }
})

test('capabilities for OPTIONS have port 0 (RFC 3264 9)', () => {
  const sdp = describeCapabilities('9', '192.0.2.1', ['PCMA'])
  assert.deepEqual(mediaLines(sdp), ['m=audio 0 RTP/AVP 8 101'])
  assert.ok(parseSdp(sdp).ok)
})

test('what real phones send is agreed with as plain G.711', () => {
  const folder = join(import.meta.dirname, '../sip/samples')
  const seen = { offers: 0, answers: 0 }
  for (const file of readdirSync(folder)) {
    const [head = '', body = ''] = readFileSync(join(folder, file), 'latin1').split('\r\n\r\n', 2)
    if (!body.startsWith('v=0')) continue
    const isAnswer = head.startsWith('SIP/2.0')
    const local = { ...ours, source: '127.0.0.1', address: '127.0.0.1' }
    const result = isAnswer
      ? takeAnswer(makeOffer(beginNegotiation('1'), local).negotiation, body, local)
      : answerOffer(beginNegotiation('1'), body, local)
    assert.ok(result.ok, `${file}: ${JSON.stringify(result)}`)
    if (!isAnswer) {
      assert.equal(refusalOfOffer(body, local), undefined, file)
      const mandatory = { policy: 'mandatory', newKey: () => '' } as const
      assert.equal(refusalOfOffer(body, { ...local, srtp: mandatory })?.status, 488, `${file} is in clear`)
    }
    seen[isAnswer ? 'answers' : 'offers']++
    const { config } = result
    assert.deepEqual([config.codec, config.payloadType, config.ptimeMs], ['PCMU', 0, 20], file)
    assert.deepEqual(config.telephoneEvent, { send: 101, receive: 101 }, file)
    // With ICE the session's c= is the loopback and the media's is not.
    const media = /m=audio[^]*?c=IN IP4 ([\d.]+)/.exec(body)?.[1] ?? '127.0.0.1'
    assert.equal(config.remote.address, media, file)
    if ('sdp' in result) assert.match(String(result.sdp), /m=audio 8000 RTP\/AVPF? 0 (?:8 )?101\r\n/, file)
  }
  assert.ok(seen.offers >= 10 && seen.answers >= 5, JSON.stringify(seen))
})

test('comfort noise is offered and accepted by those who send less in silence, and by no others', () => {
  const quiet = { ...ours, suppressSilence: true }
  const { sdp, negotiation } = makeOffer(beginNegotiation('1'), quiet)
  assert.match(sdp, /m=audio 8000 RTP\/AVP 0 8 13 101\r\n/)
  assert.match(sdp, /a=rtpmap:13 CN\/8000\r\n/)
  const agreed = takeAnswer(negotiation, peerSdp({ formats: '0 13 101' }), quiet)
  assert.ok(agreed.ok)
  assert.deepEqual([agreed.config.suppressSilence, agreed.config.comfortNoise], [true, 13])
  const without = takeAnswer(negotiation, peerSdp({ formats: '0 101' }), quiet)
  assert.ok(without.ok)
  assert.deepEqual([without.config.suppressSilence, without.config.comfortNoise], [true, undefined])
  const offered = answer(peerSdp({ formats: '0 13' }), { suppressSilence: true })
  assert.deepEqual([offered.config.comfortNoise, mediaLines(offered.sdp)], [13, ['m=audio 8000 RTP/AVP 0 13']])
  const plain = answer(peerSdp({ formats: '0 13' }))
  assert.deepEqual([plain.config.suppressSilence, mediaLines(plain.sdp)], [undefined, ['m=audio 8000 RTP/AVP 0']])
})

const wide: Partial<LocalMedia> = { codecs: ['PCMU', 'PCMA', 'G722'] }

test('G.722 says 8000 Hz, whatever its sound has (RFC 3551 4.5.2); who prefers it gets it', () => {
  const { sdp } = makeOffer(beginNegotiation('1'), { ...ours, codecs: ['G722', 'PCMU'] })
  assert.match(sdp, /m=audio 8000 RTP\/AVP 9 0 101\r\na=rtpmap:9 G722\/8000\r\n/)
  const preferred = answerTo(['m=audio 30000 RTP/AVP 9 0'], wide)
  assert.ok(preferred.ok)
  assert.deepEqual([preferred.config.codec, preferred.config.payloadType], ['G722', 9])
  assert.deepEqual(preferred.config.receivePayloadTypes, { 0: 'PCMU', 9: 'G722' })
  const numbered = answerTo(['m=audio 30000 RTP/AVP 96 8', 'a=rtpmap:96 g722/8000'], wide)
  assert.ok(numbered.ok)
  assert.deepEqual([numbered.config.codec, numbered.config.payloadType], ['G722', 96])
  assert.match(numbered.sdp, /m=audio 8000 RTP\/AVP 96 8\r\na=rtpmap:96 G722\/8000\r\n/)
  const last = answerTo(['m=audio 30000 RTP/AVP 0 9'], wide)
  assert.equal(last.ok && last.config.codec, 'PCMU')
  const without = answerTo(['m=audio 30000 RTP/AVP 9'])
  assert.deepEqual(without.ok || without.status, 488)
})

test('the codec changes within a call, either way, and a hold keeps the one in use', () => {
  const local = { ...ours, ...wide }
  const begun = makeOffer(beginNegotiation('1'), local)
  const body = (formats: string) =>
    [
      'v=0',
      'o=bob 1 1 IN IP4 192.0.2.2',
      's=-',
      'c=IN IP4 192.0.2.2',
      't=0 0',
      `m=audio 30000 RTP/AVP ${formats}`,
      '',
    ].join('\r\n')
  const first = takeAnswer(begun.negotiation, body('0 9'), local)
  assert.ok(first.ok)
  assert.equal(first.config.codec, 'PCMU')
  const wider = answerOffer(first.negotiation, body('9 0'), local)
  assert.ok(wider.ok)
  assert.equal(wider.config.codec, 'G722')
  const hold = makeOffer(wider.negotiation, { ...local, hold: true })
  assert.match(hold.sdp, /m=audio 8000 RTP\/AVP 9 0 8 101\r\n/)
  const back = answerOffer(wider.negotiation, body('8'), local)
  assert.ok(back.ok)
  assert.equal(back.config.codec, 'PCMA')
})

const opusLines = [
  'a=rtpmap:107 opus/48000/2',
  'a=fmtp:107 maxplaybackrate=24000; useinbandfec=1;maxaveragebitrate=20000',
]
const withOpus: Partial<LocalMedia> = { codecs: ['PCMU', 'Opus'] }

test('Opus in an offer: always 48000 and 2 (RFC 7587 7), events by both clocks', () => {
  const { sdp } = makeOffer(beginNegotiation('1'), { ...ours, codecs: ['Opus', 'PCMU'] })
  assert.deepEqual(mediaLines(sdp), ['m=audio 8000 RTP/AVP 96 0 101 102'])
  for (const line of [
    'a=rtpmap:96 opus/48000/2',
    'a=fmtp:96 maxplaybackrate=16000;sprop-maxcapturerate=16000;stereo=0;sprop-stereo=0;useinbandfec=1',
    'a=rtpmap:101 telephone-event/8000',
    'a=rtpmap:102 telephone-event/48000',
  ])
    assert.ok(sdp.includes(`${line}\r\n`), line)
})

test('Opus in an answer: the peer’s number and wishes, events by its clock if it knows that', () => {
  const events = ['a=rtpmap:101 telephone-event/8000', 'a=rtpmap:110 telephone-event/48000']
  const both = answer(peerSdp({ formats: '107 0 101 110', extra: [...opusLines, ...events] }), withOpus)
  assert.deepEqual(mediaLines(both.sdp), ['m=audio 8000 RTP/AVP 107 0 101 110'])
  assert.deepEqual(
    [both.config.codec, both.config.payloadType, both.config.telephoneEvent, both.config.opus],
    ['Opus', 107, { send: 110, receive: 110, clockRate: 48_000 }, { fec: true, maxRate: 24_000, maxBitrate: 20_000 }],
  )
  const telephone = answer(peerSdp({ formats: '107 0 101', extra: opusLines }), withOpus)
  assert.deepEqual(telephone.config.telephoneEvent, { send: 101, receive: 101 })
  // Another codec first: nothing of Opus but that it may come.
  const later = answer(peerSdp({ formats: '0 107 101 110', extra: [...opusLines, ...events] }), withOpus)
  assert.deepEqual([later.config.codec, later.config.opus, later.config.telephoneEvent?.send], ['PCMU', undefined, 101])
  assert.deepEqual(later.config.receivePayloadTypes, { 0: 'PCMU', 107: 'Opus' })
})

test('who wants what of Opus; what makes no sense was not said', () => {
  const said = (fmtp: string) => {
    const extra = ['a=rtpmap:107 opus/48000/2', ...(fmtp === '' ? [] : [`a=fmtp:107 ${fmtp}`])]
    return answer(peerSdp({ formats: '107', extra }), withOpus).config.opus
  }
  assert.deepEqual(said(''), { fec: false })
  assert.deepEqual(said('UseInbandFEC=1;cbr=1'), { fec: true, constant: true })
  assert.deepEqual(said('useinbandfec=0;maxplaybackrate=0;maxaveragebitrate=lots;;=;cbr'), { fec: false })
})

test('a peer that answers without Opus sends none; the numbers of both stay apart', () => {
  const local = { ...ours, codecs: ['PCMU', 'Opus'] as const }
  const { negotiation } = makeOffer(beginNegotiation('1'), local)
  const taken = takeAnswer(negotiation, peerSdp({ formats: '0 101' }), local)
  assert.ok(taken.ok)
  assert.deepEqual([taken.config.receivePayloadTypes, taken.config.opus], [{ 0: 'PCMU' }, undefined])
  const opusAt101 = ['a=rtpmap:101 opus/48000/2', 'a=rtpmap:96 telephone-event/8000']
  const asked = answerTo(['m=audio 4000 RTP/AVP 101 96', ...opusAt101], withOpus)
  assert.ok(asked.ok)
  const again = makeOffer(asked.negotiation, { ...ours, ...withOpus }).sdp
  const numbers = (mediaLines(again)[0] ?? '').split(' ').slice(3)
  assert.deepEqual(numbers.slice(0, 3), ['101', '0', '96'])
  assert.equal(new Set(numbers).size, numbers.length, again)
})

test('from PCMU to Opus and back in re-INVITEs', () => {
  const local = { ...ours, ...withOpus }
  const first = answer(peerSdp({ formats: '0 101' }), withOpus)
  const second = answerOffer(first.negotiation, peerSdp({ formats: '107 101', extra: opusLines }), local)
  assert.ok(second.ok)
  assert.deepEqual([second.config.codec, second.config.payloadType], ['Opus', 107])
  // What we offer now begins with what is in use, as the peer numbered it.
  assert.match(makeOffer(second.negotiation, local).sdp, /RTP\/AVP 107 0 101 /)
  const third = answerOffer(second.negotiation, peerSdp({ formats: '0 101' }), local)
  assert.ok(third.ok)
  assert.deepEqual([third.config.codec, third.config.opus], ['PCMU', undefined])
})
