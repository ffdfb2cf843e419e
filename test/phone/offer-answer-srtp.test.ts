import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SrtpPolicy } from '../../electron/phone/offer-answer-srtp.ts'
import {
  answerOffer,
  beginNegotiation,
  type LocalMedia,
  makeOffer,
  takeAnswer,
} from '../../electron/phone/offer-answer.ts'
import { parseSdp } from '../../electron/sdp/parse.ts'
import { cryptosOf } from '../../electron/sdp/crypto.ts'

let keys = 0
/** A side that may do this; its keys are told apart by their first letters. */
function side(policy: SrtpPolicy | undefined, more: Partial<LocalMedia> = {}): LocalMedia {
  const newKey = () => Buffer.alloc(30, `key${keys++}-`).toString('base64')
  return {
    address: '192.0.2.1',
    rtpPort: 8000,
    rtcpPort: 8001,
    codecs: ['PCMU'],
    hold: false,
    source: '192.0.2.2',
    ...(policy && { srtp: { policy, newKey } }),
    ...more,
  }
}

const key = (letter: string) => Buffer.alloc(30, letter).toString('base64')
const [eighty, thirtyTwo] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32']

function sdp(profile: string, ...cryptos: string[]): string {
  const head = ['v=0', 'o=bob 1 1 IN IP4 192.0.2.2', 's=-', 'c=IN IP4 192.0.2.2', 't=0 0', `m=audio 30000 ${profile} 0`]
  return [...head, ...cryptos.map((line) => `a=crypto:${line}`), ''].join('\r\n')
}

const profileOf = (text: string) => /m=audio \d+ (\S+)/.exec(text)?.[1]
const linesOf = (text: string) => text.split('\r\n').filter((line) => line.startsWith('a=crypto'))
const begin = () => beginNegotiation('1')

function answer(offer: string, policy: SrtpPolicy | undefined) {
  return answerOffer(begin(), offer, side(policy))
}

test('what each policy offers', () => {
  const offered = (policy?: SrtpPolicy) => makeOffer(begin(), side(policy)).sdp
  for (const policy of [undefined, 'off', 'accept'] as const) {
    assert.deepEqual([profileOf(offered(policy)), linesOf(offered(policy))], ['RTP/AVP', []], policy)
  }
  for (const [policy, profile] of [
    ['optional', 'RTP/AVP'],
    ['mandatory', 'RTP/SAVP'],
  ] as const) {
    const text = offered(policy)
    assert.equal(profileOf(text), profile)
    const lines = linesOf(text)
    assert.deepEqual(
      lines.map((line) => line.replace(/inline:.{40}$/, '')),
      [`a=crypto:1 ${eighty} `, `a=crypto:2 ${thirtyTwo} `],
    )
    assert.equal(new Set(lines.map((line) => line.slice(-40))).size, 2, 'a key for each')
  }
})

test('two of these phones agree, each with its own key, whatever their accounts say', () => {
  const expected: Record<string, string> = {
    'off off': 'clear',
    'off optional': 'clear',
    'off mandatory': '488',
    'optional off': 'clear',
    'optional accept': 'SRTP',
    'optional optional': 'SRTP',
    'optional mandatory': 'SRTP',
    'mandatory off': '488',
    'mandatory accept': 'SRTP',
    'mandatory optional': 'SRTP',
    'mandatory mandatory': 'SRTP',
  }
  for (const [policies, outcome] of Object.entries(expected)) {
    const [caller, callee] = policies.split(' ') as [SrtpPolicy, SrtpPolicy]
    const us = side(caller)
    const offer = makeOffer(begin(), us)
    const theirs = answer(offer.sdp, callee)
    if (!theirs.ok) {
      assert.equal(String(theirs.status), outcome, policies)
      continue
    }
    const ours = takeAnswer(offer.negotiation, theirs.sdp, us)
    assert.ok(ours.ok, policies)
    const [one, other] = [ours.config.srtp, theirs.config.srtp]
    assert.equal(one ? 'SRTP' : 'clear', outcome, policies)
    assert.deepEqual([one?.send, one?.receive, one?.suite], [other?.receive, other?.send, other?.suite], policies)
    assert.ok(!one || one.send !== one.receive)
    assert.equal(profileOf(theirs.sdp), profileOf(offer.sdp), 'the profile of the offer')
    assert.equal(linesOf(theirs.sdp).length, one ? 1 : 0)
  }
})

test('the answer takes the first line that serves, with its tag', () => {
  const offer = sdp(
    'RTP/SAVP',
    `1 AES_256_CM_HMAC_SHA1_80 inline:${'A'.repeat(62)}`,
    `2 ${eighty} inline:${key('b')} UNENCRYPTED_SRTP`,
    `3 ${eighty} inline:${key('c')};inline:${key('d')}`,
    `4 ${eighty} inline:${key('e').slice(1)}`,
    `17 ${thirtyTwo} inline:${key('f')}|2^20|1:4 WSH=64`,
    `18 ${eighty} inline:${key('g')}`,
  )
  const result = answer(offer, 'accept')
  assert.ok(result.ok)
  assert.match(linesOf(result.sdp).join('\n'), new RegExp(`^a=crypto:17 ${thirtyTwo} inline:[A-Za-z0-9+/]{40}$`))
  assert.deepEqual([result.config.srtp?.receive, result.config.srtp?.receiveMkiBytes], [key('f'), 4])
})

