import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchPhone, peerSdp, type Bench } from '../support/phone-bench.ts'

const hour = 3_600_000

function caller(bench: Bench, address: string) {
  const source = { source: { address, port: 5060 } }
  return () => bench.agent.call({ offer: peerSdp(), ...source })
}

test('eight calls of one address may ring at once; another address still gets through', async () => {
  const bench = await benchPhone()
  const [one, other] = [caller(bench, '192.0.2.2'), caller(bench, '192.0.2.3')]
  const calls = Array.from({ length: 12 }, one)
  assert.deepEqual(
    calls.map(({ answers }) => answers.at(-1)),
    [...Array<string>(8).fill('180'), ...Array<string>(4).fill('486 Busy Here')],
  )
  assert.deepEqual(other().answers, ['180'])
  const [first] = bench.phone.snapshot().calls
  await bench.phone.answer(first?.callId ?? '')
  assert.deepEqual(one().answers, ['180'], 'an answered call rings no more')
})

test('who answers at once by a setting is not protected from calls', async () => {
  const bench = await benchPhone()
  bench.phone.setSettings({ calls: { autoAnswer: { mode: 'all', delaySeconds: 0 } } })
  const one = caller(bench, '192.0.2.2')
  const calls = Array.from({ length: 50 }, one)
  await bench.time.advance(100)
  assert.ok(calls.every(({ answers }) => answers.at(-1) === '200'))
})

test('one address may have half of all calls', async () => {
  const bench = await benchPhone()
  bench.phone.setSettings({ calls: { autoAnswer: { mode: 'all', delaySeconds: 0 } } })
  const [one, other] = [caller(bench, '192.0.2.2'), caller(bench, '192.0.2.3')]
  const calls = Array.from({ length: 252 }, one)
  assert.deepEqual(
    calls.slice(249).map(({ answers }) => answers.at(-1)),
    ['180', '503 Service Unavailable', '503 Service Unavailable'],
  )
  assert.deepEqual(other().answers, ['180'])
})

test('a stranger that is never answered rings a dozen times, then once an hour; an answer forgives it all', async () => {
  const bench = await benchPhone()
  const scan = caller(bench, '192.0.2.2')
  const rings = async (count: number) => {
    let rung = 0
    for (let n = 0; n < count; n++) {
      const call = scan()
      if (call.answers[0] === '180') rung++
      call.cancel()
      await bench.time.advance(1_000)
    }
    return rung
  }
  assert.equal(await rings(50), 12)
  assert.equal(bench.store.entries.length, 12, 'what did not ring is not in the call log')
  await bench.time.advance(hour)
  assert.equal(await rings(50), 1)
  await bench.time.advance(8 * hour)
  assert.equal(await rings(1), 1)
  const call = scan()
  assert.deepEqual(call.answers, ['180'])
  const callId = bench.phone.snapshot().calls.at(-1)?.callId ?? ''
  await bench.phone.answer(callId)
  await bench.phone.hangup(callId)
  assert.equal(await rings(50), 12)
})

test('neighbours in the same network ring as often as they like', async () => {
  const bench = await benchPhone()
  for (let n = 0; n < 50; n++) {
    const call = bench.agent.call({
      offer: peerSdp(),
      localAddress: '127.0.0.1',
      source: { address: '127.0.0.1', port: 5060 },
    })
    assert.equal(call.answers[0], '180')
    call.cancel()
    await bench.time.advance(1_000)
  }
})
