import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Certificates, type UntrustedCertificate } from '../../electron/phone/certificates.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import type { CertificateQuestion } from '../../electron/phone/ports.ts'

const print = (byte: string) => Array.from({ length: 32 }, () => byte).join(':')

const question = (host = 'sip.test', byte = 'AB'): CertificateQuestion => ({
  host,
  fingerprint: print(byte),
  subject: `CN=${host}`,
  issuer: `CN=${host}`,
  validTo: '2030-01-01T00:00:00.000Z',
  reason: 'its certificate cannot be verified (DEPTH_ZERO_SELF_SIGNED_CERT)',
  fault: 'unknown-authority',
})

function bench(stored?: unknown) {
  const told: UntrustedCertificate[] = []
  const saved: unknown[] = []
  const counts = { accepted: 0 }
  const certificates = new Certificates({
    stored,
    save: (file) => void saved.push(file),
    onQuestion: (certificate) => void told.push(certificate),
    onChanged: () => {},
    onAccepted: () => void counts.accepted++,
  })
  return { certificates, told, saved, counts }
}

const notFound = (error: unknown) => error instanceof PhoneError && error.code === 'not-found'

describe('certificates that nobody vouches for', () => {
  test('always: is kept in the profile, and known at the next start', async () => {
    const { certificates, told, saved, counts } = bench()
    const decided = certificates.decide(question('SIP.test'))
    assert.deepEqual([told.length, certificates.questions], [1, told])
    assert.equal(told[0]?.changed, false)
    certificates.answer(print('ab'), 'always')
    assert.equal(await decided, 'always')
    await new Promise(setImmediate)
    assert.deepEqual([certificates.questions, counts.accepted], [[], 1])
    assert.deepEqual(saved, [{ pinned: [{ host: 'sip.test', fingerprint: print('AB') }] }])
    assert.deepEqual(bench(saved[0]).certificates.pinned, [{ host: 'sip.test', fingerprint: print('AB') }])
  })

  test('once: keeps nothing', async () => {
    const { certificates, saved } = bench()
    const decided = certificates.decide(question())
    certificates.answer(print('AB'), 'once')
    assert.equal(await decided, 'once')
    assert.deepEqual([saved, certificates.pinned], [[], []])
  })

  test('never: is not asked about again, until the user thinks again or tries anew', async () => {
    const { certificates, told, counts } = bench()
    const decided = certificates.decide(question())
    certificates.answer(print('AB'), 'never')
    assert.equal(await decided, 'never')
    assert.equal(await certificates.decide(question()), 'never')
    assert.deepEqual([told.length, counts.accepted], [1, 0])
    certificates.answer(print('AB'), 'once')
    await new Promise(setImmediate)
    assert.equal(counts.accepted, 1)
    assert.equal(await certificates.decide(question()), 'once', 'whoever tries again is told')
    assert.equal(told.length, 1)
    void certificates.decide(question())
    assert.equal(told.length, 2)
    certificates.answer(print('AB'), 'never')
    certificates.askAgain()
    void certificates.decide(question())
    assert.equal(told.length, 3)
  })

  test('another one than the accepted one is told as such, and takes its place', async () => {
    const { certificates, told, saved } = bench({ pinned: [{ host: 'sip.test', fingerprint: print('01') }] })
    void certificates.decide(question())
    assert.equal(told[0]?.changed, true)
    assert.match(told[0].reason, /not the one that was accepted for sip\.test before/)
    certificates.answer(print('AB'), 'always')
    assert.deepEqual(saved, [{ pinned: [{ host: 'sip.test', fingerprint: print('AB') }] }])
  })

  test('nobody can be answered about who was not asked about; a flood of strangers is refused', async () => {
    const { certificates, told } = bench()
    assert.throws(() => certificates.answer(print('AB'), 'always'), notFound)
    for (let count = 0; count < 100; count++) void certificates.decide(question(`host${count}.test`))
    assert.equal(told.length, 32)
    assert.equal(await certificates.decide(question('one-more.test')), 'never')
    const waiting = certificates.decide(question('host1.test', 'CD'))
    certificates.close()
    assert.equal(await waiting, 'never')
    assert.deepEqual(certificates.questions, [])
  })

  test('a file that makes no sense is no list', () => {
    for (const stored of [7, [], { pinned: 'x' }, { pinned: [{ host: 1 }, { host: 'a', fingerprint: 'AB' }, null] }])
      assert.deepEqual(bench(stored).certificates.pinned, [])
  })
})
