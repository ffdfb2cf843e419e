import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Coalesced } from '../../electron/phone/coalesce.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Changes with their times, in ms, and what is told of them when. */
async function told(changes: readonly number[]): Promise<[at: number, value: number][]> {
  const time = new VirtualTime()
  const begun = time.now()
  const all: [number, number][] = []
  let value = 0
  const coalesced = new Coalesced(time, 50, () => all.push([time.now() - begun, value]))
  for (const at of changes) {
    await time.advance(at - (time.now() - begun))
    value = at
    coalesced.touch()
  }
  await time.advance(200)
  return all
}

test('the first change is told at once, the following at most every 50 ms, the last one wins', async () => {
  assert.deepEqual(await told([0]), [[0, 0]])
  assert.deepEqual(await told([0, 1, 2, 49]), [
    [0, 0],
    [50, 49],
  ])
  assert.deepEqual(await told([0, 10, 60, 70, 120]), [
    [0, 0],
    [50, 10],
    [100, 70],
    [150, 120],
  ])
})

test('after a rest it is at once again', async () => {
  assert.deepEqual(await told([0, 51, 300]), [
    [0, 0],
    [51, 51],
    [300, 300],
  ])
})

test('closed, it tells nothing more', async () => {
  const time = new VirtualTime()
  let count = 0
  const coalesced = new Coalesced(time, 50, () => count++)
  coalesced.touch()
  coalesced.close()
  await time.advance(100)
  assert.equal(count, 0)
})
