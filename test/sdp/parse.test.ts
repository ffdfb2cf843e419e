import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attribute, connectionOf, directionOf, maxptimeOf, ptimeOf, rtcpOf } from '../../electron/sdp/attributes.ts'
import { connectionTo, isNowhere, parseConnection } from '../../electron/sdp/connection.ts'
import { formatsOf, isEncoding } from '../../electron/sdp/format.ts'
import { audioSection, isRejected, rejectedSection } from '../../electron/sdp/media-section.ts'
import { parseSdp } from '../../electron/sdp/parse.ts'
import {
  maxFormats,
  maxMediaSections,
  maxSdpLength,
  maxSdpLines,
  type MediaSection,
  type SessionDescription,
} from '../../electron/sdp/sdp.ts'
import { writeSdp } from '../../electron/sdp/write.ts'
import { cpuTime } from '../support/cpu-time.ts'

const head = ['v=0', 'o=alice 1 2 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0']
const text = (...lines: string[]) => `${[...head, ...lines].join('\r\n')}\r\n`

function read(sdp: string): SessionDescription {
  const result = parseSdp(sdp)
  assert.ok(result.ok, result.ok ? '' : `${result.code}: ${result.detail}`)
  return result.session
}

function section(...lines: string[]): MediaSection {
  const [first] = read(text(...lines)).media
  assert.ok(first)
  return first
}

const codeOf = (sdp: string) => {
  const result = parseSdp(sdp)
  return result.ok ? 'ok' : result.code
}

