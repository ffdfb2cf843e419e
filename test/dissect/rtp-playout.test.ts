import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CallPackets } from '../../electron/dissect/call-packets.ts'
import { conversationsOf } from '../../electron/dissect/conversation.ts'
import { explainSound } from '../../electron/dissect/explain/sound.ts'
import { playStream, soundRate } from '../../electron/dissect/rtp-playout.ts'
import { reportsOn, roundTripOf } from '../../electron/dissect/rtcp-reports.ts'
import { type RtpDatagram, rtpStreams } from '../../electron/dissect/rtp-streams.ts'
import { wavOf } from '../../electron/dissect/sound-file.ts'
import { lengthOf, monoSamples, parseWav } from '../../native/audio/wav.ts'
import { g722 } from '../../native/codec/g722.ts'
import { pcma } from '../../native/codec/pcma.ts'
import { mosOf, ratingFactor } from '../../native/rtp/e-model.ts'
import { writeRtcp } from '../../native/rtp/rtcp/write.ts'
import { seeded } from '../support/seeded.ts'
import { fitSine, sine } from '../support/tone.ts'
import { captured, sdp, sip, type Written } from '../support/written-trace.ts'

const [here, there] = ['10.0.0.1:8000', '10.0.0.2:9000']

/** Packet `at` of a stream from here to there; 20 ms of a tone in A-law, or the header alone. */
function packet(
  at: number,
  { late = 0, payload = new Uint8Array(), type = 8, timestamp = at * 160 } = {},
): RtpDatagram {
  const head = Buffer.alloc(12)
  head.writeUInt8(0x80, 0)
  head.writeUInt8(type, 1)
  head.writeUInt16BE(at & 0xffff, 2)
  head.writeUInt32BE(timestamp >>> 0, 4)
  head.writeUInt32BE(0xbeef, 8)
  return { atMs: at * 20 + late, from: here, to: there, payload: Buffer.concat([head, payload]) }
}

const hz = 440
const tone = (at: number) => {
  const payload = new Uint8Array(160)
  pcma.encode(sine(soundRate, hz, 160, 8000, at * 160), payload)
  return payload
}
const numbers = (count: number) => Array.from({ length: count }, (_, at) => at)
const only = (datagrams: readonly RtpDatagram[], messages: Parameters<typeof rtpStreams>[1] = []) => {
  const [stream] = rtpStreams(datagrams, messages)
  assert.ok(stream)
  return stream
}

test('a stream of headers is played all the same: its delay follows the network, and MOS is the E-model of that', () => {
  const random = seeded(3)
  const calm = numbers(500).map((at) => packet(at, { late: random() * 3 }))
  const shaky = numbers(500).map((at) => packet(at + 500, { late: random() * 60 }))
  const datagrams = [...calm, ...shaky].toSorted((one, other) => one.atMs - other.atMs)
  const stream = only(datagrams)
  assert.equal(stream.sound, 'headers')
  const { seconds, packetMs, rating, sound } = playStream(datagrams, stream, { sound: true })
  assert.equal(sound, undefined)
  assert.equal(packetMs, 20)
  assert.equal(seconds.length, stream.seconds.length)
  const [before, after] = [seconds[8], seconds[18]]
  assert.ok(before && after)
  assert.ok(before.bufferMs < 23 && after.bufferMs > before.bufferMs + 6, `${before.bufferMs} ${after.bufferMs}`)
  assert.ok(after.wantedMs > before.wantedMs + 25, `${before.wantedMs} ${after.wantedMs}`)
  const expected = ratingFactor({ delayMs: rating.delayMs, lossPercent: rating.lossPercent })
  assert.equal(rating.mos, mosOf(expected))
  assert.ok(Math.abs(rating.best - rating.delay - rating.loss - expected) < 1e-9)
  assert.ok(Math.abs(before.mos! - mosOf(ratingFactor({ delayMs: 20 + before.bufferMs, lossPercent: 0 }))) < 1e-9)
  const slow = playStream(datagrams, stream, { roundTripMs: 600 }).rating
  assert.equal(slow.delayMs, rating.delayMs + 300)
  assert.ok(slow.mos < rating.mos - 0.3)
})

