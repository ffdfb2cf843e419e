import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../support/seeded.ts'
import { config, Pair } from '../../support/session-pair.ts'

/** Twice the packets that may be lost without harm: three ends say the same (RFC 4733 2.5.1.4). */
for (const [way, loss, ms] of [
  ['rfc4733', 0.01, 21_000],
  ['rfc4733', 0.1, 21_000],
  ['inband', 0.01, 18_000],
] as const)
  test(`100 of 100 digits, ${way}, ${loss * 100} % of the packets lost: each once, in their order`, () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = seeded(seed)
      const digits = Array.from({ length: 100 }, () => '0123456789*#ABCD'.charAt(random() * 16)).join('')
      const pair = new Pair()
      pair.sides.a.configure(config('PCMU', 'b'))
      pair.sides.b.configure(config('PCMU', 'a'))
      let lost = 0
      pair.drops = () => {
        const drops = random() < loss
        if (drops) lost++
        return drops
      }
      const told: boolean[] = []
      pair.sides.a.dtmf(digits, 100, way, (ok) => told.push(ok))
      pair.talk(ms, { a: 300, b: 300 })
      assert.equal(pair.digits.map((digit) => digit.charAt(2)).join(''), digits, `seed ${seed}`)
      assert.ok(lost > 5 && told[0] === true, `${lost} lost`)
    }
  })
