import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dualTone, frequenciesOf } from '../../../native/audio/dtmf-tones.ts'
import type { DtmfWay, SessionConfig } from '../../../native/protocol.ts'
import { parseRtp } from '../../../native/rtp/packet.ts'
import type { Endpoint } from '../../../native/session/peer.ts'
import { RtpSession } from '../../../native/session/session.ts'
import { correlation, level, sine, speech } from '../../support/sound.ts'
import { seeded } from '../../support/seeded.ts'
import { sessionConfig } from '../../support/session-config.ts'

const here = { address: '192.0.2.1', port: 4000 }
const there = { address: '192.0.2.2', port: 5000 }

const config = (to: Endpoint, more: Partial<SessionConfig> = {}) =>
  sessionConfig(to, { codec: 'PCMA', payloadType: 8, ...more })

interface Sent {
  readonly kind: 'rtp' | 'rtcp'
  readonly datagram: Uint8Array
  readonly to: Endpoint
}

function session(seed: number, resume?: { ssrc: number; sequence: number; timestamp: number }) {
  const random = seeded(seed)
  const sent: Sent[] = []
  const digits: string[] = []
  const ways: DtmfWay[] = []
  const delegate = {
    sendRtp: (datagram: Uint8Array, to: Endpoint) => void sent.push({ kind: 'rtp', datagram, to }),
    sendRtcp: (datagram: Uint8Array, to: Endpoint) => void sent.push({ kind: 'rtcp', datagram, to }),
    onDigit: (digit: string, way: DtmfWay) => {
      digits.push(digit)
      ways.push(way)
    },
  }
  const options = { cname: `${seed}@test`, random: () => random() * 0x1_0000_0000, now: 0 }
  return { rtp: new RtpSession(delegate, resume ? { ...options, resume } : options), sent, digits, ways }
}

type Wire = (kind: 'rtp' | 'rtcp', index: number, now: number) => readonly number[]
const perfect: Wire = () => [10]

/** Two sessions in virtual time: `a` sends `sound`, the wire says after how many ms each packet arrives (or not, or twice). */
function call(
  ms: number,
  sound: Int16Array,
  wire: Wire = perfect,
  each: (now: number, a: RtpSession, b: RtpSession) => void = () => {},
) {
  const [a, b] = [session(1), session(2)]
  a.rtp.configure(config(there))
  b.rtp.configure(config(here))
  const flying: { at: number; to: RtpSession; from: Endpoint; packet: Sent }[] = []
  const heard = new Int16Array(ms * 8)
  const frame = new Int16Array(160)
  let count = 0
  const launch = (from: ReturnType<typeof session>, to: RtpSession, origin: Endpoint, now: number) => {
    for (const packet of from.sent.splice(0)) {
      const source = packet.kind === 'rtp' ? origin : { ...origin, port: origin.port + 1 }
      for (const delay of wire(packet.kind, count++, now)) flying.push({ at: now + delay, to, from: source, packet })
    }
  }
  for (let now = 0; now < ms; now += 1) {
    if (now % 20 === 0) {
      const part = sound.subarray(now * 8, now * 8 + 160)
      frame.fill(0)
      frame.set(part)
      each(now, a.rtp, b.rtp)
      a.rtp.send(frame)
      b.rtp.send(new Int16Array(160))
    }
    if (now % 20 === 13) {
      b.rtp.take(frame, now)
      heard.set(frame, (now - 13) * 8)
      a.rtp.take(frame, now)
    }
    a.rtp.poll(now, 1_700_000_000_000 + now)
    // The other's clock is a minute off: only differences may count.
    b.rtp.poll(now, 1_700_000_060_000 + now)
    launch(a, b.rtp, here, now)
    launch(b, a.rtp, there, now)
    for (const arrival of flying.filter(({ at }) => at === Math.floor(now) || Math.ceil(at) === now)) {
      flying.splice(flying.indexOf(arrival), 1)
      const wall = arrival.to === a.rtp ? 1_700_000_000_000 : 1_700_000_060_000
      if (arrival.packet.kind === 'rtp') arrival.to.receiveRtp(arrival.packet.datagram, arrival.from, now)
      else arrival.to.receiveRtcp(arrival.packet.datagram, arrival.from, now, wall + now)
    }
  }
  return { a, b, heard }
}

