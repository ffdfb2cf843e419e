import assert from 'node:assert/strict'
import { test } from 'node:test'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'

async function account(srtp: 'off' | 'optional' | 'mandatory') {
  const bench = await benchPhone()
  const { id } = bench.phone.saveAccount({ username: 'alice', domain: 'sip.test', password: 'x', srtp })
  await bench.time.advance(0)
  const line = bench.agent.lines.at(-1)
  assert.ok(line)
  return { bench, line, id }
}

test('an account that allows encrypted calls only makes and takes none in clear', async () => {
  const { bench, line, id } = await account('mandatory')
  for (const accountId of [undefined, id])
    assert.throws(() => bench.phone.dial({ target: '1002', accountId }), { code: 'bad-state', message: /SRTP/ })
  await bench.time.advance(0)
  assert.deepEqual([bench.agent.invites.length, bench.heard.states.length], [0, 0], 'nothing was sent')
  for (const offer of [peerSdp(), undefined]) {
    const incoming = bench.agent.call({ line, ...(offer !== undefined && { offer }) })
    assert.deepEqual(incoming.answers, ['488 Not Acceptable Here'])
  }
  assert.equal(bench.store.entries[0]?.cause, 'not-acceptable')
  assert.equal(bench.media.sessions.size, 0)
})

test('an account that is not complete is no way round it', async () => {
  const bench = await benchPhone()
  bench.phone.saveAccount({ domain: 'sip.test', srtp: 'mandatory' })
  assert.throws(() => bench.phone.dial({ target: '1002' }), { code: 'bad-state', message: /Username/ })
  await bench.time.advance(0)
  assert.equal(bench.agent.invites.length, 0)
})

test('the other choices, and direct calls, go in clear', async () => {
  for (const srtp of ['off', 'optional'] as const) {
    const { bench, line } = await account(srtp)
    bench.phone.dial({ target: '1002' })
    assert.deepEqual(bench.agent.call({ line, offer: peerSdp() }).answers, ['180'])
  }
  const { bench } = await account('mandatory')
  assert.deepEqual(bench.agent.call({ offer: peerSdp() }).answers, ['180'], 'a direct call is none of the account')
})
