import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseAuthParams, parseChallenges } from '../../../electron/ua/digest/challenge.ts'
import { seeded } from '../../support/seeded.ts'

const brief = (text: string) =>
  parseChallenges(text).map(({ realm, nonce, algorithm, qop }) =>
    [realm, nonce, `${algorithm.hash}${algorithm.session ? '-sess' : ''}`, qop ?? 'none'].join(' '),
  )

test('one challenge, whole', () => {
  const text = 'Digest realm="a, \\"b\\"", nonce="n", opaque="", stale=TRUE, userhash=true, qop="auth-int,auth", x=y'
  assert.deepEqual(parseChallenges(text), [
    {
      realm: 'a, "b"',
      nonce: 'n',
      opaque: '',
      algorithm: { hash: 'MD5', session: false },
      writtenAlgorithm: undefined,
      qop: 'auth',
      stale: true,
      userhash: true,
    },
  ])
})

test('several, as headers that were joined, in their order', () => {
  const sha = 'Digest realm="a",nonce="1",algorithm=SHA-256,qop="auth"'
  const md5 = 'Digest realm="a",nonce="2",algorithm=md5'
  assert.deepEqual(brief(`${sha}, ${md5}`), ['a 1 SHA-256 auth', 'a 2 MD5 none'])
})

test('what we cannot answer is passed over', () => {
  assert.deepEqual(brief('Basic realm="b"'), [])
  assert.deepEqual(brief('Negotiate YII==, Digest realm="r", nonce="n"'), ['r n MD5 none'])
  assert.deepEqual(brief('Digest realm="r", nonce="n", algorithm=AKAv1-MD5'), [])
  assert.deepEqual(brief('Digest realm="r", nonce="n", qop="token"'), [])
  assert.deepEqual(brief('Digest realm="r"'), [])
  assert.deepEqual(brief('Digest nonce="n"'), [])
})

test('every algorithm, with and without -sess, in any case', () => {
  for (const name of ['MD5', 'SHA-256', 'SHA-512-256', 'MD5-sess', 'SHA-256-sess', 'SHA-512-256-sess']) {
    assert.deepEqual(brief(`Digest realm=r, nonce=n, algorithm=${name.toLowerCase()}`), [`r n ${name} none`])
  }
})

test('blanks round the equals sign, missing commas, commas too many, an empty qop', () => {
  assert.deepEqual(brief('digest  realm = "r" ,, nonce\t=\t"n"  qop = ""'), ['r n MD5 none'])
})

test('of a parameter that comes twice the first counts', () => {
  assert.deepEqual(brief('Digest realm="r", realm="other", nonce="n", nonce="m"'), ['r n MD5 none'])
})

test('parameters of one challenge do not reach into the next', () => {
  const text = 'Basic realm="b", nonce="x", Digest realm="r", Digest nonce="n", Digest realm="s", nonce="t"'
  assert.deepEqual(brief(text), ['s t MD5 none'])
})

test('no text throws, hangs or grows', () => {
  for (const text of [
    '',
    ',',
    '=',
    '"',
    'Digest',
    'Digest realm="',
    'Digest realm="\\',
    '"Digest realm=x"',
    `Digest realm="r", nonce="${'\\"'.repeat(8000)}`,
    'Digest '.repeat(2000),
    'a='.repeat(8000),
    '='.repeat(16_000),
    '"'.repeat(16_000),
    `Digest realm="r", nonce="${'n'.repeat(100_000)}"`,
  ]) {
    assert.ok(parseChallenges(text).length <= 16)
  }
  const chance = seeded(7)
  const pieces = ['Digest ', 'realm=', 'nonce=', '"', '\\', ',', '=', ' ', 'qop="auth"', 'x', '\u0000', '\u{1f600}']
  for (let round = 0; round < 20_000; round++) {
    const length = Math.floor(chance() * 30)
    const text = Array.from({ length }, () => pieces[Math.floor(chance() * pieces.length)]).join('')
    assert.ok(Array.isArray(parseChallenges(text)), text)
  }
})

test('Authentication-Info', () => {
  const params = parseAuthParams('nextnonce="next", qop=auth, rspauth="abc", cnonce="c", nc=00000001')
  assert.equal(params.get('nextnonce'), 'next')
  assert.equal(params.get('nc'), '00000001')
})
