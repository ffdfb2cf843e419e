/** Keeps time: sound that was sent and recorded in real time is compared. */

import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import { lengthOf, monoSamples, parseWav, wavHeader } from '../../native/audio/wav.ts'
import { parseRtp } from '../../native/rtp/packet.ts'
import { level, likeness, speech } from '../support/sound.ts'
import { config, EngineBench } from './engine-bench.ts'

let folder = ''
const benches: EngineBench[] = []

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtone-media-'))
})
after(() => rm(folder, { recursive: true }))
afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.engine.close()
})

function bench(): EngineBench {
  const one = new EngineBench()
  benches.push(one)
  return one
}

async function wavFile(name: string, samples: Int16Array, rate = 8000): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, Buffer.concat([wavHeader(rate, 1, samples.length * 2), Buffer.from(samples.buffer)]))
  return path
}

async function recorded(name: string): Promise<Int16Array> {
  const wav = parseWav(await readFile(join(folder, name)))
  assert.equal(wav.rate, 8000)
  return monoSamples(wav, 0, lengthOf(wav))
}

const path = (name: string) => join(folder, name)

for (const codec of ['PCMU', 'PCMA'] as const) {
  test(`${codec}: speech sent from a file arrives, digits go both ways, the figures are those of the textbook`, async () => {
    const [alice, bob] = [bench(), bench()]
    const sent = speech(2.4, 1)
    const source = { kind: 'file', path: await wavFile(`${codec}.wav`, sent) } as const
    const alicePort = await alice.open('a', { source, record: path(`${codec}-a.wav`) })
    const bobPort = await bob.open('b', {
      source: { kind: 'tone', hz: 440, dbfs: -12 },
      record: path(`${codec}-b.wav`),
    })
    const payloadType = codec === 'PCMU' ? 0 : 8
    bob.order({ op: 'configure', session: 'b', config: config(alicePort, { codec, payloadType }) })
    alice.order({ op: 'configure', session: 'a', config: config(bobPort, { codec, payloadType }) })
    await alice.event('quality', ({ quality }) => quality.sent.packets > 125)
    alice.order({ op: 'dtmf', session: 'a', digits: '1*', durationMs: 80, way: 'rfc4733' })
    bob.order({ op: 'dtmf', session: 'b', digits: '#', durationMs: 80, way: 'rfc4733' })
    assert.equal((await alice.event('dtmf-sent')).ok, true)
    await bob.event('dtmf-received', ({ digit }) => digit === '*')
    await alice.event('dtmf-received')
    const [quality] = await Promise.all([alice.close('a'), bob.close('b')])

    assert.ok(likeness(sent, await recorded(`${codec}-b.wav`), [0, 4000]) > 0.99)
    const heard = await recorded(`${codec}-a.wav`)
    // Tenths of a second, for this measure adds up in phase: where one packet was late and 20 ms were concealed, all that
    // follows is 8.8 periods of the tone later, and a whole second would take up to 1.8 dB away from itself.
    const tenths = Array.from({ length: 20 }, (_, k) => level(heard.subarray(1600 + k * 800, 2400 + k * 800), 440))
    const usual = tenths.sort((a, b) => a - b)[10]!
    assert.ok(Math.abs(usual - -12) < 0.2, `${usual} dBFS`)
    assert.deepEqual(digits(bob), ['1', '*'])
    assert.deepEqual(digits(alice), ['#'])
    assert.equal(quality.sent.kbpsIp > 60 && quality.sent.kbpsIp < 80, true)
    assert.equal(quality.received.codec, codec)
    assert.equal(quality.received.lost, 0)
    assert.ok(quality.received.mos > 4.2)
  })
}

const digits = ({ events }: EngineBench) =>
  events.flatMap((event) => (event.event === 'dtmf-received' ? [event.digit] : []))

test('60 ms out and 30 ms in: every ptime arrives whole', async () => {
  const [alice, bob] = [bench(), bench()]
  const sent = speech(2, 2)
  const source = { kind: 'file', path: await wavFile('ptime.wav', sent) } as const
  const alicePort = await alice.open('a', { source, record: path('ptime-a.wav') })
  const bobPort = await bob.open('b', { source, record: path('ptime-b.wav') })
  alice.order({ op: 'configure', session: 'a', config: config(bobPort, { ptimeMs: 60 }) })
  bob.order({ op: 'configure', session: 'b', config: config(alicePort, { ptimeMs: 30 }) })
  await alice.event('quality', ({ quality }) => quality.sent.packets >= 36)
  const quality = await alice.close('a')
  await bob.close('b')
  assert.ok(likeness(sent, await recorded('ptime-b.wav'), [0, 4000]) > 0.99)
  assert.ok(likeness(sent, await recorded('ptime-a.wav'), [0, 4000]) > 0.99)
  assert.equal(quality.delayMs.packetization, 30)
  // RTP, UDP and IP weigh less on longer packets: 520 bytes each 60 ms.
  assert.equal(quality.sent.kbpsIp, 69.3)
})