suite('reading a session description (RFC 8866)', () => {
  test("X-Lite's offer: lower-case names, telephone-event 0-15", () => {
    const session = read(
      [
        'v=0',
        'o=1001 5527264 5527294 IN IP4 192.168.11.175',
        's=X-Lite',
        'c=IN IP4 192.168.11.175',
        't=0 0',
        'm=audio 8000 RTP/AVP 0 101',
        'a=rtpmap:0 pcmu/8000',
        'a=rtpmap:101 telephone-event/8000',
        'a=fmtp:101 0-15',
        '',
      ].join('\r\n'),
    )
    assert.equal(session.name, 'X-Lite')
    const [audio] = session.media
    assert.ok(audio)
    assert.deepEqual(formatsOf(audio), [
      { payloadType: 0, encoding: 'pcmu', clockRate: 8000, channels: 1 },
      { payloadType: 101, encoding: 'telephone-event', clockRate: 8000, channels: 1, fmtp: '0-15' },
    ])
    assert.ok(isEncoding(formatsOf(audio)[0]!, 'PCMU', 8000))
    assert.equal(directionOf(session, audio), 'sendrecv')
    assert.equal(ptimeOf(audio), undefined)
  })

  test("X-Lite's other offer: static types and dynamic ones without rtpmap", () => {
    const audio = section('m=audio 8000 RTP/AVP 8 0 3 98 97 101', 'a=rtpmap:97 speex/8000')
    assert.deepEqual(
      formatsOf(audio).map(({ payloadType, encoding }) => `${payloadType} ${encoding}`),
      ['8 PCMA', '0 PCMU', '3 GSM', '97 speex'],
    )
    assert.deepEqual(audio.formats, ['8', '0', '3', '98', '97', '101'])
  })

  test('an rtpmap outranks the static table; odd ones are passed over', () => {
    const audio = section(
      'm=audio 4000 RTP/AVP 0 8 96 97 98 99 99 200 *',
      'a=rtpmap:0 G726-32/8000',
      'a=rtpmap:8 broken',
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:97 L16/0',
      'a=rtpmap:98 /8000',
      'a=rtpmap:99 speex/16000',
      'a=rtpmap:99 speex/32000',
      'a=rtpmap:200 PCMU/8000',
    )
    assert.deepEqual(
      formatsOf(audio).map(({ payloadType, encoding, clockRate, channels }) => [
        payloadType,
        encoding,
        clockRate,
        channels,
      ]),
      [
        [0, 'G726-32', 8000, 1],
        [8, 'PCMA', 8000, 1],
        [96, 'opus', 48_000, 2],
        [99, 'speex', 16_000, 1],
      ],
    )
  })

  test('the static types that need no rtpmap (RFC 3551 6, tables 4 and 5)', () => {
    const all = Array.from({ length: 128 }, (_, payloadType) => payloadType)
    const formats = formatsOf(section(`m=audio 4000 RTP/AVP ${all.slice(0, 64).join(' ')}`)).concat(
      formatsOf(section(`m=audio 4000 RTP/AVP ${all.slice(64).join(' ')}`)),
    )
    assert.deepEqual(
      formats.map(
        ({ payloadType, encoding, clockRate, channels }) => `${payloadType} ${encoding}/${clockRate}/${channels}`,
      ),
      [
        '0 PCMU/8000/1',
        '3 GSM/8000/1',
        '4 G723/8000/1',
        '5 DVI4/8000/1',
        '6 DVI4/16000/1',
        '7 LPC/8000/1',
        '8 PCMA/8000/1',
        '9 G722/8000/1',
        '10 L16/44100/2',
        '11 L16/44100/1',
        '12 QCELP/8000/1',
        '13 CN/8000/1',
        '14 MPA/90000/1',
        '15 G728/8000/1',
        '16 DVI4/11025/1',
        '17 DVI4/22050/1',
        '18 G729/8000/1',
        '25 CelB/90000/1',
        '26 JPEG/90000/1',
        '28 nv/90000/1',
        '31 H261/90000/1',
        '32 MPV/90000/1',
        '33 MP2T/90000/1',
        '34 H263/90000/1',
      ],
    )
  })

  test('connection and direction: the section before the session', () => {
    const session = read(
      text('a=sendonly', 'm=audio 4000 RTP/AVP 0', 'c=IN IP6 2001:db8::5', 'a=inactive', 'm=video 0 RTP/AVP 31'),
    )
    const [audio, video] = session.media
    assert.ok(audio && video)
    assert.deepEqual(connectionOf(session, audio), { family: 6, address: '2001:db8::5' })
    assert.deepEqual(connectionOf(session, video), { family: 4, address: '192.0.2.1' })
    assert.equal(directionOf(session, audio), 'inactive')
    assert.equal(directionOf(session, video), 'sendonly')
    assert.deepEqual([isRejected(audio), isRejected(video)], [false, true])
  })

  test('addresses: multicast, host names, nowhere', () => {
    assert.deepEqual(parseConnection('IN IP4 224.2.36.42/127'), { family: 4, address: '224.2.36.42', scope: '/127' })
    assert.deepEqual(parseConnection('in  ip4 host.test'), { family: 4, address: 'host.test' })
    for (const broken of ['', 'IN IP4', 'IN IP5 x', 'ATM NSAP 47', 'IN IP4 /5', 'IN IP4 a b']) {
      assert.equal(parseConnection(broken), null, broken)
    }
    assert.ok(
      isNowhere(connectionTo('0.0.0.0')) && isNowhere(connectionTo('::')) && !isNowhere(connectionTo('10.0.0.0')),
    )
  })

  test('ptime, maxptime, rtcp: read where they make sense', () => {
    const audio = section('m=audio 4000 RTP/AVP 0', 'a=ptime:30', 'a=maxptime: 60 ', 'a=rtcp:53020 IN IP4 126.16.64.4')
    assert.deepEqual([ptimeOf(audio), maxptimeOf(audio)], [30, 60])
    assert.deepEqual(rtcpOf(audio), { port: 53_020, connection: { family: 4, address: '126.16.64.4' } })
    assert.deepEqual(rtcpOf(section('m=audio 4000 RTP/AVP 0', 'a=rtcp:4009')), { port: 4009 })
    for (const value of ['0', '-20', 'twenty', '', '1e9', '20 30']) {
      assert.equal(ptimeOf(section('m=audio 4000 RTP/AVP 0', `a=ptime:${value}`)), undefined, value)
    }
    for (const value of ['0', '65536', '', 'x', '5 6 7 8 9']) {
      const rtcp = rtcpOf(section('m=audio 4000 RTP/AVP 0', `a=rtcp:${value}`))
      assert.equal(rtcp?.connection, undefined, value)
      if (!value.startsWith('5')) assert.equal(rtcp, undefined, value)
    }
  })

  test('several sections, rejected ones and unknown lines keep place and order', () => {
    const lines = [
      'm=audio 4000 RTP/AVP 0',
      'i=speech',
      'b=AS:64',
      'a=rtpmap:0 PCMU/8000',
      'a=x-unknown:a:b: c',
      'a=flag',
      'm=video 0 RTP/AVP 31 34',
      'a=',
      'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
      'a=sctp-port:5000',
      'm=audio 5000/2 RTP/SAVP 8',
    ]
    const session = read(text(...lines))
    assert.deepEqual(
      session.media.map(({ kind, port, protocol, formats }) => [kind, port, protocol, formats.join()]),
      [
        ['audio', 4000, 'RTP/AVP', '0'],
        ['video', 0, 'RTP/AVP', '31,34'],
        ['application', 9, 'UDP/DTLS/SCTP', 'webrtc-datachannel'],
        ['audio', 5000, 'RTP/SAVP', '8'],
      ],
    )
    assert.equal(attribute(session.media[0]!, 'x-unknown'), 'a:b: c')
    assert.equal(attribute(session.media[0]!, 'flag'), '')
    assert.equal(attribute(session.media[0]!, 'constructor'), undefined)
    assert.equal(session.media[3]!.portCount, 2)
    assert.equal(writeSdp(session), text(...lines.filter((line) => line !== 'a=')))
  })

  test('what peers get wrong is forgiven, and noted', () => {
    const result = parseSdp('v=0\nm=audio 4000 RTP/AVP 0\nc=IN IP4 192.0.2.1\nnonsense\n a=x')
    assert.ok(result.ok)
    assert.deepEqual(result.notes, [
      'line ignored: "nonsense"',
      'line ignored: " a=x"',
      'o= is missing or malformed',
      's= is missing',
    ])
    assert.equal(result.session.name, '-')
    assert.deepEqual(result.session.origin, {
      username: '-',
      sessionId: '0',
      sessionVersion: '0',
      connection: { family: 4, address: '0.0.0.0' },
    })
    const twice = parseSdp(text('c=IN IP4 192.0.2.9', 'a=:x', 'm=audio 4000 RTP/AVP 0', 'v=1', 't=0 0'))
    assert.ok(twice.ok)
    assert.deepEqual(twice.notes, [
      'further c= line ignored',
      'attribute without a name ignored',
      'line ignored: "v=1"',
      'line ignored: "t=0 0"',
    ])
    assert.equal(connectionOf(twice.session, twice.session.media[0]!)?.address, '192.0.2.1')
    assert.equal(connectionOf(result.session, result.session.media[0]!)?.address, '192.0.2.1')
    assert.equal(read(text('m=video 0 RTP/AVP')).media[0]?.formats.length, 0)
    assert.equal(read(text('m=audio  4000\tRTP/AVP  0 ')).media[0]?.formats.join(), '0')
  })

  test('what cannot be used has a code', () => {
    assert.equal(codeOf(''), 'empty')
    assert.equal(codeOf('\r\n\r\n'), 'empty')
    assert.equal(codeOf('hello'), 'not-sdp')
    assert.equal(codeOf('v=1'), 'bad-version')
    assert.equal(codeOf(text('c=IN IP4')), 'bad-connection')
    for (const line of [
      'm=',
      'm=audio',
      'm=audio x RTP/AVP 0',
      'm=audio 65536 RTP/AVP 0',
      'm=audio -1 RTP/AVP 0',
      'm=audio 4000 RTP/AVP',
    ]) {
      assert.equal(codeOf(text(line)), 'bad-media', line)
    }
    assert.equal(codeOf('x'.repeat(70_000)), 'too-large')
    assert.equal(codeOf(text(...Array.from({ length: 5_000 }, () => 'a=x'))), 'too-large')
    assert.equal(
      codeOf(text(...Array.from({ length: maxMediaSections + 1 }, () => 'm=audio 1 RTP/AVP 0'))),
      'too-many-media',
    )
  })
})