test('a tone arrives, RTCP tells round trip, loss and jitter, and the bandwidth is that of the textbooks', () => {
  const { a, b, heard } = call(20_000, sine(440, 20))
  assert.ok(Math.abs(level(heard.subarray(8000, 16_000), 440) - 20 * Math.log10(8000 / 32768)) < 0.2)
  const [mine, theirs] = [a.rtp.quality(0), b.rtp.quality(0)]
  assert.equal(mine.sent.kbpsIp, 80)
  assert.equal(mine.sent.kbpsEthernet, 87.2)
  assert.ok(Math.abs(mine.sent.roundTripMs! - 20) < 2, `${mine.sent.roundTripMs} ms`)
  assert.equal(mine.sent.remoteLossPercent, 0)
  assert.equal(theirs.received.lost, 0)
  assert.equal(theirs.received.concealedMs, 0)
  assert.ok(theirs.received.mos > 4.3 && theirs.received.rFactor > 90)
  assert.equal(theirs.delayMs.total, Math.round((20 + theirs.sent.roundTripMs! / 2 + theirs.delayMs.buffer) * 10) / 10)
})

test('loss is heard, told and reported back', () => {
  const random = seeded(5)
  const { a, b } = call(30_000, sine(440, 30), (kind) => (kind === 'rtp' && random() < 0.05 ? [] : [10]))
  const { received } = b.rtp.quality(0)
  assert.ok(received.lossPercent > 3 && received.lossPercent < 7, `${received.lossPercent}`)
  assert.ok(received.concealedMs >= received.lost * 20)
  assert.ok(received.gapMaxMs >= 20 && received.gapMaxMs <= 120)
  assert.ok(received.mos > 3.6 && received.mos < 4.2)
  assert.ok(a.rtp.quality(0).sent.remoteLossPercent! > 0)
})

test('re-order, duplicates and jitter within the buffer do not change what is heard', () => {
  const sound = sine(300, 10)
  const random = seeded(6)
  const clean = call(10_000, sound).heard
  const rough = call(10_000, sound, (kind) =>
    kind === 'rtcp' ? [10] : random() < 0.2 ? [10, 12, 40] : [Math.round(10 + random() * 15)],
  )
  assert.ok(correlation(clean.subarray(16_000, 76_000), rough.heard.subarray(16_000, 76_000)) > 0.95)
  const { received } = rough.b.rtp.quality(0)
  assert.equal(received.lost, 0)
  assert.ok(received.duplicates > 100 && received.jitterMs > 2)
})

test('digits arrive once each, with loss, and the sound around them is not concealed', () => {
  for (const loss of [0, 0.2]) {
    const random = seeded(7)
    let told: boolean | undefined
    const { b } = call(
      8000,
      sine(440, 8),
      (kind) => (kind === 'rtp' && random() < loss ? [] : [10]),
      (now, a) => {
        if (now === 1000) a.dtmf('159#*0D!', 100, 'rfc4733', (ok) => (told = ok))
      },
    )
    assert.equal(b.digits.join(''), '159#*0D!')
    assert.equal(told, true)
    if (loss === 0) assert.equal(b.rtp.quality(0).received.concealedMs, 0)
  }
})

test('a comma pauses two seconds; without telephone-event or while held digits are refused', () => {
  const at: number[] = []
  const { b } = call(5000, sine(440, 5), perfect, (now, a, other) => {
    if (now === 500) a.dtmf('1,2', 100, 'rfc4733', () => at.push(now))
    if (now === 4000) {
      other.configure({ ...config(here), sending: false })
      other.dtmf('3', 100, 'rfc4733', (ok) => at.push(ok ? 1 : 0))
    }
  })
  assert.deepEqual(b.digits, ['1', '2'])
  assert.equal(at.at(-1), 0)
  const plain = session(3)
  const { telephoneEvent: _, ...without } = config(there)
  plain.rtp.configure(without)
  plain.rtp.dtmf('1', 100, 'rfc4733', (ok) => at.push(ok ? 1 : 0))
  assert.equal(at.at(-1), 0)
})

