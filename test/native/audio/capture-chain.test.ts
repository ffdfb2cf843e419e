import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CaptureChain } from '../../../native/audio/capture-chain.ts'
import { Conversion } from '../../../native/audio/conversion.ts'
import type { CaptureSettings } from '../../../native/protocol.ts'
import { seeded } from '../../support/seeded.ts'
import { energy, likeness, speech } from '../../support/sound.ts'

const off: CaptureSettings = { echoCancellation: false, noiseSuppression: false, gainControl: false }
const db = (ratio: number) => 10 * Math.log10(ratio + 1e-12)
const from = (sound: Int16Array, seconds: number, to = Infinity) =>
  sound.subarray(seconds * 8000, Math.min(sound.length, to * 8000))
const levelDb = (sound: Int16Array) => db(energy(sound) / sound.length / 32768 ** 2)

/** A room: the card's delay, then 60 ms of decaying reflections, 10 dB below what is played. */
function echoOf(far: Int16Array, { delayMs = 90, drive = 0, seed = 4 } = {}): Int16Array {
  const random = seeded(seed)
  const taps = Float64Array.from({ length: 480 }, (_, i) => (random() - 0.5) * Math.exp(-i / 90))
  const scale = 10 ** (-10 / 20) / Math.sqrt(taps.reduce((sum, tap) => sum + tap * tap, 0))
  const delay = delayMs * 8
  // A small speaker bends what is loud.
  const driven = Float64Array.from(far, (x) => (drive === 0 ? x : (Math.tanh((x / 32768) * drive) * 32768) / drive))
  return Int16Array.from(far, (_, n) => {
    let sum = 0
    for (let i = 0; i < taps.length && n - delay - i >= 0; i++) sum += taps[i]! * driven[n - delay - i]!
    return Math.round(sum * scale)
  })
}

function run(
  settings: CaptureSettings,
  microphone: Int16Array,
  far: Int16Array = new Int16Array(microphone.length),
  rate = 8000,
): Int16Array {
  const chain = new CaptureChain()
  chain.settings = settings
  chain.rate = rate
  const out = new Int16Array(microphone.length)
  const size = rate / 50
  for (let at = 0; at + size <= microphone.length; at += size) {
    chain.played(far.subarray(at, at + size))
    out.set(chain.process(microphone.subarray(at, at + size)), at)
  }
  return out
}

const add = (a: Int16Array, b: Int16Array) => Int16Array.from(a, (sample, i) => sample + (b[i] ?? 0))
const cancelling = { ...off, echoCancellation: true }

for (const [what, path, least] of [
  ['a room', {}, 25],
  ['a long way through the card', { delayMs: 230, seed: 9 }, 15],
  ['a speaker that bends the sound', { drive: 4 }, 18],
] as const)
  test(`echo: ${what}`, (t) => {
    const far = speech(14, 1)
    const echo = echoOf(far, path)
    const out = run(cancelling, echo, far)
    const erle = db(energy(from(echo, 6)) / energy(from(out, 6)))
    const early = db(energy(from(echo, 1, 3)) / energy(from(out, 1, 3)))
    t.diagnostic(`ERLE ${erle.toFixed(1)} dB, in the seconds 1 to 3 ${early.toFixed(1)} dB`)
    assert.ok(erle > least, `${erle} dB`)
  })

/** Talk below 4 kHz and, softer, above, at 16 kHz. */
function wideSpeech(seconds: number, seed: number): Int16Array {
  const [below, above] = [seed, seed + 50].map((one) =>
    new Conversion().convert(speech(seconds, one), 8000, 16_000).slice(),
  )
  return below!.map((sample, i) => Math.round(0.7 * sample + (i % 2 === 0 ? 0.3 : -0.3) * above![i]!))
}

test('echo and noise at 16 kHz: as at 8', (t) => {
  const wide = (sound: Int16Array, seconds: number, to = Infinity) => from(sound, seconds * 2, to * 2)
  const far = wideSpeech(14, 1)
  const echo = echoOf(far)
  const erle = db(energy(wide(echo, 6)) / energy(wide(run(cancelling, echo, far, 16_000), 6)))
  const random = seeded(5)
  const noise = Int16Array.from({ length: 8 * 16_000 }, () => Math.round((random() - 0.5) * 220))
  const out = run({ ...off, noiseSuppression: true }, noise, undefined, 16_000)
  const reduction = db(energy(wide(noise, 2)) / energy(wide(out, 2)))
  t.diagnostic(`ERLE ${erle.toFixed(1)} dB, noise reduced by ${reduction.toFixed(1)} dB`)
  assert.ok(erle > 20, `${erle} dB`)
  assert.ok(reduction > 9, `${reduction} dB`)
})

