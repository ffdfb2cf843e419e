import assert from 'node:assert/strict'
import { test } from 'node:test'
import { autoAnswerAfter } from '../../electron/phone/auto-answer.ts'
import { benchPhone } from '../support/phone-bench.ts'
import { FakeIncoming } from '../support/fake-user-agent.ts'

const { calls } = (await benchPhone()).phone.settings()

function after(mode: 'off' | 'header' | 'all', headers: Readonly<Record<string, string>>, delaySeconds = 0) {
  const invite = Object.assign(new FakeIncoming('x'), { headers })
  return autoAnswerAfter(invite, { ...calls, autoAnswer: { mode, delaySeconds } })
}

const asking = { 'Call-Info': '<sip:x@y>;answer-after=3' }

test('off: no header changes that', () => {
  for (const headers of [{}, asking, { 'Alert-Info': 'Auto Answer' }, { 'Answer-Mode': 'Auto' }]) {
    assert.equal(after('off', headers), undefined)
  }
})

test('all: after the delay, whatever the headers say', () => {
  assert.equal(after('all', {}, 2), 2000)
  assert.equal(after('all', asking, 2), 2000)
  assert.equal(after('all', { 'Answer-Mode': 'Manual' }, 2), 2000)
})

test('header: only where one asks, never earlier than the settings allow', () => {
  for (const [headers, delay, expected] of [
    [asking, 0, 3000],
    [asking, 5, 5000],
    [{ 'Call-Info': '<sip:x@y>; Answer-After = 0' }, 0, 0],
    [{ 'Call-Info': '<sip:a@b>;purpose=icon, <sip:x@y>;answer-after="2"' }, 0, 2000],
    [{ 'Alert-Info': '<http://www.notused.com>;info=alert-autoanswer;delay=0' }, 0, 0],
    [{ 'Alert-Info': 'Auto Answer' }, 1, 1000],
    [{ 'Alert-Info': 'Ring Answer' }, 0, 0],
    [{ 'Alert-Info': '<sip:x>;info=intercom' }, 0, 0],
    [{ 'Answer-Mode': 'Auto' }, 0, 0],
    [{ 'Priv-Answer-Mode': 'auto;require' }, 0, 0],
  ] as const) {
    assert.equal(after('header', headers, delay), expected, JSON.stringify(headers))
  }
  for (const headers of [
    {},
    { 'Call-Info': '<sip:x@y?answer-after=0>' },
    { 'Call-Info': '<sip:x@y>;answer-after=soon' },
    { 'Alert-Info': '<http://intercom.example.com/ring.wav>' },
    { 'Alert-Info': '<urn:alert:source:internal>' },
    // RFC 5373 4.1: who wants a person says so.
    { ...asking, 'Answer-Mode': 'Manual' },
  ]) {
    assert.equal(after('header', headers), undefined, JSON.stringify(headers))
  }
})
