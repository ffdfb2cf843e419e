import assert from 'node:assert/strict'
import { parseAuth } from '../../../electron/dissect/auth-params.ts'
import { redact } from '../../../electron/trace/redact.ts'
import { authorise, firstAttempt, withNextNonce } from '../../../electron/ua/digest/authorise.ts'
import { parseAuthParams, parseChallenges } from '../../../electron/ua/digest/challenge.ts'
import type { FuzzTarget } from './target.ts'

const challenges = [
  'Digest realm="sip.test", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", qop="auth,auth-int", opaque="5ccc069c403ebaf9f0171e9517f40e41"',
  'Digest realm="a, \\"b\\"",nonce="1",algorithm=SHA-256,qop="auth", Digest realm="a",nonce="2",algorithm=MD5',
  'Digest  realm = "asterisk" , nonce = "2f1" , algorithm=SHA-512-256-sess , stale=TRUE, userhash=true',
  'Negotiate YII==, Basic realm="b", Digest realm="r", nonce="n", domain="sip:a sip:b"',
]
const credentials = [
  'Digest username="bob", realm="sip.test", nonce="dcd9", uri="sip:sip.test", response="6629fae49393a05397450978507c4ef1", algorithm=MD5, cnonce="0a4f113b", qop=auth, nc=00000001, opaque="x"',
  'Digest username="b\\"ob", realm="r", nonce="n", uri="sip:b@[::1]:5060;transport=tcp", response="00000000000000000000000000000000"',
  'nextnonce="next", qop=auth, rspauth="abc", cnonce="c", nc=00000001',
]
const secret = 'fuzzed-secret-password'

/** Challenges are read and answered, credentials and Authentication-Info read as the trace does; nothing tells a password. */
export const digestTarget = (): FuzzTarget => ({
  corpus: [...challenges, ...credentials].map((text) => Buffer.from(text)),
  read: (bytes) => readDigest(bytes.toString()),
})

function readDigest(text: string): boolean {
  const found = parseChallenges(text)
  assert.ok(found.length <= 16)
  const request = {
    method: 'INVITE',
    uri: 'sip:b@192.0.2.1',
    body: 'v=0\r\n',
    asker: 'user',
    realms: undefined,
  } as const
  const user = { username: 'bo"b', password: secret }
  const verdict = authorise([], firstAttempt, { ...request, challenges: found }, user, 'cnonce')
  if (verdict.kind === 'retry') {
    for (const value of Object.values(verdict.headers)) {
      assert.doesNotMatch(value, /[\r\n]/, 'a challenge adds no header of its own')
      assert.ok(!value.includes(secret))
      for (const { realm } of found.slice(0, 1)) assert.equal(typeof realm, 'string')
      const again = parseAuthParams(value)
      assert.match(again.get('response') ?? '', /^(?:[0-9a-f]{32}|[0-9a-f]{64})$/)
    }
    // The same challenge again: the credentials were not what it wanted.
    const again = authorise(verdict.memory, verdict.attempt, { ...request, challenges: found }, user, 'cnonce')
    assert.ok(again.kind === 'give-up' || found.some(({ stale }) => stale))
    withNextNonce(verdict.memory, 'user', parseAuthParams(text).get('nextnonce') ?? '', 'cnonce')
  } else assert.deepEqual(found, [])
  const shown = parseAuth(text)
  assert.ok(shown.params.size <= 32)
  redact(`REGISTER sip:a SIP/2.0\r\nAuthorization: ${text}\r\n\r\n`)
  return found.length > 0 || (shown.scheme === 'digest' && shown.params.has('response'))
}
