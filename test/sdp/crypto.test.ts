import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cryptoAttribute, cryptosOf } from '../../electron/sdp/crypto.ts'
import { audioSection } from '../../electron/sdp/media-section.ts'

const key = 'A'.repeat(38) + '+/'
const other = 'b'.repeat(40)
const read = (...values: readonly string[]) =>
  cryptosOf(
    audioSection({
      port: 4000,
      protocol: 'RTP/SAVP',
      formats: [],
      direction: 'sendrecv',
      attributes: values.map((value) => ({ name: 'crypto', value })),
    }),
  )
const eighty = 'AES_CM_128_HMAC_SHA1_80'
const thirtyTwo = 'AES_CM_128_HMAC_SHA1_32'

test('the lines of both suites, in the order of the other side (RFC 4568 6.2)', () => {
  assert.deepEqual(read(`2 ${thirtyTwo} inline:${key}`, `  10\t${eighty}  inline:${other} `), [
    { tag: '2', suite: thirtyTwo, key },
    { tag: '10', suite: eighty, key: other },
  ])
  assert.deepEqual(cryptoAttribute({ tag: '3', suite: eighty, key }), {
    name: 'crypto',
    value: `3 ${eighty} inline:${key}`,
  })
})

test('of several with one tag the first counts', () => {
  assert.deepEqual(
    read(`1 ${eighty} inline:${key}`, `1 ${eighty} inline:${other}`, `2 ${eighty} inline:${other}`).map(
      ({ tag, key }) => [tag, key],
    ),
    [
      ['1', key],
      ['2', other],
    ],
  )
})

test('lifetime and key identifier may follow the key; an identifier of 1 to 128 bytes (RFC 4568 6.1)', () => {
  const mki = (rest: string) => read(`1 ${eighty} inline:${key}${rest}`).map(({ mkiBytes }) => mkiBytes)
  for (const rest of ['', '|2^20', '|2^48', '|1048576']) assert.deepEqual(mki(rest), [undefined], rest)
  assert.deepEqual(mki('|2^31|1:4'), [4])
  assert.deepEqual([mki('|1:1'), mki('|1:128')], [[1], [128]])
  for (const rest of ['|1:0', '|1:129', '|2^31|', '|', '|x', '|1:4|2^31']) assert.deepEqual(mki(rest), [], rest)
})

test('what would change how packets look is not used; a minus in front may be passed over (RFC 4568 6.3)', () => {
  const taken = (...parameters: readonly string[]) =>
    read(`1 ${eighty} inline:${key} ${parameters.join(' ')}`).length === 1
  assert.ok(taken() && taken('WSH=64') && taken('KDR=0') && taken('-NEW=1') && taken('wsh=64', 'kdr=0'))
  for (const parameter of [
    'KDR=1',
    'UNENCRYPTED_SRTP',
    'UNENCRYPTED_SRTCP',
    'UNAUTHENTICATED_SRTP',
    'FEC_ORDER=x',
    'WSH=',
  ])
    assert.ok(!taken(parameter) && !taken('WSH=64', parameter), parameter)
})

test('other suites, tags that are none, and keys of another length are left out', () => {
  for (const value of [
    '',
    '1',
    `1 ${eighty}`,
    `x ${eighty} inline:${key}`,
    `1234567890 ${eighty} inline:${key}`,
    `1 AES_256_CM_HMAC_SHA1_80 inline:${key}`,
    `1 ${eighty} inline:${key}A`,
    `1 ${eighty} inline:${key.slice(1)}`,
    `1 ${eighty} inline:${key};inline:${other}`,
    `1 ${eighty} outline:${key}`,
  ])
    assert.deepEqual(read(value), [], value)
  assert.equal(read(`123456789 ${eighty} inline:${key}`).length, 1)
})
