import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { isIpv6, parseHostPort } from '../../../electron/sip/message/host.ts'
import { formatNameAddr, parseNameAddr, tagOf } from '../../../electron/sip/message/name-addr.ts'
import { param, withoutParam, withParam } from '../../../electron/sip/message/params.ts'
import { escapeUser, formatUri, parseUri, schemeOf, unescapeUri, userOf } from '../../../electron/sip/message/uri.ts'
import { formatVia, parseVia, responseTarget, withSource } from '../../../electron/sip/message/via.ts'

suite('SIP URIs (RFC 3261 19.1)', () => {
  test('parts, and back again as written', () => {
    const text = 'sips:al%69ce:secret@[2001:db8::1]:5071;transport=tcp;lr?Subject=a%20b&X='
    const uri = parseUri(text)
    assert.deepEqual(uri, {
      scheme: 'sips',
      user: 'al%69ce',
      password: 'secret',
      host: '2001:db8::1',
      port: 5071,
      params: [{ name: 'transport', value: 'tcp' }, { name: 'lr' }],
      headers: 'Subject=a%20b&X=',
    })
    assert.equal(uri && formatUri(uri), text)
    assert.equal(uri && userOf(uri), 'alice')
  })

  test('what people dial', () => {
    assert.equal(formatUri(parseUri('SIP:1001@192.168.11.175:50600')!), 'sip:1001@192.168.11.175:50600')
    assert.equal(parseUri('sip:*72#@pbx_1.local')?.user, '*72#')
    assert.equal(parseUri('sip:example.com')?.user, undefined)
  })

  test('what is none', () => {
    for (const text of [
      '',
      'sip:',
      'sip:@host',
      'sip:a@',
      'sip:a b@host',
      'sip:a@host:70000',
      'sip:a@host:5060x',
      'sip:a@ho st',
      'sip:a@host;x=a b',
      'sip:a@[::1',
      'sip:a@[1::2::3]',
      'sip:a@2001:db8::1', // RFC 5118 4.2: an IPv6 address needs its brackets
      'sip:a\u0000@host',
      '<sip:a@host>',
      'tel:+123',
      'http://host',
      'host',
    ]) {
      assert.equal(parseUri(text), null, text)
    }
    assert.equal(schemeOf('tel:+123'), 'tel')
    assert.equal(schemeOf('1001'), null)
  })

  test('escapes are undone once, and what is no UTF-8 stays', () => {
    assert.equal(unescapeUri('%2541%E9%9B%BB'), '%41電')
    assert.equal(unescapeUri('%ff%zz%'), '%ff%zz%')
    assert.equal(escapeUser('a b@電'), 'a%20b%40%E9%9B%BB')
    assert.equal(unescapeUri(escapeUser('😀 "<>;%')), '😀 "<>;%')
  })

  test('IPv6 literals (RFC 4291 2.2, RFC 5118)', () => {
    for (const text of ['::', '::1', '2001:db8::9:1', '1:2:3:4:5:6:7:8', '::ffff:192.0.2.10', 'fe80::1']) {
      assert.ok(isIpv6(text), text)
    }
    for (const text of [
      ':',
      ':::',
      '1:2:3',
      '1::2::3',
      '12345::',
      '1:2:3:4:5:6:7:8:9',
      '::1.2.3',
      '::192.0.2.300',
      'g::',
    ]) {
      assert.ok(!isIpv6(text), text)
    }
    // RFC 5118 4.3: the port inside the brackets is a part of the address.
    assert.deepEqual(parseHostPort('[2001:db8::10:5070]'), { host: '2001:db8::10:5070' })
    assert.deepEqual(parseHostPort('[::1] : 5070'), { host: '::1', port: 5070 })
    // RFC 5118 4.10: three colons before an IPv4 address mean two, and nowhere else.
    assert.deepEqual(parseHostPort('[2001:db8:::192.0.2.1]:9'), { host: '2001:db8::192.0.2.1', port: 9 })
    assert.deepEqual(parseHostPort('[:::192.0.2.1]'), { host: '::192.0.2.1' })
    for (const text of ['[2001:db8:::1]', '[1::2:::192.0.2.1]', '[::::192.0.2.1]', '[a:::192.0.2]']) {
      assert.equal(parseHostPort(text), null, text)
    }
  })
})

