import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { parseMessage } from '../../electron/sip/message/parse.ts'
import { FuzzFailure, fuzz } from '../support/fuzz/run.ts'
import { checkSip, readSip, sipCorpus } from '../support/fuzz/sip.ts'
import { fuzzTargets, type FuzzTargetName } from '../support/fuzz/targets.ts'
import { seeded } from '../support/seeded.ts'

/** How many mutants each, and which share of them has to be still understood: too few or too many prove little. */
const rounds: Readonly<Record<FuzzTargetName, readonly [messages: number, least: number, most: number]>> = {
  sip: [20_000, 0.2, 0.95],
  engine: [3_000, 0.02, 0.9],
  sdp: [10_000, 0.2, 0.99],
  digest: [20_000, 0.1, 0.99],
  dns: [150, 0.05, 0.95],
  events: [10_000, 0.2, 0.95],
  stun: [20_000, 0.02, 0.95],
  rtp: [20_000, 0.1, 0.99],
}

suite('mutants of what strangers send: none throws, no promise is broken', () => {
  for (const [name, open] of Object.entries(fuzzTargets)) {
    const [messages, least, most] = rounds[name as FuzzTargetName]
    test(`${name}, ${messages}`, async () => {
      const report = await fuzz(name, open, { seed: 20_261_127, messages })
      assert.equal(report.messages, messages)
      const share = report.understood / messages
      assert.ok(share > least && share < most, `${report.understood} were still understood`)
    })
  }

  test('a broken promise is told with its seed and its input, and the same seed finds it again', async () => {
    const fragile = () => ({
      corpus: [Buffer.from('INVITE sip:a SIP/2.0\r\n\r\n')],
      read: (bytes: Buffer) => {
        if (bytes.includes('@')) throw new Error('an @')
        return true
      },
    })
    const find = () => fuzz('fragile', fragile, { seed: 5, messages: 10_000 }).catch((error: unknown) => error)
    const [first, second] = [await find(), await find()]
    assert.ok(first instanceof FuzzFailure && second instanceof FuzzFailure)
    assert.match(first.message, /^fragile, seed 5, message \d+: Error: an @/)
    const hex = /\ninput ([0-9a-f]+)$/.exec(first.message)?.[1] ?? ''
    assert.ok(Buffer.from(hex, 'hex').includes('@'))
    assert.ok(second.message.endsWith(hex))
  })
})

suite('SIP messages', () => {
  test('5,000 datagrams of noise: none throws, none is answered', () => {
    const random = seeded(4475)
    for (let round = 0; round < 5_000; round++) {
      const noise = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256))
      const result = parseMessage(noise)
      assert.ok(!result.ok && result.status === undefined)
    }
  })

  test('the untouched messages round-trip', () => {
    for (const bytes of sipCorpus) if (readSip(bytes)) checkSip(bytes)
  })
})
