import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hear } from '../../support/heard-speech.ts'
import { profiles, type ProfileName } from '../../support/impairments.ts'
import { seeded } from '../../support/seeded.ts'
import { correlation, speech } from '../../support/sound.ts'
import { scoreSpeech } from '../../support/speech-score.ts'

/**
 * What is left of speech behind bad networks, in virtual time. This speech hardly ever pauses, which is harder than real
 * one; `npm run bench media` measures with that, beside other phones.
 */

/** Nobody speaks in the first half second of a call. */
const words = new Int16Array(16 * 8000)
words.set(speech(15.5, 5), 4000)
const bounds: Record<ProfileName, { q: number; delayMs: number; gapMs: number }> = {
  clean: { q: 97, delayMs: 30, gapMs: 0 },
  wifi: { q: 96, delayMs: 60, gapMs: 20 },
  '4g': { q: 85, delayMs: 125, gapMs: 60 },
  bad: { q: 75, delayMs: 250, gapMs: 160 },
  reorder3: { q: 96, delayMs: 80, gapMs: 20 },
  dup2: { q: 97, delayMs: 50, gapMs: 0 },
  'skew+200': { q: 96, delayMs: 80, gapMs: 0 },
  'skew-200': { q: 96, delayMs: 80, gapMs: 0 },
  spike300: { q: 60, delayMs: 120, gapMs: 400 },
  loss1: { q: 96, delayMs: 50, gapMs: 10 },
  loss3: { q: 93, delayMs: 50, gapMs: 20 },
  loss5: { q: 90, delayMs: 50, gapMs: 30 },
  loss10: { q: 85, delayMs: 55, gapMs: 60 },
  burst3x60: { q: 95, delayMs: 50, gapMs: 10 },
}

for (const name of Object.keys(profiles) as ProfileName[]) {
  test(`${name}: speech is as good as it can be, and not later than it must be`, () => {
    const { reference, heard } = hear(words, profiles[name], { seed: 11 })
    const score = scoreSpeech(reference, heard)
    const { q, delayMs, gapMs } = bounds[name]
    assert.ok(score.q >= q && score.delayMs <= delayMs && score.gapMs <= gapMs, JSON.stringify(score))
  })
}

test('one stall of 300 ms: nothing that came is left out beyond 60 ms, and ten seconds later the delay is what it was', () => {
  const delays: number[] = []
  const each = ({ playing }: { readonly playing: { readonly delayMs: number } }) => delays.push(playing.delayMs)
  const { session } = hear(words, { delay: 20, stall: { everyMs: 4000, ms: 300, once: true } }, { each })
  const at = (ms: number) => delays[Math.floor(ms / 20)]!
  assert.ok(session.quality(0).received.late <= 4, `${session.quality(0).received.late} packets left out`)
  assert.ok(session.playing.stretchedMs > 150, `${session.playing.stretchedMs} ms`)
  assert.ok(Math.max(...delays) > 60, 'what was kept back was not played')
  assert.ok(at(5000) < 110, `${at(5000)} ms a second after the stall`)
  assert.ok(at(14_300) <= at(3900) + 20, `${at(3900)} before, ${at(14_300)} after`)
})

test('a card that asks late, now and then by 80 ms, costs nothing', () => {
  const random = seeded(3)
  const lateMs = () => (random() < 0.02 ? 80 : random() * 15)
  const { reference, heard, session } = hear(words, profiles.clean, { lateMs })
  const { q, delayMs, gapMs } = scoreSpeech(reference, heard)
  assert.ok(q > 97 && delayMs < 45 && gapMs <= 10, JSON.stringify({ q, delayMs, gapMs }))
  assert.equal(session.quality(0).received.concealedMs, 0)
})

test('packets of 10, 30, 40 and 60 ms are heard whole and no later than they must be', () => {
  for (const ptimeMs of [10, 20, 30, 40, 60]) {
    const { reference, heard, session } = hear(words.subarray(0, 6 * 8000), { delay: 20 }, { ptimeMs })
    const { q, delayMs } = scoreSpeech(reference, heard)
    assert.ok(q > 95, `${ptimeMs} ms: ${q}`)
    assert.ok(delayMs < 20 + 35, `${ptimeMs} ms packets: ${delayMs} ms`)
    assert.equal(session.quality(0).received.concealedMs, 0)
  }
})

test('a clock that is fast or slow by 500 parts of a million costs nothing for five minutes', () => {
  for (const skew of [500, -500]) {
    const long = new Int16Array(300 * 8000)
    for (let at = 0; at < long.length; at += words.length) long.set(words.subarray(0, long.length - at), at)
    const { session, heard } = hear(long, { delay: 200, skew })
    const { received } = session.quality(0)
    assert.deepEqual([received.late, received.concealedMs], [0, 0], `${skew}`)
    assert.ok(session.playing.delayMs < 45, `${skew}: ${session.playing.delayMs} ms`)
    const [from, length] = [290 * 8000, 1600]
    const part = long.subarray(from, from + length)
    let best = 0
    for (let lag = 0; lag < 500 * 8; lag++)
      best = Math.max(best, correlation(part, heard.subarray(from + lag, from + lag + length)))
    assert.ok(best > 0.8, `${skew}: ${best}`)
  }
})
