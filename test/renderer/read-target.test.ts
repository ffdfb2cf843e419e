import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readTarget } from '../../renderer/dialer/read-target.ts'

const problems: [typed: string, kind: string, problem: string][] = [
  ['100', 'incomplete', 'no-host'],
  ['bob@', 'incomplete', 'host-missing'],
  ['@example.org', 'incomplete', 'no-user'],
  ['bob@example.org:99999', 'wrong', 'port'],
  ['bob@300.1.1.1', 'wrong', 'ip'],
  ['bob@-x.org', 'wrong', 'host'],
  ['bob:pw@example.org', 'wrong', 'password'],
]
for (const [text, kind, problem] of problems)
  test(`what is wrong with ${text}`, () => {
    const reading = readTarget(text)
    assert.equal(reading.kind, kind)
    assert.equal('problem' in reading && reading.problem, problem)
  })

test('the transport is told', () => {
  const transport = (text: string) => {
    const reading = readTarget(text)
    return reading.kind === 'good' && reading.transport
  }
  assert.equal(transport('a@b.org'), 'UDP')
  assert.equal(transport('a@b.org;transport=tcp'), 'TCP')
  assert.equal(transport('a@b.org;transport=tls'), 'TLS')
  assert.equal(transport('sips:a@b.org'), 'TLS')
})
