import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialogId, dialogKey } from '../../../electron/sip/dialog/dialog-id.ts'
import {
  confirmedByUac,
  confirmedByUas,
  dialogOfUac,
  dialogOfUas,
  nextRequest,
  receiveRequest,
  refreshesTarget,
  refreshTarget,
  routingOf,
} from '../../../electron/sip/dialog/dialog.ts'
import { routeAlong } from '../../../electron/sip/dialog/route-set.ts'
import type { Header, SipRequest, SipResponse } from '../../../electron/sip/message/message.ts'

const body = new Uint8Array(0)
const named = (entries: readonly (readonly [string, string])[]): Header[] =>
  entries.map(([name, value]) => ({ name, value }))

const invite: SipRequest = {
  kind: 'request',
  method: 'INVITE',
  uri: 'sip:bob@b.example',
  headers: named([
    ['From', '"Alice" <sip:alice@a.example>;tag=a1'],
    ['To', '<sip:bob@b.example>'],
    ['Call-ID', 'c1@a'],
    ['CSeq', '7 INVITE'],
    ['Contact', '<sip:alice@10.0.0.1:5060>'],
  ]),
  body,
}
const response = (status: number, tag: string, more: readonly (readonly [string, string])[] = []): SipResponse => ({
  kind: 'response',
  status,
  reason: '',
  headers: named([
    ['From', '"Alice" <sip:alice@a.example>;tag=a1'],
    ['To', `<sip:bob@b.example>;tag=${tag}`],
    ['Call-ID', 'c1@a'],
    ['CSeq', '7 INVITE'],
    ...more,
  ]),
  body,
})

test('at the UAC: early, then confirmed, with the route set of the 2xx (RFC 3261 12.1.2, 13.2.2.4)', () => {
  const early = dialogOfUac(
    invite,
    response(180, 'b1', [
      ['Record-Route', '<sip:p1;lr>'],
      ['Contact', '<sip:b@10.0.0.2>'],
    ]),
  )
  assert.equal(early.state, 'early')
  assert.deepEqual(
    [early.callId, early.localTag, early.remoteTag, early.localSequence, early.remoteSequence],
    ['c1@a', 'a1', 'b1', 7, undefined],
  )
  assert.equal(early.remoteTarget, 'sip:b@10.0.0.2')
  assert.deepEqual(
    [early.role, early.local, early.remote, early.routeSet, early.contact],
    [
      'uac',
      '"Alice" <sip:alice@a.example>;tag=a1',
      '<sip:bob@b.example>;tag=b1',
      ['<sip:p1;lr>'],
      '<sip:alice@10.0.0.1:5060>',
    ],
  )
  const confirmed = confirmedByUac(
    early,
    response(200, 'b1', [
      ['Record-Route', '<sip:p1;lr>'],
      ['Record-Route', '<sip:p2;lr>'],
      ['Contact', '<sip:b@10.0.0.3>'],
    ]),
  )
  assert.equal(confirmed.state, 'confirmed')
  assert.deepEqual(confirmed.routeSet, ['<sip:p2;lr>', '<sip:p1;lr>'])
  assert.equal(confirmed.remoteTarget, 'sip:b@10.0.0.3')
  assert.equal(confirmed.remote, '<sip:bob@b.example>;tag=b1')
  // A 2xx that says less than the 180 did.
  const silent = confirmedByUac(early, { ...response(200, 'b1'), headers: [] })
  assert.deepEqual([silent.remote, silent.remoteTarget, silent.routeSet], [early.remote, early.remoteTarget, []])
  assert.equal(dialogOfUac(invite, response(200, 'b1')).state, 'confirmed')
  assert.equal(dialogOfUac(invite, response(199, 'b1')).state, 'early')
})

test('a peer of RFC 2543 sends no tag and no Contact: the tag is empty, the target where it says it is', () => {
  const old = (name: string, value: string) =>
    invite.headers.filter((given) => given.name !== name && given.name !== 'Contact').concat({ name, value })
  const callee = { ...response(200, ''), headers: old('To', '<sip:bob@b.example>') }
  assert.equal(dialogOfUac(invite, callee).remoteTag, '')
  const caller = dialogOfUas({ ...invite, headers: old('From', '<sip:alice@a.example>') }, 'b', '')
  assert.deepEqual([caller.remoteTag, caller.remoteTarget, caller.localTag], ['', 'sip:alice@a.example', 'b'])
})

test('at the UAC without a usable Contact the request goes where the first one went', () => {
  for (const contact of ['*', '<tel:+1>', '<sip:>']) {
    assert.equal(dialogOfUac(invite, response(200, 'b', [['Contact', contact]])).remoteTarget, 'sip:bob@b.example')
  }
  assert.equal(dialogOfUac(invite, response(200, 'b')).remoteTarget, 'sip:bob@b.example')
})

