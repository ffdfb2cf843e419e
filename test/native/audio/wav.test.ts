import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { lengthOf, monoSamples, parseWav, wavHeader, WavError } from '../../../native/audio/wav.ts'
import { readWavFile, WavFileWriter } from '../../../native/audio/wav-file.ts'
import { level, sine } from '../../support/sound.ts'
import { seeded } from '../../support/seeded.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialtone-wav-'))
})
after(() => rm(folder, { recursive: true }))

const chunk = (name: string, body: Uint8Array, length = body.length) => {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32LE(length, 4)
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)])
}

const riff = (...chunks: Buffer[]) => chunk('RIFF', Buffer.concat([Buffer.from('WAVE'), ...chunks]))

function format(tag: number, channels: number, rate: number, bits: number, extension: readonly number[] = []) {
  const body = Buffer.alloc(16)
  body.writeUInt16LE(tag, 0)
  body.writeUInt16LE(channels, 2)
  body.writeUInt32LE(rate, 4)
  body.writeUInt16LE((channels * bits) / 8, 12)
  body.writeUInt16LE(bits, 14)
  return chunk('fmt ', Buffer.concat([body, Buffer.from(extension)]))
}

const float32 = Buffer.alloc(12)
;[0.5, -0.5, NaN].forEach((value, index) => float32.writeFloatLE(value, index * 4))
const guid = [22, 0, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]

for (const [what, file, expected] of [
  ['8 bit', riff(format(1, 1, 8000, 8), chunk('data', Buffer.of(128, 255, 0))), [0, 32512, -32768]],
  ['24 bit', riff(format(1, 1, 8000, 24), chunk('data', Buffer.of(0, 0, 64, 0, 0, 192))), [16384, -16384]],
  ['32 bit', riff(format(1, 1, 8000, 32), chunk('data', Buffer.of(0, 0, 0, 64))), [16384]],
  ['32 bit float', riff(format(3, 1, 8000, 32), chunk('data', float32)), [16384, -16384, 0]],
  ['stereo', riff(format(1, 2, 8000, 16), chunk('data', Buffer.of(0, 16, 0, 32))), [6144]],
  ['WAVE_FORMAT_EXTENSIBLE', riff(format(0xfffe, 1, 8000, 16, guid), chunk('data', Buffer.of(1, 2))), [513]],
  [
    'odd chunks before',
    riff(
      chunk('LIST', Buffer.of(1, 2, 3)),
      format(1, 1, 8000, 16),
      chunk('fact', Buffer.of(9)),
      chunk('data', Buffer.of(1, 2)),
    ),
    [513],
  ],
  ['data cut short', riff(format(1, 1, 8000, 16), chunk('data', Buffer.of(1, 2, 3, 4), 5000)).subarray(0, -1), [513]],
  ['no samples', riff(format(1, 1, 8000, 16), chunk('data', Buffer.alloc(0))), []],
] as const) {
  test(`${what} is read`, () => assert.deepEqual([...monoSamples(parseWav(file), 0, 100)], expected))
}

for (const [what, file, code] of [
  ['text', Buffer.from('this is some text, no sound'), 'not-wav'],
  ['nothing', Buffer.alloc(0), 'not-wav'],
  ['no format', riff(chunk('data', Buffer.of(1, 2))), 'no-format'],
  ['a short format', riff(chunk('fmt ', Buffer.of(1, 0, 1))), 'no-format'],
  ['no data', riff(format(1, 1, 8000, 16)), 'no-data'],
  ['ADPCM', riff(format(2, 1, 8000, 4), chunk('data', Buffer.of(1))), 'unsupported'],
  ['no channels', riff(format(1, 0, 8000, 16), chunk('data', Buffer.of(1))), 'unsupported'],
  ['no rate', riff(format(1, 1, 0, 16), chunk('data', Buffer.of(1))), 'unsupported'],
] as const) {
  test(`${what} is refused with a code`, () => {
    assert.throws(
      () => parseWav(file),
      (error) => error instanceof WavError && error.code === code,
    )
  })
}

