import assert from 'node:assert/strict'
import { test } from 'node:test'
import { algorithmNamed } from '../../../electron/ua/digest/algorithm.ts'
import { parseChallenges, type Qop } from '../../../electron/ua/digest/challenge.ts'
import { digestResponse, userHash } from '../../../electron/ua/digest/response.ts'
import { authorizationValue } from '../../../electron/ua/digest/space.ts'
import vectors from '../../vectors/digest.json' with { type: 'json' }

interface Case {
  readonly id: string
  readonly alg: string
  readonly user: string
  readonly realm: string
  readonly pw: string
  readonly nonce: string
  readonly method: string
  readonly uri: string
  readonly qop?: string
  readonly nc?: string
  readonly cnonce?: string
  readonly body?: string
  readonly response: string
}

for (const vector of vectors.cases as readonly Case[]) {
  test(`the digest of ${vector.id}`, () => {
    const algorithm = algorithmNamed(vector.alg)
    assert.ok(algorithm)
    const response = digestResponse({
      algorithm,
      username: vector.user,
      realm: vector.realm,
      password: vector.pw,
      nonce: vector.nonce,
      method: vector.method,
      uri: vector.uri,
      qop: vector.qop as Qop | undefined,
      count: Number.parseInt(vector.nc ?? '1', 16),
      cnonce: vector.cnonce ?? '',
      body: vector.body ?? '',
    })
    assert.equal(response, vector.response)
  })
}

test('a user name is hashed where the server asks for that (RFC 7616 3.9.2)', () => {
  const { user, realm, alg, value } = vectors.userhash_example
  const algorithm = algorithmNamed(alg)
  assert.ok(algorithm)
  assert.equal(userHash({ algorithm, username: user, realm }), value)
})

test("MiniSipServer's challenge gets the answer that was captured", () => {
  const [challenge] = parseChallenges(
    'Digest realm="myvoipapp.com",algorithm=MD5,nonce="18bf67854ae23d6d2cd772af69535f91",stale=FALSE',
  )
  assert.ok(challenge)
  const space = { asker: 'proxy', challenge, cnonce: 'unused', uses: 1 } as const
  const asked = { method: 'REGISTER', uri: 'sip:192.168.1.132', body: '' }
  assert.equal(
    authorizationValue(space, { username: '101', password: '101' }, asked),
    'Digest username="101", realm="myvoipapp.com", nonce="18bf67854ae23d6d2cd772af69535f91", ' +
      'uri="sip:192.168.1.132", response="581842f465276cd5fa908061d7bf2f69", algorithm=MD5',
  )
})
