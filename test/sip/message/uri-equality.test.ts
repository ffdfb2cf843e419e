import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { sameUri } from '../../../electron/sip/message/uri-equality.ts'
import { parseUri } from '../../../electron/sip/message/uri.ts'

function same(one: string, other: string): boolean {
  const [first, second] = [parseUri(one), parseUri(other)]
  assert.ok(first && second)
  assert.equal(sameUri(first, second), sameUri(second, first))
  return sameUri(first, second)
}

suite('equality of SIP URIs, with the examples of RFC 3261 19.1.4', () => {
  for (const [one, other] of [
    ['sip:%61lice@atlanta.com;transport=TCP', 'sip:alice@AtlanTa.CoM;Transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com;newparam=5'],
    ['sip:carol@chicago.com;newparam=5', 'sip:carol@chicago.com;security=on'],
    [
      'sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com',
      'sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com',
    ],
    [
      'sip:alice@atlanta.com?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.com?priority=urgent&Subject=project%20x',
    ],
  ] as const) {
    test(`${one} is ${other}`, () => assert.ok(same(one, other)))
  }
  for (const [one, other] of [
    ['sip:ALICE@AtLanTa.CoM;Transport=udp', 'sip:alice@AtLanTa.CoM;Transport=UDP'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:5060'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;transport=udp'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com:6000;transport=tcp'],
    ['sip:carol@chicago.com', 'sip:carol@chicago.com?Subject=next%20meeting'],
    ['sip:bob@phone21.boxesbybob.com', 'sip:bob@192.0.2.4'],
    ['sip:carol@chicago.com;security=on', 'sip:carol@chicago.com;security=off'],
    ['sip:bob@biloxi.com', 'sips:bob@biloxi.com'],
    ['sip:a%40b@biloxi.com', 'sip:a%3bb@biloxi.com'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;user=phone'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;ttl=1'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;method=INVITE'],
    ['sip:bob@biloxi.com', 'sip:bob@biloxi.com;maddr=192.0.2.1'],
    ['sip:bob:secret@biloxi.com', 'sip:bob@biloxi.com'],
  ] as const) {
    test(`${one} is not ${other}`, () => assert.ok(!same(one, other)))
  }
})