const hundred = Array.from({ length: 100 }, (_, i) => '0123456789*#ABCD'.charAt((i * 7) % 16)).join('')

for (const way of ['rfc4733', 'inband'] as const)
  test(`100 of 100 digits, ${way}, with 1 % loss, while the one who sends them talks and is muted`, () => {
    const random = seeded(11)
    const told: boolean[] = []
    const { b, a } = call(
      24_000,
      speech(24, 5).fill(0, 5 * 8000),
      (kind) => (kind === 'rtp' && random() < 0.01 ? [] : [10 + 20 * random()]),
      (now, one) => {
        if (now === 1000) one.dtmf(hundred.slice(0, 50), 100, way, (ok) => told.push(ok))
        if (now === 1000) one.dtmf(hundred.slice(50), 100, way, (ok) => told.push(ok))
      },
    )
    assert.deepEqual(told, [true, true])
    assert.equal(b.digits.join(''), hundred)
    assert.deepEqual([...new Set(b.ways)], [way])
    assert.deepEqual(a.digits, [])
  })

test('a digit whose tone leaks through before and after its event is told once', () => {
  const sound = new Int16Array(4 * 8000)
  const digits = '55*'
  const begins = [1000, 1300, 1600]
  begins.forEach((ms, i) => {
    const tone = frequenciesOf(digits.charAt(i))!
    for (let at = 0; at < 200 * 8; at++) sound[ms * 8 + at] = dualTone(tone, at / 8, 200)
  })
  const { b } = call(4000, sound, perfect, (now, a) => {
    const i = begins.indexOf(now - 60)
    if (i >= 0) a.dtmf(digits.charAt(i), 60, 'rfc4733', () => {})
  })
  assert.equal(b.digits.join(''), digits)
  // The first one was heard before anybody could know that events come.
  assert.deepEqual(b.ways, ['inband', 'rfc4733', 'rfc4733'])
})

test('tones are refused while held, and given up when that begins', () => {
  const told: boolean[] = []
  const one = session(1)
  one.rtp.configure({ ...config(there), sending: false })
  one.rtp.dtmf('1', 100, 'inband', (ok) => told.push(ok))
  one.rtp.configure(config(there))
  one.rtp.dtmf('1!', 100, 'inband', (ok) => told.push(ok))
  one.rtp.dtmf('1'.repeat(2000), 100, 'inband', (ok) => told.push(ok))
  one.rtp.dtmf('12', 100, 'inband', (ok) => told.push(ok))
  one.rtp.configure({ ...config(there), sending: false })
  assert.deepEqual(told, [false, false, false, false])
})

test('held, nothing but RTCP leaves and time goes on; the first packet after it carries the marker', () => {
  const { rtp, sent } = session(4)
  rtp.configure(config(there))
  const frame = new Int16Array(160)
  for (let k = 0; k < 10; k++) rtp.send(frame)
  rtp.configure(config(there, { sending: false }))
  for (let k = 0; k < 50; k++) rtp.send(frame)
  rtp.configure(config(there))
  for (let k = 0; k < 3; k++) rtp.send(frame)
  const packets = sent.map(({ datagram }) => parseRtp(datagram)!)
  assert.equal(packets.length, 13)
  assert.deepEqual(
    packets.map(({ marker }, k) => (marker ? k : -1)).filter((k) => k >= 0),
    [0, 10],
  )
  assert.equal((packets[10]!.timestamp - packets[9]!.timestamp) >>> 0, 51 * 160)
  assert.equal((packets[10]!.sequence - packets[9]!.sequence) & 0xffff, 1)
})

