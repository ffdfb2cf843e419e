import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FailedTargets } from '../../../electron/sip/engine/failed-targets.ts'
import type { Endpoint } from '../../../electron/sip/transaction-user.ts'

const target = (address: string): Endpoint => ({ transport: 'udp', address, port: 5060 })

test('what failed is tried last, for a longer time each time, until it works', () => {
  let now = 0
  const failures = new FailedTargets(() => now)
  const [one, two] = [target('192.0.2.1'), target('192.0.2.2')]
  assert.deepEqual(failures.ordered([one, two]), [one, two])
  const spans: number[] = []
  for (let round = 0; round < 6; round++) {
    failures.failed(one)
    failures.failed(one)
    assert.deepEqual(failures.ordered([one, two]), [two, one])
    const start = now
    while (failures.has(one)) now += 1_000
    spans.push((now - start) / 1_000)
    assert.deepEqual(failures.ordered([one, two]), [one, two])
  }
  assert.deepEqual(spans, [30, 60, 120, 240, 300, 300])
  failures.failed(one)
  failures.worked(one)
  assert.equal(failures.has(one), false)
  failures.failed(one)
  now += 30_000
  assert.equal(failures.has(one), false)
})

test('a flood of failures is forgotten oldest first', () => {
  const failures = new FailedTargets(() => 0)
  for (let index = 0; index < 5_000; index++) failures.failed(target(`10.0.${index >> 8}.${index & 255}`))
  assert.deepEqual([failures.has(target('10.0.0.0')), failures.has(target('10.0.19.135'))], [false, true])
})