test('the echo source gives back what it hears; muted it is silent, held it sends nothing, resumed it is back', async () => {
  const [caller, mirror] = [bench(), bench()]
  const callerPort = await caller.open('c', { source: { kind: 'tone', hz: 600, dbfs: -10 }, record: path('echo.wav') })
  const mirrorPort = await mirror.open('m', { source: { kind: 'echo' } })
  mirror.order({ op: 'configure', session: 'm', config: config(callerPort) })
  caller.order({ op: 'configure', session: 'c', config: config(mirrorPort) })
  const received = (count: number) => caller.event('quality', ({ quality }) => quality.received.packets >= count)
  await received(50)
  mirror.order({ op: 'mute', session: 'm', on: true })
  const muted = (await received(100)).quality.received.packets
  mirror.order({ op: 'configure', session: 'm', config: config(callerPort, { sending: false }) })
  const held = caller.events.length
  const quiet = async () => {
    for (;;) {
      const figures = caller.events.slice(held).filter((event) => event.event === 'quality')
      if (figures.length >= 2) return figures[1]!.quality.received.packets - figures[0]!.quality.received.packets
      await caller.event('quality', (event) => !figures.includes(event) && caller.events.indexOf(event) >= held)
    }
  }
  assert.ok((await quiet()) <= 3, 'held, it went on sending')
  mirror.order({ op: 'mute', session: 'm', on: false })
  mirror.order({ op: 'configure', session: 'm', config: config(callerPort) })
  await received(muted + 60)
  await Promise.all([caller.close('c'), mirror.close('m')])
  const sound = await recorded('echo.wav')
  const tenths = Array.from({ length: Math.floor(sound.length / 800) }, (_, k) =>
    level(sound.subarray(k * 800, k * 800 + 800), 600),
  )
  const loud = tenths.map((dbfs) => dbfs > -13)
  const first = loud.indexOf(true)
  const silentAt = loud.indexOf(false, first)
  const again = loud.indexOf(true, silentAt)
  assert.ok(first >= 0 && silentAt - first >= 5 && again - silentAt >= 10, loud.map(Number).join(''))
})

test('what fails is told with its code: port taken, no WAV, no such file, no address', async () => {
  const one = bench()
  const taken = createSocket('udp4').bind(28_100, '127.0.0.1')
  await once(taken, 'listening')
  try {
    const open = { op: 'open', address: '127.0.0.1', ports: [28_100, 28_101], cname: 'x' } as const
    const audio = { source: { kind: 'silence' }, sink: { kind: 'discard' } } as const
    one.order({ ...open, session: 'port', audio })
    one.order({ ...open, session: 'exact', audio, ports: [28_000, 28_999], exactPort: 28_100 })
    const noWav = path('text.wav')
    await writeFile(noWav, 'hello')
    one.order({
      ...open,
      ports: [28_000, 28_999],
      session: 'text',
      audio: { ...audio, source: { kind: 'file', path: noWav } },
    })
    one.order({
      ...open,
      ports: [28_000, 28_999],
      session: 'missing',
      audio: { ...audio, source: { kind: 'file', path: path('none.wav') } },
    })
    one.order({
      ...open,
      ports: [28_000, 28_999],
      session: 'folder',
      audio: { ...audio, record: path('no/such/folder.wav') },
    })
    one.order({ ...open, ports: [28_000, 28_999], session: 'address', address: '203.0.113.1', audio })
    const code = async (session: string) => (await one.event('failed', (event) => event.session === session)).code
    assert.deepEqual(await Promise.all(['port', 'exact', 'text', 'missing', 'folder', 'address'].map(code)), [
      'port-in-use',
      'port-in-use',
      'bad-file',
      'bad-file',
      'bad-file',
      'internal',
    ])
    assert.equal(one.engine.size, 0)
    assert.equal((await one.close('text')).received.packets, 0)
  } finally {
    taken.close()
  }
})

test('a taken port is passed over, the pair is even and odd', async () => {
  const one = bench()
  const taken = createSocket('udp4').bind(28_201, '127.0.0.1')
  await once(taken, 'listening')
  const port = await one.open('a', {}, { ports: [28_199, 28_299] })
  taken.close()
  assert.equal(port, 28_202)
})

test('orders to a session that is not open, or twice the same, do no harm', async () => {
  const one = bench()
  one.order({ op: 'configure', session: 'none', config: config(9) })
  one.order({ op: 'mute', session: 'none', on: true })
  one.order({ op: 'dtmf', session: 'none', digits: '1', durationMs: 100, way: 'rfc4733' })
  assert.equal((await one.event('dtmf-sent')).ok, false)
  const port = await one.open('a')
  one.order({
    op: 'configure',
    session: 'a',
    config: config(9, { remote: { address: 'not.an.address', rtpPort: 9, rtcpPort: 10 } }),
  })
  assert.equal((await one.event('failed')).session, 'a')
  one.order({ op: 'configure', session: 'a', config: config(port) })
  one.order({ op: 'close', session: 'a' })
  one.order({ op: 'mute', session: 'a', on: true })
  one.order({ op: 'close', session: 'a' })
  await one.event('closed')
})

