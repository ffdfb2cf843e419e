import assert from 'node:assert/strict'
import { join as inFolder } from 'node:path'
import { test } from 'node:test'
import { DtmfDetector } from '../../../native/audio/dtmf-detector.ts'
import { dualTone, frequenciesOf } from '../../../native/audio/dtmf-tones.ts'
import { pcmu } from '../../../native/codec/pcmu.ts'
import { missing } from '../../support/needs.ts'
import { Program } from '../../support/process.ts'
import { scopeOf } from '../../support/scope.ts'
import { seeded } from '../../support/seeded.ts'
import { energy, level, speech } from '../../support/sound.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { readSound } from '../../support/wav.ts'

const keys = '123A456B789C*0#D'

interface Press {
  readonly digit: string
  readonly ms: number
  /** Factors on the two frequencies. */
  readonly low?: number
  readonly high?: number
  /** dBm0 of the two tones. */
  readonly levels?: readonly [number, number]
}

const silence = (ms: number) => new Int16Array(ms * 8)

function press({ digit, ms, low = 1, high = 1, levels = [-9, -7] }: Press): Int16Array {
  const [lowHz, highHz] = frequenciesOf(digit)!
  const peaks = levels.map((dbm0) => 32767 * 10 ** ((dbm0 - 3.14) / 20))
  return Int16Array.from({ length: ms * 8 }, (_, i) => {
    const turn = (2 * Math.PI * i) / 8000
    return Math.round(peaks[0]! * Math.sin(lowHz * low * turn) + peaks[1]! * Math.sin(highHz * high * turn + 1))
  })
}

const join = (...parts: readonly Int16Array[]) => Int16Array.from(parts.flatMap((part) => [...part]))

function detect(sound: Int16Array, detector = new DtmfDetector()): string {
  let found = ''
  for (let at = 0; at < sound.length; at += 160) found += detector.hear(sound.subarray(at, at + 160))
  return found
}

/** Every key so, at changing places in the detector's windows. */
const all = (shape: Omit<Press, 'digit'>, pauseMs = 60) =>
  detect(
    join(
      ...[...keys].flatMap((digit, i) => [silence(pauseMs), new Int16Array(i * 7), press({ digit, ...shape })]),
      silence(40),
    ),
  )

test('a key is two sines of ITU-T Q.23, the high one 2 dB louder, without a click', () => {
  for (const digit of keys) {
    const sound = Int16Array.from({ length: 960 }, (_, at) => dualTone(frequenciesOf(digit)!, at / 8, 120))
    const [low, high] = frequenciesOf(digit)!
    const middle = sound.subarray(80, 880)
    const [lowDb, highDb] = [level(middle, low), level(middle, high)]
    assert.ok(Math.abs(lowDb + 12.14) < 0.2, `${digit}: ${lowDb} dBFS`)
    assert.ok(Math.abs(highDb + 10.14) < 0.2, `${digit}: ${highDb} dBFS`)
    const tones = (800 * 32768 ** 2 * (10 ** (lowDb / 10) + 10 ** (highDb / 10))) / 2
    assert.ok(Math.abs(10 * Math.log10(energy(middle) / tones)) < 0.1, 'nothing else sounds')
    assert.ok(Math.abs(sound[0]!) < 500 && Math.abs(sound.at(-1)!) < 1500)
  }
})

test('Q.24: what must count does', () => {
  assert.equal(all({ ms: 40 }), keys, '40 ms')
  assert.equal(all({ ms: 50 }, 40), keys, 'pauses of 40 ms')
  assert.equal(all({ ms: 50, levels: [-25, -25] }), keys, '-25 dBm0')
  assert.equal(all({ ms: 50, levels: [-6, -2] }), keys, 'the high group 4 dB louder')
  assert.equal(all({ ms: 50, levels: [-4, -12] }), keys, 'the high group 8 dB weaker')
  for (const low of [0.985, 1, 1.015])
    for (const high of [0.985, 1, 1.015]) assert.equal(all({ ms: 60, low, high }), keys, `${low} ${high}`)
  assert.equal(detect(join(press({ digit: '5', ms: 40 }), silence(40), press({ digit: '5', ms: 40 }))), '55')
  assert.equal(detect(join(press({ digit: '5', ms: 60 }), silence(10), press({ digit: '5', ms: 60 }))), '5', 'a break')
})

