import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pooled } from '../../electron/ua/random-pool.ts'

test('every byte is handed out once, and few are asked for often', () => {
  let next = 0
  const asked: number[] = []
  const random = pooled((bytes) => {
    asked.push(bytes)
    return Uint8Array.from({ length: bytes }, () => next++)
  }, 16)
  const all = [5, 5, 5, 16, 0, 40, 3].map((bytes) => Array.from(random(bytes)))
  assert.deepEqual(all[0], [0, 1, 2, 3, 4])
  assert.deepEqual(
    all.map(({ length }) => length),
    [5, 5, 5, 16, 0, 40, 3],
  )
  const given = all.flat()
  assert.equal(new Set(given).size, given.length)
  assert.deepEqual(asked, [16, 16, 40, 16])
})