test('a burst pulls MOS down for ten seconds, and what comes too late counts as lost', () => {
  const lost = numbers(2000).filter((at) => at < 750 || at >= 800 || at % 2 === 0)
  const datagrams = lost.map((at) => packet(at))
  const { seconds } = playStream(datagrams, only(datagrams))
  const mos = seconds.map(({ mos }) => mos ?? 0)
  assert.ok(mos[14]! > 4.3 && mos[16]! < 4.2 && mos[23]! < 4.2 && mos[27]! > 4.3, `${mos.slice(13, 28)}`)
  const late = numbers(500).map((at) => packet(at, { late: at > 100 && at % 60 === 0 ? 300 : 0 }))
  const byTime = late.toSorted((one, other) => one.atMs - other.atMs)
  const played = playStream(byTime, only(byTime))
  assert.ok(played.late >= 6 && played.late <= 7, `${played.late}`)
  assert.ok(played.rating.lossPercent > 1, `${played.rating.lossPercent}`)
})

test('what was said is heard, in its time, with losses covered', () => {
  const datagrams = numbers(250)
    .filter((at) => at % 40 !== 17)
    .map((at) => packet(at, { payload: tone(at) }))
  const stream = only(datagrams)
  assert.deepEqual([stream.codec, stream.sound], ['PCMA', 'whole'])
  const { sound } = playStream(datagrams, stream, { sound: true })
  assert.ok(sound)
  const wav = parseWav(wavOf(sound, soundRate))
  assert.deepEqual([wav.rate, wav.channels, wav.bits, lengthOf(wav)], [8000, 1, 16, 40_000])
  const { amplitude, restDb } = fitSine(monoSamples(wav, 16_000, 2000), soundRate, hz)
  assert.ok(amplitude > 7000 && restDb < -20, `${amplitude} ${restDb}`)
  assert.equal(playStream(datagrams, stream).sound, undefined, 'only where it is asked for')
})

test('G.722 is heard too, and judged on the scale of wide band', () => {
  const encoder = g722.encoder()
  const datagrams = numbers(150).map((at) => {
    const payload = new Uint8Array(160)
    encoder.encode(sine(16_000, hz, 320, 8000, at * 320), payload)
    return packet(at, { payload, type: 9 })
  })
  const stream = only(datagrams)
  assert.deepEqual([stream.codec, stream.sound], ['G722', 'whole'])
  const { sound, concealedMs, rating } = playStream(datagrams, stream, { sound: true })
  assert.ok(sound)
  const { amplitude, restDb } = fitSine(sound.subarray(soundRate / 2, 2 * soundRate), soundRate, hz)
  assert.ok(Math.abs(amplitude - 8000) < 200 && restDb < -25, `${amplitude} ${restDb}`)
  assert.equal(concealedMs, 0)
  assert.deepEqual([rating.codec, Math.round(rating.best)], ['G.722', 90])
})

test('keypad events are told with their digits, are no sound, and are no loss', () => {
  const offer = captured([
    [
      0,
      'a:1',
      'b:1',
      sip('INVITE sip:b SIP/2.0', { body: sdp('10.0.0.2', 9000, '8 101', ['a=rtpmap:101 telephone-event/8000']) }),
    ],
  ])
  const event = (duration: number, end = false) => Uint8Array.of(11, end ? 0x8a : 10, duration >> 8, duration & 0xff)
  const datagrams = numbers(150).map((at) =>
    at < 100 || at >= 108
      ? packet(at, { payload: tone(at) })
      : packet(at, { type: 101, timestamp: 100 * 160, payload: event(Math.min(at - 99, 6) * 160, at >= 105) }),
  )
  const stream = only(datagrams, offer)
  assert.deepEqual(stream.events, [{ atMs: 2000, digit: '#' }])
  const { concealedMs } = playStream(datagrams, stream, { sound: true })
  assert.ok(concealedMs < 45, `${concealedMs}`)
  const bare = datagrams.map((one) => ({ ...one, payload: one.payload.subarray(0, 12) }))
  assert.deepEqual(only(bare, offer).events, [{ atMs: 2000 }])
})

test('encrypted and foreign codecs are counted and not heard', () => {
  const said = (media: string, lines: readonly string[], protocol = 'RTP/AVP') => {
    const body = sdp('10.0.0.2', 9000, media, lines).replace('RTP/AVP', protocol)
    return captured([[0, 'a:1', 'b:1', sip('INVITE sip:b SIP/2.0', { body })]])
  }
  const noise = numbers(50).map((at) => packet(at, { payload: tone(at) }))
  assert.equal(only(noise, said('8', ['a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x'], 'RTP/SAVP')).sound, 'encrypted')
  const opus = numbers(50).map((at) => packet(at, { type: 96, timestamp: at * 960, payload: tone(at) }))
  const stream = only(opus, said('96', ['a=rtpmap:96 opus/48000/2']))
  assert.deepEqual([stream.codec, stream.clockRate, stream.sound], ['opus', 48_000, 'codec'])
  assert.ok(stream.jitterMaxMs < 0.01, 'counted by the clock of the codec')
  const played = playStream(opus, stream, { sound: true })
  assert.deepEqual([played.packetMs, played.sound, played.late], [20, undefined, 0])
})

