import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askSelfReport, reporting, type SelfReport } from '../support/ask-self-report.ts'
import { PlainRegistrar } from '../support/peers/plain-registrar.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { scopeOf } from '../support/scope.ts'
import { pause, until } from '../support/until.ts'

/** More than 1,000 refreshes a minute in one process: nothing stays of them. */
test('a thousand registrations, each one challenged, leave nothing behind', { timeout: 120_000 }, async (t) => {
  const scope = scopeOf(t)
  const registrar = await PlainRegistrar.open(scope, 'secret')
  const phone = await RpcPhone.start(scope, ['--audio', 'null'], {}, reporting)
  const ids: string[] = []
  for (let n = 0; n < 10; n++) {
    const account = {
      username: `user${n}`,
      domain: 'plain.test',
      proxy: `127.0.0.1:${registrar.port}`,
      password: 'secret',
      register: 'never',
    }
    ids.push((await phone.request('accounts.save', { account })).id)
  }
  const again = async (rounds: number) => {
    for (let round = 0; round < rounds; round++) {
      const states = await Promise.all(ids.map((id) => phone.request('accounts.register', { id })))
      assert.deepEqual([...new Set(states.map(({ state }) => state))], ['registered'])
    }
  }
  // The first ones fill what is filled once: caches, compiled code, the ring of the trace
  await again(30)
  const before = await settled(phone)
  await again(100)
  const after = await settled(phone)
  const grown = after.usedBytes - before.usedBytes
  t.diagnostic(`${before.usedBytes} bytes after 300, ${after.usedBytes} after 1300`)
  assert.ok(grown < 3 * 1024 * 1024, `memory has grown by ${grown} bytes`)
  assert.deepEqual([registrar.registered, registrar.refused], [1300, 0])
})

/** Once no transaction is left: over UDP each one waits for late answers (RFC 3261 17.1.2.2, timer K: 5 s). */
function settled(phone: RpcPhone): Promise<SelfReport> {
  return until(
    'the transactions to end',
    async () => {
      const report = await askSelfReport(phone.program)
      await pause(200)
      return report.tables['clientTransactions'] === 0 && report
    },
    30_000,
  )
}