test('refused: no key, keys of no use, other ways of agreeing on them', () => {
  for (const offer of [
    sdp('RTP/SAVP'),
    sdp('RTP/SAVP', `1 AEAD_AES_128_GCM inline:${key('x')}`),
    sdp('RTP/SAVP', 'nonsense', '', `x ${eighty} inline:${key('x')}`, `1 ${eighty} inline:${key('x')}|2^20|1:999`),
    sdp('RTP/SAVPF'),
    sdp('UDP/TLS/RTP/SAVPF', `1 ${eighty} inline:${key('x')}`),
  ]) {
    const result = answer(offer, 'optional')
    assert.equal(result.ok ? 'agreed' : result.status, 488, offer)
  }
  const clear = answer(sdp('RTP/AVP'), 'mandatory')
  assert.equal(clear.ok ? 'agreed' : clear.status, 488)
})

test('of two streams the encrypted one', () => {
  const both = `${sdp('RTP/AVP')}m=audio 30002 RTP/SAVP 0\r\na=crypto:1 ${eighty} inline:${key('x')}\r\n`
  for (const [policy, port] of [
    ['optional', 30_002],
    ['off', 30_000],
  ] as const) {
    const result = answer(both, policy)
    assert.ok(result.ok)
    assert.equal(result.config.remote.rtpPort, port)
  }
})

test('an answer with a key that fits no line of ours is none', () => {
  const good = `1 ${eighty} inline:${key('x')}`
  const bad = [`3 ${eighty} inline:${key('x')}`, `1 ${thirtyTwo} inline:${key('x')}`]
  for (const policy of ['optional', 'mandatory'] as const) {
    const us = side(policy)
    const { negotiation, sdp: offer } = makeOffer(begin(), us)
    const profile = profileOf(offer) ?? ''
    for (const line of bad) assert.equal(takeAnswer(negotiation, sdp(profile, line), us).ok, false, line)
    assert.equal(takeAnswer(negotiation, sdp(profile, good), us).ok, true)
    assert.equal(takeAnswer(negotiation, sdp(profile), us).ok, policy === 'optional')
  }
  // Keys that nobody asked for change nothing.
  const us = side('accept')
  const taken = takeAnswer(makeOffer(begin(), us).negotiation, sdp('RTP/AVP', good), us)
  assert.ok(taken.ok && !taken.config.srtp)
})

test('a hold, ours or theirs, keeps every key; a new key of theirs gets a new one of ours', () => {
  const us = side('accept')
  const first = answerOffer(begin(), sdp('RTP/SAVP', `1 ${eighty} inline:${key('x')}`), us)
  assert.ok(first.ok)
  const held = makeOffer(first.negotiation, { ...us, hold: true })
  assert.equal(profileOf(held.sdp), 'RTP/SAVP')
  assert.deepEqual(linesOf(held.sdp), [`a=crypto:1 ${eighty} inline:${first.config.srtp?.send}`])
  const taken = takeAnswer(held.negotiation, sdp('RTP/SAVP', `1 ${eighty} inline:${key('x')}`), { ...us, hold: true })
  assert.ok(taken.ok)
  assert.deepEqual(taken.config.srtp, first.config.srtp)
  const theirs = answerOffer(taken.negotiation, sdp('RTP/SAVP', `5 ${eighty} inline:${key('x')}`), us)
  assert.ok(theirs.ok)
  assert.deepEqual(theirs.config.srtp, first.config.srtp)
  assert.match(linesOf(theirs.sdp)[0] ?? '', /^a=crypto:5 /)
  const rekeyed = answerOffer(theirs.negotiation, sdp('RTP/SAVP', `5 ${eighty} inline:${key('y')}`), us)
  assert.ok(rekeyed.ok)
  assert.equal(rekeyed.config.srtp?.receive, key('y'))
  assert.notEqual(rekeyed.config.srtp?.send, first.config.srtp?.send)
})

test('from clear back to keys they are new ones', () => {
  const us = side('optional')
  const first = answerOffer(begin(), sdp('RTP/AVP', `1 ${eighty} inline:${key('x')}`), us)
  assert.ok(first.ok)
  const clear = answerOffer(first.negotiation, sdp('RTP/AVP'), us)
  assert.ok(clear.ok && !clear.config.srtp)
  const again = answerOffer(clear.negotiation, sdp('RTP/AVP', `1 ${eighty} inline:${key('x')}`), us)
  assert.ok(again.ok)
  assert.notEqual(again.config.srtp?.send, first.config.srtp?.send)
})

test('many and odd crypto lines are read in no time and without a throw', () => {
  const odd = [
    '',
    ' ',
    '1',
    `1 ${eighty}`,
    `1 ${eighty} inline:`,
    `1 ${eighty} inline:${'A'.repeat(5000)}`,
    '\0',
    '|'.repeat(900),
  ]
  const parsed = parseSdp(
    sdp('RTP/SAVP', ...odd, ...Array.from({ length: 200 }, (_, k) => `${k % 3} ${eighty} inline:${key('z')}`)),
  )
  assert.ok(parsed.ok)
  assert.equal(cryptosOf(parsed.session.media[0]!).length, 3)
})