test('mutated files give samples or a WavError', () => {
  const random = seeded(1)
  const good = riff(
    format(0xfffe, 2, 44_100, 24, guid),
    chunk('LIST', Buffer.alloc(7)),
    chunk('data', Buffer.alloc(60)),
  )
  for (let round = 0; round < 20_000; round++) {
    const file = Uint8Array.from(good.subarray(0, random() < 0.5 ? random() * good.length : good.length))
    for (let k = random() * 5; k > 0 && file.length > 0; k--) file[Math.floor(random() * file.length)] = random() * 256
    try {
      const wav = parseWav(file)
      monoSamples(wav, 0, lengthOf(wav))
    } catch (error) {
      assert.ok(error instanceof WavError, String(error))
    }
  }
})

for (const rate of [8000, 16_000, 44_100, 48_000]) {
  test(`a file of ${rate} Hz is read with what a call can carry of it, in time and in tune`, async () => {
    const path = join(folder, `${rate}.wav`)
    const sound = sine(200, 1.5, 8000, rate)
    await writeFile(path, Buffer.concat([wavHeader(rate, 1, sound.length * 2), Buffer.from(sound.buffer)]))
    const { rate: kept, samples } = await readWavFile(path)
    assert.equal(kept, rate === 8000 ? 8000 : 16_000)
    assert.ok(Math.abs(samples.length - 1.5 * kept) <= 40, `${samples.length}`)
    assert.ok(Math.abs(level(samples.subarray(kept / 10, 1.4 * kept), 200, kept) - 20 * Math.log10(8000 / 32768)) < 0.2)
    // In phase with the same tone at that rate: the filter's delay is gone but for half a sample.
    const wanted = sine(200, 1.5, 8000, kept)
    for (let i = 4000; i < 4100; i++) assert.ok(Math.abs(samples[i]! - wanted[i]!) < 800, `${i}`)
  })
}

test('what no call can carry does not come back as something else', async () => {
  const path = join(folder, 'alias.wav')
  const sound = sine(10_000, 1, 8000, 48_000)
  await writeFile(path, Buffer.concat([wavHeader(48_000, 1, sound.length * 2), Buffer.from(sound.buffer)]))
  assert.ok(level((await readWavFile(path)).samples.subarray(1600, 14_400), 6000, 16_000) < -60)
})

test('a recording is readable while it is written, and complete when closed', async () => {
  const path = join(folder, 'record.wav')
  const writer = await WavFileWriter.create(path)
  const sound = sine(300, 3.3)
  for (let at = 0; at < sound.length; at += 160) writer.write(sound.subarray(at, at + 160), 8000)
  await writer.close()
  const file = await readFile(path)
  assert.equal(file.length, 44 + sound.length * 2)
  assert.equal(file.readUInt32LE(4), file.length - 8)
  assert.deepEqual(await readWavFile(path), { rate: 8000, samples: sound })
})

test('a recording keeps the rate of its first sound, whatever comes then', async () => {
  for (const [first, second] of [
    [16_000, 8000],
    [8000, 16_000],
  ] as const) {
    const path = join(folder, 'rates.wav')
    const writer = await WavFileWriter.create(path)
    for (const rate of [first, second]) {
      const sound = sine(1000, 1, 8000, rate)
      for (let at = 0; at < sound.length; at += rate / 50) writer.write(sound.subarray(at, at + rate / 50), rate)
    }
    await writer.close()
    const { rate, samples } = await readWavFile(path)
    assert.equal(rate, first)
    assert.equal(samples.length, 2 * first)
    const loud = 20 * Math.log10(8000 / 32_768)
    for (const from of [0.1, 1.1]) {
      const part = samples.subarray(from * first, (from + 0.8) * first)
      assert.ok(Math.abs(level(part, 1000, first) - loud) < 0.2)
    }
  }
})