test('echo: who talks at the same time is heard, and the echo stays away afterwards', (t) => {
  const far = speech(20, 1)
  const echo = echoOf(far)
  const near = new Int16Array(far.length)
  near.set(speech(5, 22), 8 * 8000)
  const out = run(cancelling, add(echo, near), far)
  const [said, heard] = [from(near, 8, 13), from(out, 8, 13.2)]
  const alike = likeness(said, heard, [0, 400])
  const loss = levelDb(said) - levelDb(heard)
  const after = db(energy(from(echo, 14)) / energy(from(out, 14)))
  t.diagnostic(`likeness ${alike.toFixed(3)}, level lost ${loss.toFixed(1)} dB, ERLE after it ${after.toFixed(1)} dB`)
  assert.ok(alike > 0.85 && Math.abs(loss) < 3, `${alike}, ${loss} dB`)
  assert.ok(after > 20, `${after} dB`)
})

test('echo: without a far end nothing is changed but its time', () => {
  const near = speech(6, 3)
  const out = run(cancelling, near)
  assert.ok(likeness(near, out, [100, 220]) > 0.999)
})

test('noise is turned down, talk is not', (t) => {
  const random = seeded(5)
  const noise = Int16Array.from({ length: 12 * 8000 }, () => Math.round((random() - 0.5) * 220))
  const talk = new Int16Array(noise.length)
  talk.set(speech(6, 6), 6 * 8000)
  const out = run({ ...off, noiseSuppression: true }, add(noise, talk))
  const reduction = db(energy(from(noise, 2, 6)) / energy(from(out, 2, 6)))
  const alike = likeness(from(talk, 6), from(out, 6), [100, 220])
  const loss = levelDb(from(talk, 6)) - levelDb(from(out, 6))
  t.diagnostic(
    `noise reduced by ${reduction.toFixed(1)} dB, talk by ${loss.toFixed(2)} dB, likeness ${alike.toFixed(3)}`,
  )
  assert.ok(reduction > 9 && Math.abs(loss) < 1 && alike > 0.97)
})

/** Ringback tones, a chord that is held, and a piece of music, at so many dBFS, in a room that is not silent. */
const tones: Readonly<Record<string, (t: number) => number>> = {
  'a tone': (t) => Math.sin(2 * Math.PI * 440 * t),
  'two tones': (t) => chord([440, 480], t),
  'a chord': (t) => chord([262, 330, 392, 523], t),
  music: (t) => {
    const note = [262, 294, 330, 349, 392, 440, 494, 523][(Math.floor(t / 0.3) * 5) % 8] ?? 0
    return 0.6 * (0.5 + 0.5 * Math.exp(-6 * (t % 0.3))) * (chord([note, 2 * note], t) + 0.5 * chord([131, 196], t))
  },
}
const chord = (hz: readonly number[], t: number) =>
  hz.reduce((sum, one) => sum + Math.sin(2 * Math.PI * one * t), 0) / Math.sqrt(hz.length)

test('noise: steady tones and music are none, loud or soft', () => {
  for (const dbfs of [-12, -30, -40])
    for (const [what, wave] of Object.entries(tones)) {
      const random = seeded(6)
      const peak = 32_767 * 10 ** (dbfs / 20)
      const sound = Int16Array.from({ length: 10 * 8000 }, (_, i) =>
        Math.round(Math.max(-32_767, Math.min(32_767, peak * wave(i / 8000) + (random() - 0.5) * 60))),
      )
      const lost = levelDb(from(sound, 7)) - levelDb(from(run({ ...off, noiseSuppression: true }, sound), 7))
      assert.ok(Math.abs(lost) < 1, `${what} at ${dbfs} dBFS: ${lost.toFixed(1)} dB eaten`)
    }
})

test('gain: soft and loud talk come to one level, never clipped; noise is not raised', (t) => {
  const levels = [0.15, 0.6, 3].map((factor) => {
    const talk = speech(20, 8).map((sample) => Math.max(-32768, Math.min(32767, sample * factor)))
    const out = run({ ...off, gainControl: true }, talk)
    assert.ok(out.every((sample) => Math.abs(sample) < 32_000))
    return { before: levelDb(from(talk, 12)), after: levelDb(from(out, 12)) }
  })
  t.diagnostic(levels.map(({ before, after }) => `${before.toFixed(1)} -> ${after.toFixed(1)} dBFS`).join(', '))
  const after = levels.map((level) => level.after)
  assert.ok(Math.max(...after) - Math.min(...after) < 10, after.join(' '))
  for (const level of after) assert.ok(Math.abs(level - -23) < 6, `${level} dBFS`)
  const random = seeded(9)
  const noise = Int16Array.from({ length: 10 * 8000 }, () => Math.round((random() - 0.5) * 220))
  assert.ok(levelDb(run({ ...off, gainControl: true }, noise)) - levelDb(noise) < 1)
})

test('each part can be switched in a call; all off, a frame is the same frame', () => {
  const chain = new CaptureChain()
  const frame = speech(1, 2).subarray(0, 160)
  assert.equal(chain.process(frame), frame)
  for (const settings of [cancelling, { ...off, noiseSuppression: true }, { ...off, gainControl: true }, off]) {
    chain.settings = settings
    chain.played(null)
    assert.equal(chain.process(frame).length, 160)
  }
  assert.equal(chain.process(frame), frame)
})