test('strangers are not heard; a peer behind NAT is, and then sent to', () => {
  const run = (from: readonly Endpoint[], frames = 100) => {
    const sender = session(5)
    sender.rtp.configure(config(here))
    const { rtp, sent } = session(6)
    rtp.configure(config(there))
    for (let k = 0; k < frames; k++) {
      sender.rtp.send(new Int16Array(160))
      rtp.receiveRtp(sender.sent.at(-1)!.datagram, from[Math.min(k, from.length - 1)]!, k * 20)
    }
    rtp.send(new Int16Array(160))
    return { packets: rtp.quality(0).received.packets, to: sent.at(-1)!.to }
  }
  const stranger = { address: '198.51.100.7', port: 7000 }
  const otherPort = { ...there, port: 6000 }
  assert.deepEqual(run([there]), { packets: 100, to: there })
  // The same address, another port: believed at the second packet. Elsewhere: at the fifth.
  assert.deepEqual(run([otherPort]), { packets: 99, to: otherPort })
  assert.deepEqual(run([stranger]), { packets: 96, to: stranger })
  // Once the peer was heard where it should be, never; and it wins over one that came first.
  const late = run([...Array.from({ length: 10 }, () => there), stranger])
  assert.deepEqual(late, { packets: 10, to: there })
  const first = run([...Array.from({ length: 10 }, () => stranger), there])
  assert.deepEqual(first, { packets: 96, to: there })
  // The rightful peer fell silent: still no other address.
  assert.equal(run([there, ...Array.from({ length: 1 }, () => stranger)], 400).packets, 1)
})

test('a new SSRC is believed at its second packet and heard from its first; one wild packet is not', () => {
  const { rtp } = session(7)
  rtp.configure(config(there))
  const senders = [session(8), session(9), session(10)]
  for (const sender of senders) sender.rtp.configure(config(here))
  const from = (sender: ReturnType<typeof session>, now: number) => {
    sender.rtp.send(new Int16Array(160))
    rtp.receiveRtp(sender.sent.at(-1)!.datagram, there, now)
  }
  for (let k = 0; k < 50; k++) from(senders[0]!, k * 20)
  from(senders[1]!, 1000)
  for (let k = 51; k < 100; k++) from(senders[0]!, k * 20)
  assert.equal(rtp.quality(0).received.packets, 99)
  for (let k = 100; k < 150; k++) from(senders[2]!, k * 20)
  assert.deepEqual(
    { packets: rtp.quality(0).received.packets, lost: rtp.quality(0).received.lost },
    { packets: 149, lost: 0 },
  )
})

test('a stream is taken up exactly where it is said to be', () => {
  const before = session(11)
  before.rtp.configure(config(there))
  for (let k = 0; k < 100; k++) before.rtp.send(new Int16Array(160))
  const { position } = before.rtp
  const resumed = session(12, position)
  resumed.rtp.configure(config(there))
  resumed.rtp.send(new Int16Array(160))
  const { ssrc, sequence, timestamp } = parseRtp(resumed.sent[0]!.datagram)!
  assert.deepEqual({ ssrc, sequence, timestamp }, position)
})

test('nothing is sent before the signalling told where', () => {
  const { rtp, sent } = session(13)
  rtp.send(new Int16Array(160))
  rtp.poll(60_000, 60_000)
  rtp.close(60_000, 60_000)
  assert.equal(sent.length, 0)
})

test('100,000 random and mutated datagrams at each port, from strangers and as the peer: nothing throws', () => {
  const random = seeded(14)
  const { rtp } = session(15)
  rtp.configure(config(there))
  const sender = session(16)
  sender.rtp.configure(config(here))
  const frame = new Int16Array(160)
  for (let k = 0; k < 100_000; k++) {
    sender.sent.length = 0
    sender.rtp.send(frame)
    sender.rtp.poll(k, k)
    const [{ datagram }] = sender.sent as [Sent]
    const bytes =
      random() < 0.5
        ? datagram.slice(0, random() * 200)
        : Uint8Array.from({ length: random() * 40 }, () => random() * 256)
    for (let flips = random() * 4; flips > 0 && bytes.length > 0; flips--)
      bytes[Math.floor(random() * bytes.length)] = random() * 256
    const from = random() < 0.5 ? there : { address: '198.51.100.7', port: Math.floor(random() * 65_536) }
    rtp.receiveRtp(bytes, from, k)
    rtp.receiveRtcp(bytes, { ...from, port: from.port + 1 }, k, k)
    if (k % 20 === 0) rtp.take(frame, k)
  }
  const { received } = rtp.quality(0)
  for (const figure of Object.values(received))
    if (typeof figure === 'number') assert.ok(Number.isFinite(figure) && figure >= 0, JSON.stringify(received))
})