suite('lists without end', () => {
  test('only so many formats count, and that is noted', () => {
    const result = parseSdp(text(`m=audio 4000 RTP/AVP ${Array.from({ length: 1_000 }, (_, n) => n).join(' ')}`))
    assert.ok(result.ok)
    assert.equal(result.session.media[0]?.formats.length, maxFormats)
    assert.deepEqual(result.notes, [`only the first ${maxFormats} formats count`])
    const full = parseSdp(text(`m=audio 4000 RTP/AVP ${Array.from({ length: maxFormats }, (_, n) => n).join(' ')}`))
    assert.ok(full.ok && full.session.media[0]?.formats.length === maxFormats)
    assert.deepEqual(full.notes, [])
  })

  test('only so many notes are made, and sections and lines read, and the last that count still do', () => {
    const odd = parseSdp(text(...Array.from({ length: 100 }, () => 'nonsense')))
    assert.ok(odd.ok)
    assert.equal(odd.notes.length, 16)
    assert.equal(codeOf(text(...Array.from({ length: maxMediaSections }, () => 'm=audio 1 RTP/AVP 0'))), 'ok')
    const lines = (count: number) => text(...Array.from({ length: count - head.length }, () => 'a=x'))
    assert.deepEqual([codeOf(lines(maxSdpLines)), codeOf(lines(maxSdpLines + 1))], ['ok', 'too-large'])
    const long = (count: number) => `${text()}a=${'x'.repeat(count - text().length - 2)}`
    assert.deepEqual([codeOf(long(maxSdpLength)), codeOf(long(maxSdpLength + 1))], ['ok', 'too-large'])
  })

  test('a thousand times as many cost a small multiple', () => {
    const head = 'v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nt=0 0\r\n'
    const read = (sdp: string) => {
      const result = parseSdp(sdp)
      for (const section of result.ok ? result.session.media : []) formatsOf(section)
    }
    // The cost of one, the least of several: a collection of garbage comes now and then, a slow parser always.
    const cost = (sdp: string) => {
      const rounds = Array.from({ length: 20 }, () =>
        cpuTime(() => {
          for (let round = 0; round < 50; round++) read(sdp)
        }),
      )
      return Math.min(...rounds)
    }
    const few = (filler: string) => `${head}c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP ${filler.repeat(30)}\r\n`
    const many = (filler: string) => `${head}c=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP ${filler.repeat(30_000)}\r\n`
    // An unassigned static type, one that has a meaning, no type at all
    for (const filler of ['1 ', '0 ', 'x ']) {
      const [short, long] = [cost(few(filler)), cost(many(filler))]
      assert.ok(long < 60 * short, `${JSON.stringify(filler)}: ${long} against ${short} microseconds`)
    }
    const harmless = cost(few('0 '))
    for (const sdp of ['\n'.repeat(60_000), `v=0\nc=IN IP4 ${'a '.repeat(29_000)}`]) {
      const hostile = cost(sdp)
      assert.ok(hostile < 60 * harmless, `${JSON.stringify(sdp.slice(0, 20))}: ${hostile} against ${harmless}`)
    }
  })
})