suite('name-addr (RFC 3261 20.10)', () => {
  test('quoted, unquoted, no name; parameters of the header, not of the URI', () => {
    assert.deepEqual(parseNameAddr('"A \\"B\\", <C>" <sip:a@b;x=1>;tag=2;y'), {
      displayName: 'A "B", <C>',
      uri: 'sip:a@b;x=1',
      params: [{ name: 'tag', value: '2' }, { name: 'y' }],
    })
    assert.equal(parseNameAddr('Müller (Büro) <sip:a@b>')?.displayName, 'Müller (Büro)')
    assert.deepEqual(parseNameAddr('sip:a@b;x=1'), { uri: 'sip:a@b', params: [{ name: 'x', value: '1' }] })
    assert.equal(parseNameAddr('"" <sip:a@b>')?.displayName, undefined)
    assert.equal(parseNameAddr('<tel:+1;ext=2>')?.uri, 'tel:+1;ext=2')
    assert.equal(tagOf('sip:a@b;TAG=x'), 'x')
    assert.equal(tagOf('sip:a@b'), undefined)
  })

  test('sip.instance keeps its quotes, semicolons in quotes do not part', () => {
    const contact = '<sip:a@b>;+sip.instance="<urn:uuid:1;2>";expires=3'
    const parsed = parseNameAddr(contact)
    assert.equal(parsed && param(parsed.params, '+sip.instance'), '"<urn:uuid:1;2>"')
    assert.equal(parsed && formatNameAddr(parsed), contact)
  })

  test('a written name can be read, whatever it is', () => {
    for (const displayName of ['a', '"', '\\', 'a\\"b', '李 小龍', ' x ', '<sip:x>']) {
      const text = formatNameAddr({ displayName, uri: 'sip:a@b', params: [] })
      assert.equal(parseNameAddr(text)?.displayName, displayName)
    }
  })

  test('what is none', () => {
    for (const text of [
      '',
      '*',
      'a',
      '<>',
      '<sip:a@b',
      'sip:a@b>',
      '"a <sip:b@c>',
      '"a" b <sip:c@d>',
      'a, b <sip:c@d>',
    ]) {
      assert.equal(parseNameAddr(text), null, text)
    }
    for (const text of ['<sip:a@b> x', '<sip:a@b>;x="', '<sip:a@b>;=1', '< sip:a@b >', 'sip:a@b?x=y', 'sip:a@b,c']) {
      assert.equal(parseNameAddr(text), null, text)
    }
  })

  test('parameters change by copy', () => {
    const params = [{ name: 'tag', value: '1' }, { name: 'lr' }]
    assert.deepEqual(withParam(params, 'TAG', '2'), [{ name: 'TAG', value: '2' }, { name: 'lr' }])
    assert.deepEqual(withParam(params, 'q', '0'), [...params, { name: 'q', value: '0' }])
    assert.deepEqual(withoutParam(params, 'LR'), [{ name: 'tag', value: '1' }])
  })
})

suite('Via (RFC 3261 18.2, RFC 3581)', () => {
  const via = (text: string) => {
    const parsed = parseVia(text)
    assert.ok(parsed, text)
    return parsed
  }

  test('the source is noted: rport only where it was asked for', () => {
    const plain = withSource(via('SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1'), '192.0.2.9', 40_000)
    assert.equal(formatVia(plain), 'SIP/2.0/UDP 10.0.0.1:5070;branch=z9hG4bK1;received=192.0.2.9')
    assert.deepEqual(responseTarget(plain), { host: '192.0.2.9', port: 5070 })
    const asked = withSource(via('SIP/2.0/UDP 10.0.0.1:5070;rport;branch=z9hG4bK1'), '192.0.2.9', 40_000)
    assert.equal(formatVia(asked), 'SIP/2.0/UDP 10.0.0.1:5070;rport=40000;branch=z9hG4bK1;received=192.0.2.9')
    assert.deepEqual(responseTarget(asked), { host: '192.0.2.9', port: 40_000 })
    assert.deepEqual(withSource(via('SIP/2.0/UDP 10.0.0.1'), '10.0.0.1', 5060), via('SIP/2.0/UDP 10.0.0.1'))
  })

  test('where responses go: maddr, the default port, IPv6 in either spelling (RFC 5118 4.5)', () => {
    assert.deepEqual(responseTarget(via('SIP/2.0/UDP h;maddr=224.2.0.1;ttl=1')), { host: '224.2.0.1', port: 5060 })
    assert.deepEqual(responseTarget(via('SIP/2.0/TLS h')), { host: 'h', port: 5061 })
    for (const received of ['2001:db8::9:255', '[2001:db8::9:255]']) {
      const target = responseTarget(via(`SIP/2.0/UDP [2001:db8::9:1];received=${received};branch=z9hG4bK1`))
      assert.deepEqual(target, { host: '2001:db8::9:255', port: 5060 })
    }
    assert.equal(formatVia(via('SIP/2.0/udp [::1]:5062')), 'SIP/2.0/UDP [::1]:5062')
  })

  test('what is none', () => {
    for (const text of [
      '',
      ';',
      'SIP/2.0/UDP',
      'SIP/2.0/UDP ;branch=1',
      'SIP/1.0/UDP h',
      'SIP/2.0/U<P h',
      'SIP/2.0/UDP h h',
    ]) {
      assert.equal(parseVia(text), null, text)
    }
  })
})
