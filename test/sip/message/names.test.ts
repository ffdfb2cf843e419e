import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalName, isListHeader, sameName } from '../../../electron/sip/message/header-name.ts'
import { isGroup, isHostName, parseHostPort } from '../../../electron/sip/message/host.ts'
import { isKnownMethod } from '../../../electron/sip/message/method.ts'
import { parseNameAddr } from '../../../electron/sip/message/name-addr.ts'

test('the compact forms of the IANA registry', () => {
  const pairs = `a Accept-Contact, b Referred-By, c Content-Type, d Request-Disposition, e Content-Encoding, f From,
    i Call-ID, j Reject-Contact, k Supported, l Content-Length, m Contact, n Identity-Info, o Event, r Refer-To,
    s Subject, t To, u Allow-Events, v Via, x Session-Expires, y Identity`
  for (const pair of pairs.split(',')) {
    const [short = '', long = ''] = pair.trim().split(' ')
    assert.deepEqual([canonicalName(short), canonicalName(short.toUpperCase())], [long, long])
    assert.ok(sameName(short, long.toLowerCase()))
  }
  assert.equal(canonicalName('g'), 'g')
})

test('names in any case become those of the RFCs; others stay as they are', () => {
  const known = `Accept Accept-Contact Accept-Encoding Accept-Language Alert-Info Allow Allow-Events Authentication-Info
    Authorization Call-ID Call-Info Contact Content-Disposition Content-Encoding Content-Language Content-Length
    Content-Type CSeq Date Error-Info Event Expires Flow-Timer From Geolocation History-Info Identity In-Reply-To Join
    Max-Breadth Max-Forwards MIME-Version Min-Expires Min-SE Organization P-Asserted-Identity P-Preferred-Identity Path
    Priority Privacy Proxy-Authenticate Proxy-Authentication-Info Proxy-Authorization Proxy-Require RAck Reason
    Record-Route Refer-Sub Refer-To Referred-By Reject-Contact Remote-Party-ID Replaces Reply-To Request-Disposition
    Require Retry-After Route RSeq Server Service-Route Session-Expires SIP-ETag SIP-If-Match Subject Subscription-State
    Supported Timestamp To Unsupported User-Agent Via Warning WWW-Authenticate`.split(/\s+/)
  for (const name of known) assert.deepEqual([name.toLowerCase(), name.toUpperCase()].map(canonicalName), [name, name])
  assert.equal(canonicalName('x-Odd'), 'x-Odd')
  assert.ok(sameName('X-odd', 'x-Odd') && !sameName('X-odd', 'X-other') && !sameName('To', 'From'))
  assert.deepEqual(known.filter(isListHeader), ['Contact', 'Path', 'Record-Route', 'Route', 'Service-Route', 'Via'])
})

test('methods that RFCs define, by their exact names (RFC 3261 7.1)', () => {
  const methods = 'INVITE ACK BYE CANCEL OPTIONS REGISTER INFO PRACK UPDATE SUBSCRIBE NOTIFY REFER MESSAGE PUBLISH'
  for (const method of methods.split(' ')) {
    assert.ok(isKnownMethod(method), method)
    assert.ok(!isKnownMethod(method.toLowerCase()), method)
  }
  assert.ok(!isKnownMethod('') && !isKnownMethod('INVITED'))
})

test('hosts and ports as they are written', () => {
  const read = (text: string) => {
    const found = parseHostPort(text)
    return found && [found.host, found.port]
  }
  assert.deepEqual(read('a.example'), ['a.example', undefined])
  assert.deepEqual(read(' a.example : 5070 '), ['a.example', 5070])
  assert.deepEqual(read('[2001:db8::1]'), ['2001:db8::1', undefined])
  assert.deepEqual(read('[2001:db8::1]:5070'), ['2001:db8::1', 5070])
  assert.deepEqual(read('[2001:db8:::192.0.2.1]'), ['2001:db8::192.0.2.1', undefined], 'RFC 5118 4.10')
  for (const bad of [
    '',
    ':5060',
    '[',
    '[]',
    '[1',
    'a b',
    'a:',
    'a:x',
    'a:65536',
    '2001:db8::1',
    '-a',
    'a..b',
    '[::1]x',
  ])
    assert.equal(read(bad), null, bad)
  assert.deepEqual(['a'.repeat(255), 'a'.repeat(256)].map(isHostName), [true, false])
  const groups = ['224.0.0.1', '239.255.255.255', 'ff02::1', '223.255.255.255', '240.0.0.1', 'fe80::1', 'ff.example']
  assert.deepEqual(groups.map(isGroup), [true, true, true, false, false, false, false])
})

test('what stands in brackets needs its end', () => {
  assert.deepEqual(parseNameAddr('<sip:a@b>;tag=1'), { uri: 'sip:a@b', params: [{ name: 'tag', value: '1' }] })
  for (const bad of ['<sip:a@b', '<', '<>', 'x <sip:a@b', '">" <sip:a@b']) assert.equal(parseNameAddr(bad), null, bad)
})