suite('writing a session description', () => {
  test('lines come in the order of RFC 8866, whatever order they were read in', () => {
    const session = read(
      'v=0\r\na=x\r\nk=clear:y\r\nt=1 2\r\nr=3\r\nb=AS:1\r\nc=IN IP4 192.0.2.1\r\ni=z\r\ns=q\r\no=- 1 1 IN IP6 ::1\r\n',
    )
    assert.deepEqual(writeSdp(session).split('\r\n'), [
      'v=0',
      'o=- 1 1 IN IP6 ::1',
      's=q',
      'i=z',
      'c=IN IP4 192.0.2.1',
      'b=AS:1',
      't=1 2',
      'r=3',
      'k=clear:y',
      'a=x',
      '',
    ])
  })

  test('our own audio section, and the refusal of a foreign one', () => {
    const audio = audioSection({
      port: 8000,
      protocol: 'RTP/AVP',
      formats: [
        { payloadType: 0, encoding: 'PCMU', clockRate: 8000, channels: 1 },
        { payloadType: 101, encoding: 'telephone-event', clockRate: 8000, channels: 1, fmtp: '0-16' },
      ],
      direction: 'sendrecv',
      ptimeMs: 20,
      connection: connectionTo('192.0.2.7'),
    })
    const video = section('m=video 5000 RTP/AVPF 96', 'a=rtpmap:96 VP8/90000')
    const session: SessionDescription = {
      origin: {
        username: '-',
        sessionId: '18446744073709551615',
        sessionVersion: '1',
        connection: connectionTo('192.0.2.7'),
      },
      name: 'Dialtone',
      lines: [],
      attributes: [],
      media: [audio, rejectedSection(video)],
    }
    const written = [
      'v=0',
      'o=- 18446744073709551615 1 IN IP4 192.0.2.7',
      's=Dialtone',
      't=0 0',
      'm=audio 8000 RTP/AVP 0 101',
      'c=IN IP4 192.0.2.7',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-16',
      'a=ptime:20',
      'a=sendrecv',
      'm=video 0 RTP/AVPF 96',
      '',
    ].join('\r\n')
    assert.equal(writeSdp(session), written)
    assert.equal(writeSdp(read(written)), written)
    assert.deepEqual(rejectedSection({ ...video, formats: [] }).formats, ['0'])
    const bare = audioSection({ port: 1, protocol: 'RTP/AVP', formats: [], direction: 'inactive' })
    assert.deepEqual([bare.attributes, bare.connection], [[{ name: 'inactive' }], undefined])
  })

  test('no value adds a line', () => {
    const session = read(text('m=audio 4000 RTP/AVP 0'))
    const written = writeSdp({ ...session, name: 'x\r\na=evil', attributes: [{ name: 'y', value: 'z\nm=evil 1 x 2' }] })
    assert.deepEqual([read(written).attributes.length, read(written).media.length], [1, 1])
  })
})
