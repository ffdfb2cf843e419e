import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAtNetwork } from '../../electron/cli/network-findings.ts'
import { changeAccount } from '../../electron/phone/account.ts'
import { defaultAccount } from '../../electron/phone/default-account.ts'
import { UserAgentError } from '../../electron/phone/ports.ts'
import { defaultSettings, mergeSettings } from '../../electron/phone/settings.ts'
import { FakeUserAgent } from '../support/fake-user-agent.ts'

const account = changeAccount(defaultAccount, { username: '101', domain: 'example.test' })
const accounts = [{ account, password: 'secret', instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000001' }]
const withStun = mergeSettings(defaultSettings, { network: { stunServers: ['stun.test'] } })

function look(agent: FakeUserAgent, changes: Partial<Parameters<typeof lookAtNetwork>[0]> = {}) {
  const atMost = <T>(work: Promise<T>) => work
  return lookAtNetwork({ settings: withStun, accounts, start: async () => agent, atMost, ...changes })
}

test('everything answers: one line for STUN, one for the name, one for the registrar', async () => {
  const agent = new FakeUserAgent()
  agent.seen = { address: '203.0.113.7', port: 61_000 }
  const findings = await look(agent)
  assert.deepEqual(
    findings.map(({ check, verdict }) => `${check} ${verdict}`),
    ['stun ok', 'dns ok', 'registrar ok'],
  )
  assert.match(findings[0]?.detail ?? '', /203\.0\.113\.7/)
  assert.ok(agent.closed)
})

test('what fails has a code, a meaning and a remedy', async () => {
  const agent = new FakeUserAgent()
  agent.routeFault = new UserAgentError('unresolvable', 'example.test has no address')
  const findings = await look(agent)
  assert.deepEqual(
    findings.map(({ check, verdict, code }) => [check, verdict, code]),
    [
      ['stun', 'warn', 'unreachable'],
      ['dns', 'fail', 'unreachable'],
    ],
  )
  for (const { detail, remedy } of findings) assert.ok(detail !== '' && remedy !== undefined)
})

test('a registrar that says nothing is no longer waited for than others', async () => {
  const late = new UserAgentError('unreachable', 'no answer within 8 s')
  const atMost = <T>(work: Promise<T>) => Promise.race([Promise.reject<T>(late), work])
  const findings = await look(new FakeUserAgent(), { atMost })
  assert.deepEqual(
    findings.map(({ check, verdict }) => `${check} ${verdict}`),
    ['stun warn', 'registrar fail'],
  )
})

test('nothing is set: that is said, and no user agent is started', async () => {
  const start = () => Promise.reject(new Error('started'))
  const findings = await look(new FakeUserAgent(), { settings: defaultSettings, accounts: [], start })
  assert.deepEqual(
    findings.map(({ check, verdict }) => `${check} ${verdict}`),
    ['stun ok', 'registrar ok'],
  )
})
