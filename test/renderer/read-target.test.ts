import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTarget } from '../../electron/phone/target.ts'
import { readTarget } from '../../renderer/dialer/read-target.ts'
import { seeded } from '../support/seeded.ts'

/** What the phone makes of it: the URI, or undefined when it refuses. */
function phoneSays(typed: string): string | undefined {
  try {
    return parseTarget(typed).uri
  } catch {
    return undefined
  }
}

function windowSays(typed: string): string | undefined {
  const reading = readTarget(typed)
  return reading.kind === 'good' ? reading.uri : undefined
}

const typed = [
  '1001@192.168.11.175:50600',
  'sip:bob@example.org',
  'SIPS:bob@example.org:5061',
  'tel:+886 (2) 2345-6789@gw.example.org',
  'callto://bob@example.org',
  '"Bob" <sip:bob@example.org;transport=TCP;lr?Subject=x>',
  '１００１＠１９２．１６８．１．２０',
  '1001@192。168。1。20',
  'bob@[2001:db8::1]:5062',
  '2001:db8::1',
  '[::1]',
  '::ffff:192.0.2.1',
  '[fe80::1%eth0]:5060',
  'localhost',
  'localhost:5070',
  'pbx.office.lan',
  'bücher.example',
  '電話@例子.測試',
  'müller@example.org',
  'a b@example.org',
  'bob@example.org.',
  '1001',
  '+49 30 1234',
  'bob',
  '@example.org',
  'bob@',
  'bob:secret@example.org',
  'bob@example.org:0',
  'bob@example.org:65536',
  'bob@example.org:x',
  'bob@256.1.1.1',
  'bob@1.2.3',
  'bob@exa mple.org',
  'bob@-bad.org',
  'bob@[::x]',
  'bob@[::1',
  'bob@a_b.example',
  `bob@${'a'.repeat(64)}.org`,
  'b%6Fb@example.org',
  'b%zzb@example.org',
  'b#"<>b@example.org',
  '',
  '   ',
  '\u202e1001@192.168.1.20\u200b',
  'x'.repeat(513),
  'sip:',
  'sip:1001@10.0.0.1;user=phone;transport=udp',
]
for (const text of typed)
  test(`the hint tells what the phone dials: ${text.slice(0, 60)}`, () =>
    assert.equal(windowSays(text), phoneSays(text)))

test('and so it does whatever is typed', () => {
  const random = seeded(20261121)
  const below = (limit: number) => Math.floor(random() * limit)
  const pieces = [
    '@',
    ':',
    '.',
    '[',
    ']',
    ';',
    '?',
    '%',
    '<',
    '>',
    ' ',
    '0',
    '1',
    'a',
    '-',
    '_',
    'ü',
    '例',
    '：',
    '::',
    'sip:',
  ]
  for (let round = 0; round < 20_000; round++) {
    let text = typed[below(typed.length - 5)] ?? ''
    for (let change = below(3); change >= 0; change--) {
      const at = below(text.length + 1)
      text = text.slice(0, at) + (pieces[below(pieces.length)] ?? '') + text.slice(at + below(3))
    }
    assert.equal(windowSays(text), phoneSays(text), JSON.stringify(text))
  }
})

const problems: [typed: string, kind: string, problem: string][] = [
  ['100', 'incomplete', 'no-host'],
  ['bob@', 'incomplete', 'host-missing'],
  ['@example.org', 'incomplete', 'no-user'],
  ['bob@example.org:99999', 'wrong', 'port'],
  ['bob@300.1.1.1', 'wrong', 'ip'],
  ['bob@-x.org', 'wrong', 'host'],
  ['bob:pw@example.org', 'wrong', 'password'],
]
for (const [text, kind, problem] of problems)
  test(`what is wrong with ${text}`, () => {
    const reading = readTarget(text)
    assert.equal(reading.kind, kind)
    assert.equal('problem' in reading && reading.problem, problem)
  })

test('the transport is told', () => {
  const transport = (text: string) => {
    const reading = readTarget(text)
    return reading.kind === 'good' && reading.transport
  }
  assert.equal(transport('a@b.org'), 'UDP')
  assert.equal(transport('a@b.org;transport=tcp'), 'TCP')
  assert.equal(transport('sips:a@b.org'), 'TLS')
})
