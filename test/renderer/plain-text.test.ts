import assert from 'node:assert/strict'
import { test } from 'node:test'
import { partyOf } from '../../renderer/text/party.ts'
import { isolated, plainText } from '../../renderer/text/plain-text.ts'
import { hostile } from '../support/sample-calls.ts'
import { seeded } from '../support/seeded.ts'

const cases: [name: string, given: string, shown: string][] = [
  ['a name', 'Marta Kowalska', 'Marta Kowalska'],
  ['Chinese', '周雅婷 Chou', '周雅婷 Chou'],
  ['line breaks', 'a\r\nBcc: b\u2028c\u2029d', 'a Bcc: b c d'],
  ['blanks', '  a \t\u3000 b\u00a0 ', 'a b'],
  ['controls', 'a\u0000\u0007\u001b[31mb\u009bc', 'a[31mbc'],
  ['overrides of the direction', '\u202egnp.exe\u202c\u2066x\u2069\u200e\u200f\u061c', 'gnp.exex'],
  ['invisible ones', 'a\u200b\u2060\ufeff\u00adb\u{e0041}c', 'abc'],
  ['joiners, which letters need', 'می\u200cخواهم', 'می\u200cخواهم'],
  ['an emoji of several', '👨\u200d👩\u200d👧', '👨\u200d👩\u200d👧'],
  ['stacks of marks', `Z${'\u0301'.repeat(50)}`, `Z${'\u0301'.repeat(4)}`],
  ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ['HTML, which stays text', '<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
]
for (const [name, given, shown] of cases) test(`plain text: ${name}`, () => assert.equal(plainText(given), shown))

test('plain text is cut between characters and never longer than asked', () => {
  assert.equal(plainText('x'.repeat(300), 10), `${'x'.repeat(10)}\u2026`)
  assert.equal([...plainText('👍'.repeat(300), 10)].length, 11)
  assert.ok(plainText(hostile.displayName ?? '').length < 500)
})

test('whatever comes in, nothing that turns, breaks or hides comes out', () => {
  const random = seeded(3)
  for (let round = 0; round < 2000; round++) {
    const length = Math.floor(random() * 40)
    const text = String.fromCharCode(...Array.from({ length }, () => Math.floor(random() * 0x1_0000)))
    assert.doesNotMatch(plainText(text), /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u)
  }
})

test('a name in a sentence keeps its direction to itself', () => assert.equal(isolated('x'), '\u2068x\u2069'))

const parties: [uri: string, name: string | undefined, title: string, initials: string][] = [
  ['sip:1002@office.lan', '周雅婷 Chou Ya-ting', '周雅婷 Chou Ya-ting', '周'],
  ['sip:1003@office.lan', 'marta kowalska', 'marta kowalska', 'MK'],
  ['sips:bob@[2001:db8::1]:5062;transport=tcp?x=y', undefined, 'bob@[2001:db8::1]:5062', ''],
  ['sip:192.168.1.5', undefined, '192.168.1.5', ''],
  ['tel:+49-30-1234', '', '+49-30-1234', ''],
  ['sip:%E5%91%A8@a', undefined, '周@a', ''],
  ['sip:%FF@a', undefined, '%FF@a', ''],
  ['sip:a%0D%0A%E2%80%AEb@c', undefined, 'a b@c', ''],
  ['sip:1@a', '1@a', '1@a', ''],
  ['', undefined, '', ''],
]
for (const [uri, displayName, title, initials] of parties)
  test(`who is ${uri}`, () => {
    const party = partyOf({ uri, ...(displayName !== undefined && { displayName }) })
    assert.deepEqual([party.title, party.initials], [title, initials])
  })
