import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Conference } from '../../native/conference.ts'
import { level, sine } from '../support/sound.ts'

const tones: Readonly<Record<string, number>> = { alice: 400, bob: 900, carol: 1700, us: 2500 }

/** So many beats of 20 ms: each says its tone; what each of them gets, in one piece. `order` may change from beat to beat. */
function talk(conference: Conference, who: readonly string[], beats: number, sendMs: 10 | 20 = 20) {
  const sounds = Object.fromEntries(Object.entries(tones).map(([name, hz]) => [name, sine(hz, beats * 0.02, 4000)]))
  const got = new Map(who.map((name) => [name, new Int16Array(beats * 160)]))
  for (let beat = 0; beat < beats; beat++) {
    const frame = (name: string) => sounds[name]!.subarray(beat * 160, beat * 160 + 160)
    // Sometimes the card asks first, sometimes it brings first.
    const hear = () => who.forEach((name) => conference.heard(name, frame(name), 8000))
    const send = () => {
      const part = sendMs * 8
      for (const name of who) {
        for (let at = 0; at < 160; at += part) {
          const mixed = conference.mixFor(name, frame('us').subarray(at, at + part), 8000)
          assert.equal(mixed.length, part)
          got.get(name)!.set(mixed, beat * 160 + at)
        }
      }
    }
    if (beat % 2 === 0) hear()
    send()
    if (beat % 2 === 1) hear()
  }
  return (name: string, hz: number) => level(got.get(name)!.subarray(800), hz)
}

/** Whom each of them hears. */
function heardBy(loud: (name: string, hz: number) => number, who: readonly string[]): Record<string, string[]> {
  const names = Object.keys(tones)
  return Object.fromEntries(who.map((name) => [name, names.filter((other) => loud(name, tones[other]!) > -22)]))
}

test('each hears the others and the user, and never itself', () => {
  for (const sendMs of [10, 20] as const) {
    const conference = new Conference()
    conference.meet(['alice', 'bob', 'carol'])
    const loud = talk(conference, ['alice', 'bob', 'carol'], 50, sendMs)
    assert.deepEqual(heardBy(loud, ['alice', 'bob', 'carol']), {
      alice: ['bob', 'carol', 'us'],
      bob: ['alice', 'carol', 'us'],
      carol: ['alice', 'bob', 'us'],
    })
    for (const name of ['alice', 'bob', 'carol']) assert.ok(loud(name, tones[name]!) < -60, `${name} hears itself`)
  }
})

test('whoever is not in it hears the user alone; who leaves hears and is heard no more', () => {
  const conference = new Conference()
  const who = ['alice', 'bob', 'carol']
  conference.meet(['alice', 'bob'])
  assert.deepEqual(heardBy(talk(conference, who, 50), who), {
    alice: ['bob', 'us'],
    bob: ['alice', 'us'],
    carol: ['us'],
  })
  conference.meet(['alice', 'bob', 'carol'])
  talk(conference, who, 10)
  conference.meet(['bob', 'carol'])
  assert.equal(conference.has('alice'), false)
  assert.deepEqual(heardBy(talk(conference, who, 50), who), {
    alice: ['us'],
    bob: ['carol', 'us'],
    carol: ['bob', 'us'],
  })
  conference.meet(['carol'])
  assert.equal(conference.has('carol'), false, 'one alone is no conference')
})

test('what waits never grows beyond 60 ms; somebody who says nothing costs the others nothing', () => {
  const conference = new Conference()
  conference.meet(['alice', 'bob'])
  for (let k = 1; k <= 100; k++) conference.heard('alice', new Int16Array(160).fill(k), 8000)
  const firsts = Array.from({ length: 4 }, () => conference.mixFor('bob', new Int16Array(160), 8000)[0])
  assert.deepEqual(firsts, [98, 99, 100, 0])
  assert.equal(conference.mixFor('alice', new Int16Array(160).fill(5), 8000)[0], 5)
})

test('loud ones together are cut off at full scale, not turned over', () => {
  const conference = new Conference()
  conference.meet(['alice', 'bob', 'carol'])
  conference.heard('alice', new Int16Array(160).fill(30_000), 8000)
  conference.heard('bob', new Int16Array(160).fill(30_000), 8000)
  assert.equal(conference.mixFor('carol', new Int16Array(160).fill(30_000), 8000)[0], 32_767)
})
