import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTarget } from '../../electron/phone/target.ts'

const good: readonly [typed: string, uri: string][] = [
  ['1001@192.168.11.175:50600', 'sip:1001@192.168.11.175:50600'],
  ['sip:1001@192.168.11.175:50600', 'sip:1001@192.168.11.175:50600'],
  ['SIP:Bob@Example.ORG', 'sip:Bob@example.org'],
  ['  bob@example.org  ', 'sip:bob@example.org'],
  ['１００１＠１９２．１６８．１１．１７５：５０６００', 'sip:1001@192.168.11.175:50600'],
  ['1001@192。168。11。175', 'sip:1001@192.168.11.175'],
  ['1001　@ 192.168.11.175', 'sip:1001@192.168.11.175'],
  ['+886 (2) 2345-6789@192.0.2.1', 'sip:+886223456789@192.0.2.1'],
  ['*98#@192.0.2.1', 'sip:*98%23@192.0.2.1'],
  ['a-b_c@192.0.2.1', 'sip:a-b_c@192.0.2.1'],
  ['王@192.0.2.1', 'sip:%E7%8E%8B@192.0.2.1'],
  ['al%20ice@192.0.2.1', 'sip:al%20ice@192.0.2.1'],
  ['al ice@192.0.2.1', 'sip:al%20ice@192.0.2.1'],
  ['bob@[2001:db8::1]:5070', 'sip:bob@[2001:db8::1]:5070'],
  ['bob@2001:db8::1', 'sip:bob@[2001:db8::1]'],
  ['[::1]:5060', 'sip:[::1]:5060'],
  ['::1', 'sip:[::1]'],
  ['192.0.2.1', 'sip:192.0.2.1'],
  ['192.0.2.1:5070', 'sip:192.0.2.1:5070'],
  ['localhost:5070', 'sip:localhost:5070'],
  ['pbx.example.org', 'sip:pbx.example.org'],
  ['bob@pbx', 'sip:bob@pbx'],
  ['bob@bücher.example', 'sip:bob@xn--bcher-kva.example'],
  ['sip:bob@example.org;transport=TCP?Replaces=x&Subject=y', 'sip:bob@example.org;transport=tcp'],
  ['sip:bob@example.org;method=BYE;user=phone', 'sip:bob@example.org;user=phone'],
  ['"Bob" <sip:bob@example.org:5070>', 'sip:bob@example.org:5070'],
  ['sips:bob@example.org', 'sips:bob@example.org'],
  ['callto:bob@example.org', 'sip:bob@example.org'],
  ['sip://bob@example.org', 'sip:bob@example.org'],
  ['bob@example.org\u200e', 'sip:bob@example.org'],
  ['SIPS:bob@example.org:5061', 'sips:bob@example.org:5061'],
  ['tel:+886 (2) 2345-6789@gw.example.org', 'sip:+886223456789@gw.example.org'],
  ['callto://bob@example.org', 'sip:bob@example.org'],
  ['"Bob" <sip:bob@example.org;transport=TCP;lr?Subject=x>', 'sip:bob@example.org;transport=tcp'],
  ['::ffff:192.0.2.1', 'sip:[::ffff:192.0.2.1]'],
  ['localhost', 'sip:localhost'],
  ['電話@例子.測試', 'sip:%E9%9B%BB%E8%A9%B1@xn--fsqu00a.xn--g6w251d'],
  ['müller@example.org', 'sip:m%C3%BCller@example.org'],
  ['bob@example.org.', 'sip:bob@example.org'],
  ['bob@a_b.example', 'sip:bob@a_b.example'],
  ['b%6Fb@example.org', 'sip:b%6Fb@example.org'],
  ['b%zzb@example.org', 'sip:b%25zzb@example.org'],
  ['b#"<>b@example.org', 'sip:b%23%22%3C%3Eb@example.org'],
  ['\u202e1001@192.168.1.20\u200b', 'sip:1001@192.168.1.20'],
  ['sip:1001@10.0.0.1;user=phone;transport=udp', 'sip:1001@10.0.0.1;user=phone;transport=udp'],
]

