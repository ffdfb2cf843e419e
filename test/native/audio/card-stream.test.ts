import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CardStream } from '../../../native/audio/card-stream.ts'
import { fitSine, sine } from '../../support/tone.ts'

/** Of the device. */
const device = 48_000
const chunk = device / 100

/** A second each way at `rate`: what the microphone brought, what the speaker got. */
function second(stream: CardStream, rate: number, hz: { readonly microphone: number; readonly speaker: number }) {
  const heard: number[] = []
  const played: number[] = []
  let pulls = 0
  const delegate = {
    onMicrophone: (frame: Int16Array) => {
      assert.equal(frame.length, rate / 50)
      heard.push(...frame)
    },
    pull: () => sine(rate, hz.speaker, rate / 50, 10_000, (rate / 50) * pulls++),
    onState() {},
  }
  for (let i = 0; i < 100; i++) {
    stream.microphone(sine(device, hz.microphone, chunk, 8000, i * chunk), i * 10, delegate)
    played.push(...stream.speaker(chunk, i * 10, delegate))
  }
  return { heard: Int16Array.from(heard.slice(rate / 5)), played: Int16Array.from(played.slice(device / 5)) }
}

function assertTone(sound: Int16Array, rate: number, hz: number, amplitude: number): void {
  const found = fitSine(sound, rate, hz)
  assert.ok(Math.abs(found.amplitude - amplitude) < 200 && found.restDb < -45, `${hz} Hz: ${JSON.stringify(found)}`)
}

test('what the calls work with may change while the device runs: more of its band passes, and nothing stops', (t) => {
  const stream = new CardStream(device, device, 8000)
  t.after(() => stream.close())
  for (const [rate, hz] of [
    [8000, { microphone: 1000, speaker: 440 }],
    [16_000, { microphone: 6000, speaker: 6500 }],
    [8000, { microphone: 3000, speaker: 440 }],
  ] as const) {
    stream.rate = rate
    const { heard, played } = second(stream, rate, hz)
    assertTone(heard, rate, hz.microphone, 8000)
    assertTone(played, device, hz.speaker, 10_000)
    assert.equal(stream.flowing(1000, 100), true)
    assert.ok(stream.delayMs < 40)
  }
})