test('the microphone paces the packets; when the card stalls silence goes on, when it is back so is the sound', async () => {
  const one = bench()
  one.order({ op: 'listen-audio', path: 'x', token: 'y' })
  const peer = createSocket('udp4').bind(0, '127.0.0.1')
  await once(peer, 'listening')
  const packets: { marker: boolean; sequence: number; timestamp: number; loud: boolean }[] = []
  peer.on('message', (datagram) => {
    const packet = parseRtp(datagram)
    if (packet) packets.push({ ...packet, loud: packet.payload.some((code) => (code & 0x7f) < 0x60) })
  })
  await one.open('a', { source: { kind: 'device' }, sink: { kind: 'device' } })
  assert.equal((await one.event('audio-wanted')).wanted, true)
  one.order({ op: 'configure', session: 'a', config: config(peer.address().port) })
  const until = async (enough: () => boolean) => {
    while (!enough()) await once(peer, 'message')
  }
  // No card yet: silence.
  await until(() => packets.length >= 10)
  assert.ok(packets.every(({ loud }) => !loud))
  const frame = Int16Array.from({ length: 160 }, (_, i) => 8000 * Math.sin(i / 3))
  const before = packets.length
  // Faster than time: each frame of the card is a packet, at once.
  for (let k = 0; k < 20; k++) one.card.delegate!.onMicrophone(frame)
  await until(() => packets.filter(({ loud }) => loud).length >= 19)
  assert.ok(packets.filter(({ loud }) => loud).length - before <= 20)
  // The card is silent: the clock stands in.
  const stalled = packets.length
  await until(() => packets.length >= stalled + 10)
  assert.ok(packets.slice(-8).every(({ loud }) => !loud))
  one.card.delegate!.onMicrophone(frame)
  one.card.delegate!.onMicrophone(frame)
  await until(() => packets.slice(-3).some(({ loud }) => loud))
  for (let k = 1; k < packets.length; k++) {
    assert.equal((packets[k]!.sequence - packets[k - 1]!.sequence) & 0xffff, 1)
    const step = (packets[k]!.timestamp - packets[k - 1]!.timestamp) >>> 0
    assert.ok(step === 160 || (packets[k]!.marker && step % 160 === 0), `${step}`)
  }
  const { delayMs } = await one.close('a')
  assert.equal(delayMs.device, 30)
  assert.equal((await one.event('audio-wanted', ({ wanted }) => !wanted)).wanted, false)
  assert.equal(one.card.delegate, undefined)
  peer.close()
})

test('the speaker hears all sessions mixed, and the call tone without any', async () => {
  const [one, peers] = [bench(), bench()]
  one.order({ op: 'listen-audio', path: 'x', token: 'y' })
  for (const [session, hz] of [
    ['a', 500],
    ['b', 1300],
  ] as const) {
    const port = await one.open(session, { sink: { kind: 'device' } })
    const peerPort = await peers.open(session, { source: { kind: 'tone', hz, dbfs: -20 } })
    peers.order({ op: 'configure', session, config: config(port) })
    one.order({ op: 'configure', session, config: config(peerPort) })
  }
  const sound: number[] = []
  const speaker = setInterval(() => sound.push(...(one.card.delegate?.pull() ?? [])), 20)
  await one.event('quality', ({ quality }) => quality.received.packets > 40)
  await Promise.all(['a', 'b'].flatMap((session) => [one.close(session), peers.close(session)]))
  clearInterval(speaker)
  const heard = Int16Array.from(sound.slice(-4000))
  assert.ok(Math.abs(level(heard, 500) - -20) < 3 && Math.abs(level(heard, 1300) - -20) < 3)
  assert.equal(one.card.delegate, undefined)

  one.order({ op: 'tone', tone: 'ringback' })
  const ringback = Int16Array.from(Array.from({ length: 50 }, () => [...one.card.delegate!.pull()!]).flat())
  assert.ok(level(ringback, 440) > -19 && level(ringback, 480) > -19)
  one.order({ op: 'tone', tone: null })
  assert.equal(one.card.delegate, undefined)
})

test('1,000 sessions opened and closed leave no socket behind', async () => {
  const one = bench()
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length
  const before = sockets()
  for (let round = 0; round < 20; round++) {
    const ids = Array.from({ length: 50 }, (_, k) => `${round}-${k}`)
    await Promise.all(ids.map((id) => one.open(id)))
    await Promise.all(ids.map((id) => one.close(id)))
    one.events.length = 0
  }
  assert.equal(one.engine.size, 0)
  // A closed handle is let go within the loop's next turns.
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(sockets(), before)
})
