import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CardDesk, type CardUser } from '../../native/card-desk.ts'
import { level, sine } from '../support/sound.ts'
import { TestCard } from './engine-bench.ts'

async function desk() {
  const card = new TestCard()
  const states: unknown[] = []
  const delegate = { onWanted: (on: boolean) => states.push(on), onState() {}, onWarning() {}, onError: assert.ifError }
  const desk = new CardDesk(delegate, () => card)
  await desk.listen('/nowhere', 'token')
  return { card, desk, states }
}

/** Says a tone at its rate, and keeps what the microphone brings. */
class Member implements CardUser {
  readonly heard: number[] = []
  readonly #sound: Int16Array
  #at = 0

  constructor(hz: number, rate: number) {
    this.#sound = sine(hz, 2, 4000, rate)
  }

  microphone(frame: Int16Array): void {
    this.heard.push(...frame)
  }

  speaker(): Int16Array {
    const size = this.#sound.length / 100
    return this.#sound.subarray(this.#at, (this.#at += size))
  }
}

/** So many frames both ways; what the speaker gets. */
function run(card: TestCard, hz: number, frames: number): Int16Array {
  const { rate } = card
  const spoken = sine(hz, frames / 50, 4000, rate)
  const played = new Int16Array(spoken.length)
  for (let at = 0; at < spoken.length; at += rate / 50) {
    card.delegate!.onMicrophone(spoken.subarray(at, at + rate / 50))
    const frame = card.delegate!.pull()
    assert.equal(frame?.length, rate / 50)
    played.set(frame!, at)
  }
  return played
}

const near = (found: number) => assert.ok(Math.abs(found - 20 * Math.log10(4000 / 32_768)) < 0.5, `${found} dBFS`)

test('the card runs at the highest rate that somebody has, and each hears and is heard at its own', async () => {
  const { card, desk: one } = await desk()
  const [narrow, wide] = [new Member(700, 8000), new Member(6000, 16_000)]
  one.join(narrow, 8000)
  assert.equal(card.rate, 8000)
  const leave = one.join(wide, 16_000)
  assert.equal(card.rate, 16_000)
  const played = run(card, 1100, 50).subarray(1600)
  near(level(played, 700, 16_000))
  near(level(played, 6000, 16_000))
  near(level(Int16Array.from(narrow.heard).subarray(800), 1100, 8000))
  near(level(Int16Array.from(wide.heard).subarray(1600), 1100, 16_000))
  leave()
  assert.equal(card.rate, 8000)
  near(level(run(card, 1100, 30).subarray(800), 700, 8000))
})

test('a tone rings at the rate of whoever talks, and a user who changes its rate does not stop the card', async () => {
  const { card, desk: one, states } = await desk()
  one.tone('busy', 'europe')
  assert.equal(card.rate, 8000)
  const leave = one.join({ microphone() {}, speaker: () => null }, 8000)
  const leaveAgain = one.join({ microphone() {}, speaker: () => null }, 16_000)
  leave()
  assert.equal(card.rate, 16_000)
  assert.ok(level(run(card, 300, 20), 425, 16_000) > -20)
  one.tone(null, 'europe')
  leaveAgain()
  assert.deepEqual(states, [true, false])
})