test('at the UAS: the route set keeps its order, the tag is ours (RFC 3261 12.1.1)', () => {
  const routed = {
    ...invite,
    headers: [
      ...invite.headers,
      ...named([
        ['Record-Route', '<sip:p1;lr>'],
        ['Record-Route', '<sip:p2;lr>'],
      ]),
    ],
  }
  const dialog = confirmedByUas(dialogOfUas(routed, 'b9', '<sip:bob@10.0.0.2>'), '<sip:bob@10.0.0.2>')
  assert.deepEqual(dialog.routeSet, ['<sip:p1;lr>', '<sip:p2;lr>'])
  assert.deepEqual(
    [dialog.role, dialog.state, dialog.callId, dialog.remoteTag, dialog.contact],
    ['uas', 'confirmed', 'c1@a', 'a1', '<sip:bob@10.0.0.2>'],
  )
  assert.equal(dialogOfUas(routed, 'b9', '').state, 'early')
  assert.deepEqual(
    [dialog.local, dialog.remote, dialog.remoteSequence, dialog.localSequence, dialog.remoteTarget],
    ['<sip:bob@b.example>;tag=b9', '"Alice" <sip:alice@a.example>;tag=a1', 7, 0, 'sip:alice@10.0.0.1:5060'],
  )
})

test('CSeq goes up by one, and jumps only upwards when asked', () => {
  const [one, first] = nextRequest(dialogOfUac(invite, response(200, 'b')))
  const [two, second] = nextRequest(one, 20)
  const [, third] = nextRequest(two, 5)
  assert.deepEqual([first, second, third], [8, 20, 21])
  assert.equal(nextRequest(two, 20)[1], 21, 'the same again would be a repetition')
})

test('a lower CSeq of the peer is out of order and changes nothing; gaps are fine (RFC 3261 12.2.2)', () => {
  const dialog = dialogOfUas(invite, 'b', '')
  const [later, verdict] = receiveRequest(dialog, 12)
  assert.equal(verdict, 'in-order')
  assert.deepEqual(receiveRequest(later, 11), [later, 'out-of-order'])
  assert.equal(receiveRequest(later, 12)[1], 'in-order')
  assert.equal(receiveRequest(dialogOfUac(invite, response(200, 'b')), 1)[1], 'in-order')
})

test('a target refresh takes the new Contact and keeps the old one without', () => {
  const dialog = dialogOfUas(invite, 'b', '')
  const moved = refreshTarget(dialog, { ...invite, headers: named([['Contact', '<sip:alice@10.9.9.9>']]) })
  assert.equal(moved.remoteTarget, 'sip:alice@10.9.9.9')
  assert.equal(refreshTarget(moved, { ...invite, headers: [] }), moved)
  const methods = ['INVITE', 'UPDATE', 'ACK', 'BYE', 'INFO', 'PRACK', 'REFER', 'NOTIFY']
  assert.deepEqual(methods.filter(refreshesTarget), ['INVITE', 'UPDATE'])
})

test('a loose route keeps the target in the Request-URI (RFC 3261 12.2.1.1)', () => {
  assert.deepEqual(routeAlong(['<sip:p1;lr>', '<sip:p2;lr>'], 'sip:bob@10.0.0.2'), {
    requestUri: 'sip:bob@10.0.0.2',
    routes: ['<sip:p1;lr>', '<sip:p2;lr>'],
    nextHop: 'sip:p1;lr',
  })
  assert.deepEqual(routeAlong([], 'sip:bob@10.0.0.2'), {
    requestUri: 'sip:bob@10.0.0.2',
    routes: [],
    nextHop: 'sip:bob@10.0.0.2',
  })
})

test('a strict router gets itself in the Request-URI and the target as the last Route', () => {
  assert.deepEqual(routeAlong(['<sip:p1;method=INVITE?Subject=x>', '<sip:p2;lr>'], 'sip:bob@10.0.0.2'), {
    requestUri: 'sip:p1',
    routes: ['<sip:p2;lr>', '<sip:bob@10.0.0.2>'],
    nextHop: 'sip:p1',
  })
})

test('garbage in a route set is passed over', () => {
  assert.equal(routeAlong(['<<<', '<tel:1>', '<sip:p;lr>'], 'sip:b@h').nextHop, 'sip:p;lr')
  assert.equal(routingOf({ ...dialogOfUas(invite, 'b', ''), routeSet: ['junk'] }).routes.length, 0)
})

test('ids tell forks and the two ends of a call to oneself apart, and never break a frame', () => {
  const tags = { callId: 'c', localTag: 'a', remoteTag: 'b' }
  assert.equal(dialogId({ role: 'uac', ...tags }), 'c;from-tag=a;to-tag=b;uac')
  assert.equal(dialogId({ role: 'uas', callId: 'c', localTag: 'b', remoteTag: 'a' }), 'c;from-tag=a;to-tag=b;uas')
  const odd = dialogId({ role: 'uas', callId: 'c|x y\r\n%', localTag: 'b', remoteTag: 'a' })
  assert.doesNotMatch(odd, /[|\s]/)
  assert.match(odd, /^c%7cx%20y%0d%0a%25;/)
  const keys = [dialogKey('c', 'a', 'b'), dialogKey('c', 'b', 'a'), dialogKey('ca', '', 'b')]
  assert.equal(new Set(keys).size, 3)
  assert.notEqual(odd, dialogId({ role: 'uas', callId: 'c%7cx y\r\n%', localTag: 'b', remoteTag: 'a' }))
})
