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

test('members of different rates hear one another, each at its own', () => {
  const rates: Readonly<Record<string, number>> = { alice: 8000, bob: 16_000, carol: 8000 }
  const who = Object.keys(rates)
  const conference = new Conference()
  conference.meet(who)
  const seconds = 1
  const said = (name: string, hz: number) => sine(hz, seconds, 4000, rates[name])
  const sounds = Object.fromEntries(who.map((name) => [name, said(name, tones[name]!)]))
  const ours = Object.fromEntries(who.map((name) => [name, said(name, tones['us']!)]))
  const got = Object.fromEntries(who.map((name) => [name, new Int16Array(seconds * rates[name]!)]))
  for (let beat = 0; beat < seconds * 50; beat++)
    for (const name of who) {
      const samples = rates[name]! / 50
      const part = (sound: Int16Array) => sound.subarray(beat * samples, (beat + 1) * samples)
      conference.heard(name, part(sounds[name]!), rates[name]!)
      part(got[name]!).set(conference.mixFor(name, part(ours[name]!), rates[name]!))
    }
  const loud = (name: string, hz: number) => level(got[name]!.subarray(rates[name]! / 10), hz, rates[name])
  assert.deepEqual(heardBy(loud, who), {
    alice: ['bob', 'carol', 'us'],
    bob: ['alice', 'carol', 'us'],
    carol: ['alice', 'bob', 'us'],
  })
})

test('who changes to another rate goes on hearing', () => {
  const conference = new Conference()
  conference.meet(['alice', 'bob'])
  for (const rate of [8000, 16_000, 8000]) {
    const samples = rate / 50
    const sound = sine(400, 1, 4000, 8000)
    const got = new Int16Array(rate)
    for (let beat = 0; beat < 50; beat++) {
      conference.heard('alice', sound.subarray(beat * 160, beat * 160 + 160), 8000)
      got.set(conference.mixFor('bob', new Int16Array(samples), rate), beat * samples)
    }
    assert.ok(Math.abs(level(got.subarray(rate / 10), 400, rate) - 20 * Math.log10(4000 / 32_768)) < 0.5)
  }
})
