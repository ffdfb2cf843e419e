import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { answerStun } from '../../../native/nat/stun-answer.ts'
import { answers, stepStunClient, stunClient, type StunClient } from '../../../native/nat/stun-client.ts'
import {
  attributeTypes,
  errorCode,
  fingerprintOf,
  hasIntegrity,
  isStun,
  mappedAddress,
  parseStun,
  writeStun,
  xorMappedAddress,
} from '../../../native/nat/stun.ts'

interface Vector {
  readonly id: string
  readonly hex: string
  readonly key_hex: string
  readonly expect: Readonly<Record<string, string | number>>
  readonly verified: { readonly mi: boolean; readonly fp?: boolean }
}

const file = new URL('../../vectors/stun_rfc5769.json', import.meta.url)
const { vectors } = JSON.parse(readFileSync(file, 'utf8')) as { readonly vectors: readonly Vector[] }
const id = Uint8Array.from({ length: 12 }, (_, index) => 17 * index)

suite('the vectors of RFC 5769', () => {
  for (const { id: name, hex, key_hex, expect, verified } of vectors) {
    test(name, () => {
      const bytes = Buffer.from(hex, 'hex')
      const key = Buffer.from(key_hex, 'hex')
      const message = parseStun(bytes)
      assert.ok(message)
      assert.equal(`Binding ${message.class}`, expect['type'])
      const text = (type: number) => {
        const found = message.attributes.find((attribute) => attribute.type === type)
        return found && Buffer.from(found.value).toString('utf8')
      }
      if (expect['software']) assert.equal(text(attributeTypes.software), expect['software'])
      if (expect['username']) assert.equal(text(attributeTypes.username), expect['username'])
      if (expect['realm']) assert.equal(text(attributeTypes.realm), expect['realm'])
      const mapped = mappedAddress(message)
      if (expect['xor_mapped']) {
        assert.ok(mapped)
        const host = mapped.address.includes(':') ? `[${mapped.address}]` : mapped.address
        assert.equal(`${host}:${mapped.port}`, expect['xor_mapped'])
        const written = xorMappedAddress(mapped, message.transactionId)
        assert.deepEqual(Buffer.from(written.value), Buffer.from(message.attributes[1]!.value))
      }
      assert.equal(hasIntegrity(bytes, key), verified.mi)
      assert.equal(fingerprintOf(bytes), verified.fp ? 'right' : 'absent')
      assert.equal(hasIntegrity(bytes, Buffer.from('another')), false)
      const bent = Buffer.from(bytes)
      bent[25]! ^= 1
      assert.equal(hasIntegrity(bent, key), false)
      if (verified.fp) assert.equal(fingerprintOf(bent), 'wrong')
    })
  }
})

suite('STUN messages', () => {
  test('what is written is read again, sealed and not', () => {
    const key = Buffer.from('secret')
    for (const kind of ['request', 'indication', 'success', 'error'] as const) {
      for (const method of [1, 3, 0x7ff, 0xfff]) {
        const attributes = [{ type: attributeTypes.software, value: Buffer.from('abcde') }]
        const bytes = writeStun({ class: kind, method, transactionId: id, attributes }, { key, fingerprint: true })
        const read = parseStun(bytes)
        assert.deepEqual([read?.class, read?.method, read?.attributes.length], [kind, method, 3])
        assert.deepEqual([hasIntegrity(bytes, key), fingerprintOf(bytes)], [true, 'right'])
      }
    }
    for (const address of ['192.0.2.1', '2001:db8::1', '::1', '::', 'fe80::1:0:0:1', '1:2:3:4:5:6:7:8', '1::']) {
      const attributes = [xorMappedAddress({ address, port: 5060 }, id)]
      const message = { class: 'success', method: 1, transactionId: id, attributes } as const
      assert.deepEqual(mappedAddress(parseStun(writeStun(message))!), { address, port: 5060 })
    }
  })

  test('SIP and RTP on the same port are not taken for it', () => {
    for (const text of ['INVITE sip:a@b SIP/2.0\r\n\r\n', '\r\n\r\n', 'SIP/2.0 200 OK\r\n\r\n']) {
      assert.equal(isStun(Buffer.from(text)), false)
    }
    assert.equal(isStun(Buffer.from(`80${'00'.repeat(19)}`, 'hex')), false)
    assert.equal(isStun(Buffer.alloc(20)), false)
  })

  test('a Binding request is answered with its source; one with an unknown demand is refused', () => {
    const source = { address: '203.0.113.7', port: 41_000 }
    const { request } = stunClient(id)
    const answer = answerStun(request, source)
    assert.ok(answer && answers(stunClient(id), answer))
    assert.deepEqual([mappedAddress(parseStun(answer)!), fingerprintOf(answer)], [source, 'right'])
    const attributes = [{ type: 0x7777, value: Buffer.alloc(3) }]
    const refused = answerStun(writeStun({ class: 'request', method: 1, transactionId: id, attributes }), source)
    const message = parseStun(refused!)
    assert.deepEqual([message?.class, message && errorCode(message)], ['error', 420])
    assert.equal(answerStun(answer, source), undefined)
    assert.equal(
      answerStun(writeStun({ class: 'request', method: 3, transactionId: id, attributes: [] }), source),
      undefined,
    )
  })
})

suite('a Binding request over UDP (RFC 8489 6.2.1)', () => {
  test('is sent seven times in 39.5 s', () => {
    let client: StunClient = stunClient(id)
    const log: string[] = []
    let now = 0
    for (let input: 'start' | 'timer' | undefined = 'start'; input;) {
      const [next, outputs] = stepStunClient(client, { kind: input })
      client = next
      input = undefined
      for (const output of outputs) {
        if (output.kind === 'transmit') log.push(`sent at ${now}`)
        else if (output.kind === 'set-timer') {
          now += output.ms
          input = 'timer'
        } else log.push(`${output.kind} at ${now}`)
      }
    }
    const times = [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500].map((at) => `sent at ${at}`)
    assert.deepEqual(log, [...times, 'failed at 39500'])
  })

  test('takes the answer to it, once, and no other', () => {
    const [waiting] = stepStunClient(stunClient(id), { kind: 'start' })
    const stranger = answerStun(stunClient(Buffer.alloc(12)).request, { address: '192.0.2.9', port: 9 })!
    assert.deepEqual(stepStunClient(waiting, { kind: 'response', bytes: stranger })[1], [])
    const mapped = { address: '192.0.2.1', port: 5060 }
    const answer = answerStun(waiting.request, mapped)!
    const bent = Buffer.from(answer)
    bent[26]! ^= 1
    assert.deepEqual(stepStunClient(waiting, { kind: 'response', bytes: bent })[1], [])
    const [over, outputs] = stepStunClient(waiting, { kind: 'response', bytes: answer })
    assert.deepEqual(outputs, [{ kind: 'clear-timer' }, { kind: 'mapped', mapped }])
    assert.deepEqual(stepStunClient(over, { kind: 'response', bytes: answer })[1], [])
  })
})
