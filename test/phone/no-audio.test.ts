import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Quality, SessionConfig } from '../../native/protocol.ts'
import { type AudioFacts, AudioWatch, isPrivate, type NoAudioCode, whyNoAudio } from '../../electron/phone/no-audio.ts'
import { someQuality } from '../support/fake-media.ts'
import { sessionConfig } from '../support/session-config.ts'

const good: AudioFacts = {
  sending: true,
  receiving: true,
  deafMs: 900,
  dumbMs: 900,
  quietMs: 0,
  refused: 0,
  wanted: '203.0.113.5',
  source: '203.0.113.5',
}

test('each reason from its facts, and none without', () => {
  const cases: [Partial<AudioFacts>, NoAudioCode | undefined][] = [
    [{}, undefined],
    [{ deafMs: 4999 }, undefined],
    [{ deafMs: 5000 }, 'nothing-received'],
    [{ deafMs: 60_000, receiving: false }, undefined],
    [{ deafMs: 5000, refused: 3 }, 'wrong-source'],
    [{ refused: 3 }, undefined],
    [{ deafMs: 5000, wanted: '192.168.0.7' }, 'private-address'],
    [{ deafMs: 5000, wanted: '192.168.0.7', source: '192.168.0.1' }, 'nothing-received'],
    [{ dumbMs: 5000 }, 'nothing-sent'],
    [{ dumbMs: 5000, sending: false }, undefined],
    [{ quietMs: 5000 }, 'microphone-silent'],
    [{ deafMs: 5000, dumbMs: 5000, quietMs: 5000 }, 'nothing-received'],
  ]
  for (const [facts, code] of cases) assert.equal(whyNoAudio({ ...good, ...facts }), code, JSON.stringify(facts))
})

test('private addresses', () => {
  for (const address of [
    '10.1.2.3',
    '172.16.0.1',
    '172.31.9.9',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.7.7',
    'fd00::1',
    'fe80::1',
  ])
    assert.ok(isPrivate(address), address)
  for (const address of ['11.1.2.3', '172.32.0.1', '193.168.1.1', '100.128.0.1', '8.8.8.8', '2001:db8::1', ''])
    assert.ok(!isPrivate(address), address)
})

const config = sessionConfig({ address: '192.0.2.2', port: 30_000 })

/** A call second by second: packets in, out, refused, and the microphone's level; what is said of it each second. */
function second(watch: AudioWatch) {
  let now = 100_000
  const totals = { received: 0, sent: 0, refused: 0 }
  return (count: Partial<typeof totals> & { dbfs?: number; config?: SessionConfig; muted?: boolean }, seconds = 6) => {
    let said: NoAudioCode | undefined
    for (let k = 0; k < seconds; k++) {
      now += 1000
      for (const name of ['received', 'sent', 'refused'] as const) totals[name] += count[name] ?? 0
      const quality: Quality = {
        ...someQuality,
        received: { ...someQuality.received, packets: totals.received, refused: totals.refused },
        sent: { ...someQuality.sent, packets: totals.sent },
      }
      const muted = count.muted ?? false
      watch.microphone(count.dbfs ?? -40, muted, now)
      said = watch.figures(quality, count.config ?? config, { muted, source: '192.0.2.2', now })
    }
    return said
  }
}

test('a call through its troubles', () => {
  const pass = second(new AudioWatch())
  assert.equal(pass({ received: 50, sent: 50 }), undefined)
  assert.equal(pass({ sent: 50 }, 4), undefined, 'a pause is no fault')
  assert.equal(pass({ sent: 50 }, 2), 'nothing-received')
  assert.equal(pass({ sent: 50, refused: 50 }), 'wrong-source')
  assert.equal(pass({ sent: 50, received: 50, refused: 1 }), undefined)
  assert.equal(pass({ sent: 50 }), 'nothing-received', 'what was refused before is forgotten')
  assert.equal(pass({ received: 50 }), 'nothing-sent')
  const held = { ...config, sending: false, receiving: false }
  assert.equal(pass({ config: held }, 60), undefined)
  assert.equal(pass({ received: 50, sent: 50, dbfs: -100 }, 3), undefined)
  assert.equal(pass({ received: 50, sent: 50, dbfs: -100 }, 6), 'microphone-silent')
  assert.equal(pass({ received: 50, sent: 50, dbfs: -100, muted: true }, 60), undefined)
  assert.equal(pass({ received: 50, sent: 50, dbfs: -60 }, 60), undefined)
})