test('what the other side says by RTCP: losses, jitter, the way there and back', () => {
  const stream = only(numbers(100).map((at) => packet(at)))
  const sender = { ntp: [0x1234_5678, 0x9abc_0000], rtpTimestamp: 0, packets: 103, octets: 103 * 160 } as const
  const block = {
    ssrc: 0xbeef,
    fractionLost: 64,
    cumulativeLost: 25,
    highestSequence: 99,
    jitter: 80,
    lastReport: 0x5678_9abc,
    delaySinceLastReport: 32_768,
  }
  const rtcp = [
    {
      atMs: 1000,
      from: here,
      to: there,
      payload: writeRtcp([{ type: 'sender-report', ssrc: 0xbeef, sender, reports: [] }]),
    },
    { atMs: 1540, from: there, to: here, payload: writeRtcp([{ type: 'receiver-report', ssrc: 1, reports: [block] }]) },
    {
      atMs: 1600,
      from: there,
      to: here,
      payload: writeRtcp([{ type: 'receiver-report', ssrc: 1, reports: [{ ...block, ssrc: 3 }] }]),
    },
    { atMs: 1700, from: there, to: here, payload: Buffer.from([0x81, 201, 0, 9, 1]) },
  ]
  const reports = reportsOn(stream, rtcp)
  assert.deepEqual(reports, {
    received: [{ atMs: 1540, lossPercent: 25, lost: 25, jitterMs: 10, roundTripMs: 40 }],
    sent: { packets: 103, octets: 103 * 160 },
  })
  assert.equal(roundTripOf([reports, { received: [] }]), 40)
  assert.equal(roundTripOf([]), undefined)
  assert.deepEqual(reportsOn({ ...stream, sound: 'encrypted' }, rtcp), { received: [] })
})

test('a port that calls use one after another: each has the packets that passed while it lasted', () => {
  const call = (callId: string, atMs: number, end: string): Written[] => {
    const parts = { callId, from: '<sip:a@x>;tag=1' }
    const to = '<sip:b@x>;tag=2'
    return [
      [
        atMs,
        '192.0.2.1:5060',
        '192.0.2.2:5060',
        sip('INVITE sip:b@x SIP/2.0', { ...parts, body: sdp('192.0.2.1', 8000) }),
      ],
      ...(end === 'refused'
        ? [[atMs + 50, '192.0.2.2:5060', '192.0.2.1:5060', sip('SIP/2.0 486 Busy', { ...parts, to })] as Written]
        : [
            [
              atMs + 50,
              '192.0.2.2:5060',
              '192.0.2.1:5060',
              sip('SIP/2.0 200 OK', { ...parts, to, body: sdp('192.0.2.2', 9000) }),
            ] as Written,
          ]),
      ...(end === 'BYE'
        ? [[atMs + 5000, '192.0.2.1:5060', '192.0.2.2:5060', sip('BYE sip:b@x SIP/2.0', { ...parts, to })] as Written]
        : []),
    ]
  }
  const messages = captured([
    ...call('first', 0, 'BYE'),
    ...call('busy', 10_000, 'refused'),
    ...call('second', 20_000, ''),
  ])
  const rtp = [100, 4900, 15_000, 20_100, 90_000].map((atMs) => ({
    ...packet(0),
    atMs,
    from: '192.0.2.1:8000',
    to: there,
  }))
  const packets = new CallPackets(rtp)
  assert.deepEqual(
    conversationsOf(messages, true).map((one) => [one.sipCallId, packets.of(one).map(({ atMs }) => atMs)]),
    [
      ['first', [100, 4900]],
      ['busy', []],
      ['second', [20_100, 90_000]],
    ],
  )
})

test('what the packets tell of one-way sound, another address and a type that nobody described', () => {
  const told = (datagrams: readonly RtpDatagram[]) =>
    explainSound(rtpStreams(datagrams, [])).map(({ name, values }) => [name, values['from']])
  const out = numbers(100).map((at) => packet(at))
  const back = (from: string) => out.map((one) => ({ ...one, from, to: here }))
  assert.deepEqual(told(out), [['sound.oneWay', here]])
  assert.deepEqual(told([...out, ...back(there)]), [])
  assert.deepEqual(told(out.slice(0, 40)), [], 'a call that has just begun')
  assert.deepEqual(told([...out, ...back('203.0.113.9:40001')]), [['sound.elsewhere', here]])
  const odd = numbers(100).map((at) => packet(at, { type: 97 }))
  assert.deepEqual(told([...odd, ...back(there)]), [['sound.unknownType', here]])
})