test('Q.24: what must not count does not', () => {
  assert.equal(all({ ms: 20 }), '', '20 ms')
  assert.equal(all({ ms: 100, levels: [-55, -55] }), '', '-55 dBm0')
  assert.equal(all({ ms: 100, levels: [-20, -8] }), '', 'twist')
  for (const off of [0.965, 1.035]) {
    assert.equal(all({ ms: 100, low: off }), '', `low ${off}`)
    assert.equal(all({ ms: 100, high: off }), '', `high ${off}`)
  }
})

test('noise 15 dB below the tones and G.711 do no harm', () => {
  const random = seeded(3)
  const digits = Array.from({ length: 100 }, () => keys[Math.floor(random() * 16)]!).join('')
  const sound = join(...[...digits].flatMap((digit) => [press({ digit, ms: 50 }), silence(50)]))
  // Uniform noise; power of the tones: two sines of -9 and -7 dBm0.
  const power = (32767 ** 2 / 2) * (10 ** (-12.14 / 10) + 10 ** (-10.14 / 10))
  const width = Math.sqrt((12 * power) / 10 ** 1.5)
  const noisy = sound.map((sample) => Math.round(sample + (random() - 0.5) * width))
  assert.equal(detect(noisy), digits)
  const coded = new Uint8Array(sound.length)
  pcmu.encode(sound, coded)
  const decoded = new Int16Array(sound.length)
  pcmu.decode(coded, decoded)
  assert.equal(detect(decoded), digits)
})

test('five minutes of talk are no digits', () => {
  for (let seed = 1; seed <= 10; seed++) assert.equal(detect(speech(30, seed)), '')
})

test('ten minutes of ten voices are no digits', { skip: missing('espeak-ng') }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const voices = ['en-gb', 'en-us+f3', 'en-gb+m4', 'en-us+f5', 'de+m2', 'fr+f2', 'cmn', 'es+m7', 'sv+f4', 'it+m1']
  let seconds = 0
  for (const [index, voice] of voices.entries()) {
    const file = inFolder(folder, `${index}.wav`)
    const talk = await Program.start(scope, 'espeak-ng', ['-v', voice, '-s', '110', '-w', file, sentences.repeat(2)])
    await talk.exited
    const { rate, samples } = await readSound(file)
    const sound = toTelephone(samples, rate)
    seconds += sound.length / 8000
    assert.equal(detect(sound), '', voice)
  }
  assert.ok(seconds > 600, `${seconds} s`)
})

/** Vowels long and high, as tones are, and much between them. */
const sentences = `Ooh, aah, eee, whoo, yeah, hello, oh no, you owe me eleven euros. We were away a year ago, roaming along the
  river Oise in a blue yawl. Four, nine, two, zero, six. She sells fresh fish by the misty shore, can you hear me well? A big
  brown dog dug deep, and tapped the pot until nobody slept. Please wait a moment while I look that up for you. `

/** At 8 kHz, by the mean of what each sample covers. */
function toTelephone(samples: Int16Array, rate: number): Int16Array {
  const ratio = rate / 8000
  return Int16Array.from({ length: Math.floor(samples.length / ratio) }, (_, i) => {
    const [from, to] = [Math.floor(i * ratio), Math.floor((i + 1) * ratio)]
    return samples.subarray(from, to).reduce((sum, sample) => sum + sample, 0) / (to - from)
  })
}

test('a lost packet neither ends a tone nor hides a pause', () => {
  const detector = new DtmfDetector()
  assert.equal(detect(press({ digit: '5', ms: 60 }), detector), '5')
  detector.miss(160)
  assert.equal(detect(join(press({ digit: '5', ms: 40 }), silence(40)), detector), '')
  detector.miss(160)
  assert.equal(detect(join(silence(20), press({ digit: '5', ms: 60 })), detector), '5')
})
