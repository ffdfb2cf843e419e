import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  anticipate,
  type Attempt,
  authorise,
  firstAttempt,
  type Memory,
  type Verdict,
  withNextNonce,
} from '../../../electron/ua/digest/authorise.ts'
import { parseAuthParams, parseChallenges } from '../../../electron/ua/digest/challenge.ts'
import type { Asker } from '../../../electron/ua/digest/space.ts'

const credentials = { username: 'alice', password: 'secret' }
const asked = { method: 'REGISTER', uri: 'sip:sip.test', body: '' }

interface Before {
  readonly memory?: Memory
  readonly attempt?: Attempt
}

function challenged(
  text: string,
  { memory = [], attempt = firstAttempt }: Before = {},
  asker: Asker = 'user',
  realms?: ReadonlySet<string>,
): Verdict {
  const request = { ...asked, asker, challenges: parseChallenges(text), realms }
  return authorise(memory, attempt, request, credentials, 'abcdef')
}

function retried(verdict: Verdict): Extract<Verdict, { kind: 'retry' }> {
  assert.equal(verdict.kind, 'retry')
  return verdict as Extract<Verdict, { kind: 'retry' }>
}

const why = (verdict: Verdict) => (verdict.kind === 'give-up' ? verdict.why : verdict.kind)
const params = (value = '') => parseAuthParams(value.replace(/^Digest /, ''))

describe('one request', () => {
  test('401 is answered with Authorization, 407 with Proxy-Authorization', () => {
    assert.deepEqual(Object.keys(retried(challenged('Digest realm="r",nonce="n"')).headers), ['Authorization'])
    const proxy = retried(challenged('Digest realm="r",nonce="n"', {}, 'proxy'))
    assert.deepEqual(Object.keys(proxy.headers), ['Proxy-Authorization'])
  })

  test('a wrong password stops after one retry, whatever nonce the server gives then', () => {
    const first = retried(challenged('Digest realm="r",nonce="n"'))
    assert.equal(why(challenged('Digest realm="r",nonce="n"', first)), 'rejected')
    assert.equal(why(challenged('Digest realm="r",nonce="new"', first)), 'rejected')
    assert.equal(why(challenged('Digest realm="r",nonce="new",stale=false', first)), 'rejected')
  })

  test('a stale nonce is replaced, but not for ever', () => {
    let verdict = retried(challenged('Digest realm="r",nonce="n",qop="auth"'))
    for (const nonce of ['second', 'third']) {
      verdict = retried(challenged(`Digest realm="r",nonce="${nonce}",qop="auth",stale=true`, verdict))
      assert.equal(params(verdict.headers['Authorization']).get('nonce'), nonce)
      assert.equal(params(verdict.headers['Authorization']).get('nc'), '00000001')
    }
    assert.equal(why(challenged('Digest realm="r",nonce="fourth",qop="auth",stale=true', verdict)), 'rejected')
  })

  test('of one realm the topmost challenge that we know is answered (RFC 8760 2.4)', () => {
    const text =
      'Digest realm="r",nonce="1",algorithm=SHA-999, Digest realm="r",nonce="2",algorithm=MD5, Digest realm="r",nonce="3",algorithm=SHA-256'
    const answer = params(retried(challenged(text)).headers['Authorization'])
    assert.deepEqual([answer.get('nonce'), answer.get('algorithm')], ['2', 'MD5'])
  })

  test('several realms on one 407 all get their answer', () => {
    const text = 'Digest realm="a",nonce="1",qop="auth", Digest realm="b",nonce="2"'
    const value = retried(challenged(text, {}, 'proxy')).headers['Proxy-Authorization'] ?? ''
    assert.deepEqual(
      parseChallenges(value).map(({ realm, nonce }) => [realm, nonce]),
      [
        ['a', '1'],
        ['b', '2'],
      ],
    )
  })

  test('the second proxy gets its own credentials beside those of the first', () => {
    const first = retried(challenged('Digest realm="a",nonce="1"', {}, 'proxy'))
    const second = retried(challenged('Digest realm="b",nonce="2"', first, 'proxy'))
    const value = second.headers['Proxy-Authorization'] ?? ''
    assert.deepEqual(
      parseChallenges(value).map(({ realm }) => realm),
      ['a', 'b'],
    )
  })

  test('realms without end are not followed', () => {
    let verdict: Verdict = challenged('Digest realm="0",nonce="n"')
    let rounds = 0
    for (; verdict.kind === 'retry'; rounds++) verdict = challenged(`Digest realm="${rounds + 1}",nonce="n"`, verdict)
    assert.equal(rounds, 8)
  })

  test('nothing that we can answer, and nothing that we may', () => {
    assert.equal(why(challenged('Basic realm="r"')), 'unsupported')
    assert.equal(why(challenged('')), 'unsupported')
    assert.equal(why(challenged('Digest realm="r",nonce="n"', {}, 'user', new Set(['other']))), 'foreign-realm')
    const text = 'Digest realm="mine",nonce="1", Digest realm="theirs",nonce="2"'
    const { headers } = retried(challenged(text, {}, 'user', new Set(['mine'])))
    assert.equal(params(headers['Authorization']).get('realm'), 'mine')
    assert.doesNotMatch(headers['Authorization'] ?? '', /theirs/)
  })
})

describe('what is remembered', () => {
  test('a nonce is used again with its counter', () => {
    const { memory } = retried(challenged('Digest realm="r",nonce="n",qop="auth"'))
    const second = anticipate(memory, asked, credentials)
    const third = anticipate(second.memory, asked, credentials)
    assert.equal(params(second.headers['Authorization']).get('nc'), '00000002')
    assert.equal(params(third.headers['Authorization']).get('nc'), '00000003')
    assert.equal(params(third.headers['Authorization']).get('cnonce'), 'abcdef')
  })

  test('a nonce that is given again goes on counting', () => {
    const { memory } = retried(challenged('Digest realm="r",nonce="n",qop="auth"'))
    const again = retried(challenged('Digest realm="r",nonce="n",qop="auth"', { memory }))
    assert.equal(params(again.headers['Authorization']).get('nc'), '00000002')
  })

  test('credentials sent unasked that no longer do are no wrong password', () => {
    const { memory } = retried(challenged('Digest realm="r",nonce="n",qop="auth"'))
    const { memory: used } = anticipate(memory, asked, credentials)
    const verdict = retried(challenged('Digest realm="r",nonce="new",qop="auth"', { memory: used }))
    assert.equal(params(verdict.headers['Authorization']).get('nc'), '00000001')
  })

  test('the server says which nonce comes next', () => {
    const { memory } = retried(challenged('Digest realm="r",nonce="n",qop="auth"'))
    const { headers } = anticipate(withNextNonce(memory, 'user', 'next', 'new'), asked, credentials)
    const answer = params(headers['Authorization'])
    assert.deepEqual([answer.get('nonce'), answer.get('nc'), answer.get('cnonce')], ['next', '00000001', 'new'])
  })

  test('a thousand realms are not kept', () => {
    let memory: Memory = []
    for (let realm = 0; realm < 1000; realm++) {
      memory = retried(challenged(`Digest realm="${realm}",nonce="n"`, { memory })).memory
    }
    assert.equal(memory.length, 16)
  })

  test('the value is quoted: nothing that a realm holds gets out of its quotes', () => {
    const { headers } = retried(challenged('Digest realm="a\\", uri=\\"sip:evil", nonce="n"'))
    assert.equal(params(headers['Authorization']).get('realm'), 'a", uri="sip:evil')
    assert.equal(params(headers['Authorization']).get('uri'), 'sip:sip.test')
  })
})