for (const [typed, uri] of good) {
  test(`${JSON.stringify(typed)} is ${uri}`, () => {
    assert.equal(parseTarget(typed).uri, uri)
    assert.equal(parseTarget(uri).uri, uri, 'and stays it')
  })
}

const bad: readonly [typed: string, message: RegExp][] = [
  ['', /Type a number/],
  ['   ', /Type a number/],
  ['1001', /^This needs an address behind it, such as 1001@192/],
  ['bob', /needs an address/],
  ['tel:+886223456789', /needs an address/],
  ['@192.0.2.1', /before the @ is empty/],
  ['1001@', /behind the @ is missing/],
  ['1001@192.168.11.300', /"192\.168\.11\.300" is not a valid IP address/],
  ['1001@192.168.11', /not a valid IP address/],
  ['1001@192.0.2.1:0', /"0" is not a port/],
  ['1001@192.0.2.1:65536', /is not a port/],
  ['1001@192.0.2.1:', /is not a port/],
  ['1001@192.0.2.1:sip', /is not a port/],
  ['1001@[192.0.2.1]', /"\[192\.0\.2\.1\]" is not a valid IP address/],
  ['1001@[::1', /is not an address/],
  ['1001@a b', /not a valid host name/],
  ['1001@-x-', /not a valid host name/],
  ['1001@a..b', /not a valid host name/],
  ['1001:secret@192.0.2.1', /must not carry a password/],
  ['[fe80::1%eth0]:5060', /not a valid IP address/],
  ['bob@[::x]', /not a valid IP address/],
  [`bob@${'a'.repeat(64)}.org`, /not a valid host name/],
  ['sip:', /needs an address/],
  ['1001@host\r\nVia: x', /is not an address|not a valid host name|is not a port/],
]

for (const [typed, message] of bad) {
  test(`${JSON.stringify(typed)} is refused`, () => {
    assert.throws(() => parseTarget(typed), { code: 'invalid-params', data: { field: 'target' }, message })
  })
}

test('with an account what has no address is somebody there', () => {
  const home = { domain: 'office.lan:5070', prefix: '0' }
  const dialled: readonly [typed: string, uri: string][] = [
    ['1002', 'sip:01002@office.lan:5070'],
    ['+49 (30) 1234', 'sip:+49301234@office.lan:5070'],
    ['bob', 'sip:bob@office.lan:5070'],
    ['tel:1002;transport=tcp', 'sip:01002@office.lan:5070;transport=tcp'],
    ['1002@192.0.2.7', 'sip:1002@192.0.2.7'],
    ['office.lan', 'sip:office.lan'],
  ]
  for (const [typed, uri] of dialled) assert.equal(parseTarget(typed, home).uri, uri)
  assert.throws(() => parseTarget('bob:secret', home), /must not carry a password/)
  assert.throws(() => parseTarget('bob', { domain: 'no host', prefix: '' }), { code: 'invalid-params' })
})

test('the parts', () => {
  assert.deepEqual(parseTarget('bob@[2001:db8::1]:5070'), {
    uri: 'sip:bob@[2001:db8::1]:5070',
    user: 'bob',
    host: '2001:db8::1',
    port: 5070,
  })
})

test('too long', () => {
  assert.throws(() => parseTarget('1'.repeat(513)), { code: 'too-long' })
})

test('whatever comes in, a valid URI or a PhoneError comes out', () => {
  let state = 7
  const random = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below
  const pieces = [
    '1',
    'a',
    '@',
    ':',
    '[',
    ']',
    '<',
    '>',
    ';',
    '?',
    '%',
    '.',
    ' ',
    '"',
    '\\',
    '\u0000',
    '王',
    '\ud800',
    'sip:',
    '::1',
  ]
  for (let round = 0; round < 20_000; round++) {
    const typed = Array.from({ length: random(12) }, () => pieces[random(pieces.length)]).join('')
    try {
      const { uri } = parseTarget(typed)
      assert.match(
        uri,
        /^sips?:(?:[\x21-\x7e]+@)?(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?(?:;[a-z=]+)*$/i,
        JSON.stringify(typed),
      )
    } catch (error) {
      assert.equal((error as { code?: string }).code, 'invalid-params', `${JSON.stringify(typed)}: ${String(error)}`)
    }
  }
})
