import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ComfortNoise } from '../../../native/audio/comfort-noise.ts'
import type { SessionConfig } from '../../../native/protocol.ts'
import { parseRtp } from '../../../native/rtp/packet.ts'
import { RtpSession } from '../../../native/session/session.ts'
import { seeded } from '../../support/seeded.ts'
import { energy, sine, speech } from '../../support/sound.ts'
import { sessionConfig } from '../../support/session-config.ts'

const config: SessionConfig = sessionConfig({ address: '192.0.2.2', port: 4000 })
const quiet: SessionConfig = { ...config, suppressSilence: true, comfortNoise: 13 }

interface Packet {
  readonly at: number
  readonly datagram: Uint8Array
  readonly payloadType: number
  readonly marker: boolean
  readonly timestamp: number
}

const build = (sent: (datagram: Uint8Array) => void = () => {}) => {
  const random = seeded(1)
  return new RtpSession(
    { sendRtp: sent, sendRtcp() {}, onDigit() {} },
    { cname: 'x', random: () => random() * 0x1_0000_0000, now: 0 },
  )
}

function packets(sound: Int16Array, settings: SessionConfig): Packet[] {
  const sent: Packet[] = []
  let at = 0
  const session = build((datagram) => {
    const { payloadType, marker, timestamp } = parseRtp(datagram)!
    sent.push({ at, datagram, payloadType, marker, timestamp })
  })
  session.configure(settings)
  for (at = 0; at * 8 < sound.length; at += 20) session.send(sound.subarray(at * 8, at * 8 + 160))
  return sent
}

/** A second of talk, three of a room's noise at -58 dBov, a second of talk. */
const random = seeded(2)
const room = Int16Array.from({ length: 5 * 8000 }, () => Math.round((random() - 0.5) * 142))
const talk = sine(300, 1, 6000)
const sound = room.map((noise, i) => noise + (i < 8000 ? talk[i]! : i >= 32_000 ? talk[i - 32_000]! : 0))

test('by default every packet is sent', () => {
  assert.equal(packets(sound, config).length, 250)
})

test('in a pause comfort noise goes out now and then, and talk begins with a marker in its true time', () => {
  const sent = packets(sound, quiet)
  const noise = sent.filter(({ payloadType }) => payloadType === 13)
  assert.ok(noise.length >= 2 && noise.length <= 8, `${noise.length} packets of comfort noise`)
  const level = noise[0]!.datagram[12]!
  assert.ok(Math.abs(level - 58) <= 2, `-${level} dBov`)
  assert.ok(noise.every(({ datagram, marker }) => datagram.length === 13 && !marker))
  const spoken = sent.filter(({ payloadType }) => payloadType === 0)
  assert.equal(spoken.filter(({ at }) => at < 1000).length, 50, 'nothing of the talk is cut off')
  assert.equal(spoken.filter(({ at }) => at >= 4000).length, 50)
  assert.ok(spoken.length < 120)
  const second = spoken.find(({ at }) => at >= 4000)!
  assert.equal(second.marker, true)
  assert.equal((second.timestamp - spoken[0]!.timestamp) >>> 0, 32_000)
})

test('to a peer that knows no comfort noise nothing goes out in a pause', () => {
  const sent = packets(sound, { ...config, suppressSilence: true })
  assert.ok(sent.every(({ payloadType }) => payloadType === 0))
  assert.ok(sent.length < 120)
})

test('speech and music lose nothing that is heard', () => {
  const said = speech(20, 3)
  const sent = new Set(packets(said, quiet).flatMap(({ at, payloadType }) => (payloadType === 0 ? [at] : [])))
  let cut = 0
  for (let at = 0; at * 8 < said.length; at += 20) if (!sent.has(at)) cut += energy(said.subarray(at * 8, at * 8 + 160))
  assert.ok(cut / energy(said) < 1e-4, `${cut / energy(said)}`)
  assert.equal(packets(sine(440, 30, 2000), quiet).length, 1500)
})

test('a pause is filled with the noise that the peer tells, until it talks again', () => {
  const sent = packets(sound, quiet)
  const session = build()
  const { comfortNoise: _, ...unasked } = config
  session.configure(unasked)
  const heard = new Int16Array(5 * 8000)
  for (let at = 0; at < 5000; at += 20) {
    for (const packet of sent.filter((one) => one.at === at))
      session.receiveRtp(packet.datagram, { address: '192.0.2.2', port: 4000 }, at)
    session.take(heard.subarray(at * 8, at * 8 + 160), at)
  }
  const dbov = (from: number, to: number) =>
    10 * Math.log10(energy(heard.subarray(from * 8, to * 8)) / ((to - from) * 8) / 32768 ** 2)
  assert.ok(Math.abs(dbov(1800, 3900) - -58) < 2, `${dbov(1800, 3900)} dBov`)
  assert.ok(dbov(4200, 4900) > -20)
})

test('no peer can shout with comfort noise', () => {
  const noise = new ComfortNoise()
  noise.hear(Uint8Array.of(0))
  const powerOf = (samples: Int16Array) => {
    noise.fill(samples)
    return energy(samples) / samples.length
  }
  assert.ok(10 * Math.log10(powerOf(new Int16Array(8000)) / 32768 ** 2) < -29)
  noise.hear(new Uint8Array())
  powerOf(new Int16Array(8000))
  assert.ok(powerOf(new Int16Array(8000)) < 1)
})
