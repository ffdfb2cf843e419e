import assert from 'node:assert/strict'
import { test } from 'node:test'
import { WakeWatch } from '../../electron/phone/wake-watch.ts'
import { VirtualTime } from '../support/virtual-time.ts'

test('sleep and other addresses are noticed, each once; the passing of time is not', async () => {
  const time = new VirtualTime()
  let addresses = '192.0.2.1'
  let woken = 0
  const watch = new WakeWatch(
    time,
    () => addresses,
    () => woken++,
  )
  watch.start()
  watch.start()
  await time.pass(600_000)
  assert.equal(woken, 0)
  await time.sleep(3_600_000)
  await time.pass(60_000)
  assert.equal(woken, 1)
  addresses = '198.51.100.7'
  await time.pass(5000)
  assert.equal(woken, 2)
  await time.pass(60_000)
  assert.equal(woken, 2)
  watch.close()
  assert.equal(time.pending, 0)
})
