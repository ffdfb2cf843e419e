import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../../electron/cli/finding.ts'
import { Authority, type Certificate } from '../support/certificates.ts'
import { startDialtone } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { RpcError, RpcPhone } from '../support/rpc-phone.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** A registrar whose certificate nobody but itself has signed, as laboratories have them. */

const startServer = (scope: Scope, { key, certificate }: Certificate, port?: number) =>
  Kamailio.start(scope, {
    tls: { key, certificate, authority: certificate },
    switches: ['WITH_AUTH_REG'],
    ...(port !== undefined && { port }),
  })

const state = (phone: RpcPhone, wanted: string, withinMs = 20_000) =>
  phone.notification('phone.snapshot', ({ accounts }) => accounts[0]?.registration.state === wanted, withinMs)

const question = (phone: RpcPhone, suits: (changed: boolean) => boolean = () => true) =>
  phone.notification('certificate.untrusted', ({ changed }) => suits(changed), 20_000)

const account = (kamailio: Kamailio) => ({
  username: 'alice',
  password: 'secret',
  domain: kamailio.domain,
  proxy: `127.0.0.1:${kamailio.tlsPort}`,
  transport: 'tls',
})

describe('a self-signed certificate at kamailio', { skip: missing('kamailio'), concurrency: 2 }, () => {
  test('is asked about, accepted for good, and known to the next phone of the profile', async (t) => {
    const scope = scopeOf(t)
    const authority = new Authority(await temporaryFolder(scope))
    const own = authority.selfSigned('lab', 'DNS:sip.test,IP:127.0.0.1')
    const kamailio = await startServer(scope, own)
    const data = await temporaryFolder(scope, 'profile')
    const first = await RpcPhone.start(scope, ['--audio', 'null', '--data', data])
    await first.request('accounts.save', { account: account(kamailio) })
    const asked = await question(first)
    assert.deepEqual([asked.host, asked.changed, asked.fault], ['127.0.0.1', false, 'unknown-authority'])
    assert.match(asked.subject, /CN=lab/)
    await assert.rejects(
      first.request('certificates.answer', { fingerprint: 'AB', accept: 'always' }),
      (error) => error instanceof RpcError && error.code === 'not-found',
    )
    await first.request('certificates.answer', { fingerprint: asked.fingerprint, accept: 'always' })
    await state(first, 'registered')
    first.program.write('{"jsonrpc":"2.0","method":"phone.shutdown"}\n')
    await first.program.exited
    const second = await RpcPhone.start(scope, ['--audio', 'null', '--data', data])
    await state(second, 'registered')
    assert.deepEqual(second.all('certificate.untrusted'), [])
    // And to `doctor`, while the phone has the folder.
    const doctor = await startDialtone(scope, ['doctor', '--listen', '127.0.0.1', '--data', data, '--json'])
    await doctor.finished(60_000)
    const { checks } = JSON.parse(doctor.stdout) as { checks: readonly Finding[] }
    const found = (check: string) => checks.filter((finding) => finding.check === check)
    assert.deepEqual(
      found('data folder').map(({ verdict, code }) => [verdict, code]),
      [['warn', 'data-folder-locked']],
    )
    assert.deepEqual(
      found('registrar').map(({ verdict, detail }) => [verdict, /alice@/.test(detail)]),
      [['ok', true]],
    )
  })

  test('never: the account fails at the step tls and says what to do; second thoughts register it', async (t) => {
    const scope = scopeOf(t)
    const authority = new Authority(await temporaryFolder(scope))
    const kamailio = await startServer(scope, authority.selfSigned('lab', 'DNS:sip.test,IP:127.0.0.1'))
    const phone = await RpcPhone.start(scope, ['--audio', 'null'])
    const { id } = await phone.request('accounts.save', { account: account(kamailio) })
    const { fingerprint } = await question(phone)
    await phone.request('certificates.answer', { fingerprint, accept: 'never' })
    const { accounts } = await state(phone, 'failed')
    const registration = accounts[0]?.registration
    assert.equal(registration?.step, 'tls')
    assert.match(registration?.remedy ?? '', /fingerprint/)
    await assert.rejects(
      phone.request('accounts.bindings', { id }),
      (error) => error instanceof RpcError && error.code === 'certificate-untrusted',
    )
    const { steps } = await phone.request('accounts.test', { id })
    assert.deepEqual(
      steps.map(({ step, ok }) => [step, ok]),
      [
        ['dns', true],
        ['connect', true],
        ['tls', false],
      ],
    )
    await phone.request('certificates.answer', { fingerprint, accept: 'once' })
    // Not at the end of the back-off: at once
    await state(phone, 'registered', 5000)
    const { steps: after } = await phone.request('accounts.test', { id })
    assert.deepEqual(
      after.map(({ step, ok }) => [step, ok]),
      [
        ['dns', true],
        ['connect', true],
        ['tls', true],
        ['register', true],
      ],
    )
  })

  test('a server that shows another certificate than the accepted one is told as such', async (t) => {
    const scope = scopeOf(t)
    const authority = new Authority(await temporaryFolder(scope))
    const kamailio = await startServer(scope, authority.selfSigned('lab', 'DNS:sip.test,IP:127.0.0.1'))
    const phone = await RpcPhone.start(scope, ['--audio', 'null'])
    await phone.request('accounts.save', { account: account(kamailio) })
    const { fingerprint } = await question(phone)
    await phone.request('certificates.answer', { fingerprint, accept: 'always' })
    await state(phone, 'registered')
    await kamailio.program.end()
    await startServer(scope, authority.selfSigned('other', 'DNS:sip.test,IP:127.0.0.1'), kamailio.port)
    const [shown] = await phone.request('accounts.list', {})
    void phone.request('accounts.register', { id: shown!.id })
    const other = await question(phone, (changed) => changed)
    assert.notEqual(other.fingerprint, fingerprint)
    assert.match(other.reason, /accepted for 127\.0\.0\.1 before/)
  })
})
