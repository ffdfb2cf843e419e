import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conversationOf } from '../../electron/dissect/conversation.ts'
import { exchangesOf } from '../../electron/dissect/exchanges.ts'
import { ladderMermaid, ladderSvg } from '../../electron/dissect/ladder-drawing.ts'
import { outlineOf } from '../../electron/dissect/outline.ts'
import { ladderPlan } from '../../electron/dissect/rungs.ts'
import { compareSdp } from '../../electron/dissect/sdp-comparison.ts'
import { officeCall, refusedRegistration } from '../support/sample-trace.ts'
import { captured, recordedAt, sip, type Written } from '../support/written-trace.ts'

const own = '192.168.11.20:5060'
const call = conversationOf(recordedAt(own, officeCall), false)

test('a ladder: lanes with names, arrows by kind, what they carry, transactions joined', () => {
  const { lanes, rungs, brackets } = ladderPlan(call)
  assert.deepEqual(lanes, [
    { address: own, name: '1001', own: true },
    { address: '192.168.11.175:5060', name: 'Kamailio', own: false },
  ])
  assert.deepEqual(
    rungs.map(({ label, kind, from, carries }) => `${from} ${label} ${kind} ${carries}`.trim()),
    [
      '0 INVITE request PCMU PCMA',
      '1 407 challenge',
      '0 ACK request',
      '0 INVITE request PCMU PCMA',
      '1 100 provisional',
      '1 180 provisional',
      '1 200 success pcmu',
      '0 ACK request',
      '1 BYE request',
      '0 200 success',
    ],
  )
  assert.deepEqual(
    brackets.map(({ first, last, depth }) => [first, last, depth]),
    [
      [0, 2, 0],
      [3, 6, 0],
      [8, 9, 0],
    ],
    'the ACK of a refusal belongs to it, the one of a 200 to nothing',
  )
  assert.deepEqual([rungs[6]?.sinceStartMs, rungs[6]?.sincePreviousMs], [4310, 4128])
})

test('overlapping transactions are drawn beside each other, retransmissions folded', () => {
  const cancel: Written = [300, own, 'b:1', sip('CANCEL sip:b SIP/2.0', { branch: 'z1', cseq: '1 CANCEL' })]
  const flow: Written[] = [
    [0, own, 'b:1', sip('INVITE sip:b SIP/2.0', { branch: 'z1' })],
    cancel,
    [800, cancel[1], cancel[2], cancel[3]],
    [900, 'b:1', own, sip('SIP/2.0 200 OK', { branch: 'z1', cseq: '1 CANCEL' })],
    [910, 'b:1', own, sip('SIP/2.0 487 Gone', { branch: 'z1' })],
  ]
  const { rungs, brackets } = ladderPlan(conversationOf(captured(flow), true))
  assert.deepEqual(
    rungs.map(({ label, step }) => `${label} ${step.again.length}`),
    ['INVITE 0', 'CANCEL 1', '200 0', '487 0'],
  )
  assert.deepEqual(
    brackets.map(({ depth }) => depth),
    [0, 1],
  )
})

test('drawings keep what strangers wrote as text', () => {
  const plan = ladderPlan(conversationOf(captured(refusedRegistration), true))
  const hostile = () => '<script>alert(1)</script> & "x"\u0000; end'
  const svg = ladderSvg(plan, hostile)
  assert.equal((svg.match(/<path /g) ?? []).length, 4 * 2 + 2)
  assert.ok(!svg.includes('<script') && !svg.includes('\u0000'))
  assert.match(svg, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &amp; &quot;x&quot;/)
  const mermaid = ladderMermaid(plan, hostile)
  assert.match(mermaid, /^sequenceDiagram\n {2}participant L0 as 1009<br\/>192\.168\.11\.20:5060\n/)
  assert.match(mermaid, /L0->>L1: 0\.000 REGISTER/)
  assert.doesNotMatch(mermaid.replaceAll('<br/>', ''), /[<;"]/)
})

test('a row of the list: who, how it stands, and whether it deserves a look', () => {
  const row = outlineOf(call)
  assert.deepEqual(
    [row.kind, row.direction, row.to, row.state, row.durationMs, row.messages, row.problem],
    ['call', 'outgoing', '1002@office.lan', 'ended', 42_630, 10, false],
  )
  const refused = outlineOf(conversationOf(captured(refusedRegistration), true))
  assert.deepEqual(
    [refused.kind, refused.direction, refused.state, refused.code],
    ['registration', undefined, 'failed', 401],
  )
  assert.ok(refused.problem)
})

test('offer and answer line beside line', () => {
  const [exchange] = exchangesOf(call.steps).slice(-1)
  assert.ok(exchange)
  const rows = compareSdp(exchange).map(({ offer = '', answer = '', relation, note = '' }) => [
    offer,
    answer,
    relation,
    note,
  ])
  assert.deepEqual(rows, [
    ['v=0', 'v=0', 'one-side', ''],
    ['o=- 1 1 IN IP4 192.168.11.20', 'o=- 1 1 IN IP4 192.168.11.31', 'one-side', ''],
    ['s=-', 's=-', 'one-side', ''],
    ['c=IN IP4 192.168.11.20', 'c=IN IP4 192.168.11.31', 'agreed', 'connection'],
    ['t=0 0', 't=0 0', 'agreed', ''],
    ['m=audio 8000 RTP/AVP 0 8 101', 'm=audio 8000 RTP/AVP 0 101', 'agreed', 'media'],
    ['a=rtpmap:101 telephone-event/8000', 'a=rtpmap:101 telephone-event/8000', 'agreed', 'rtpmap'],
    ['a=fmtp:101 0-15', 'a=fmtp:101 0-15', 'agreed', ''],
    ['a=rtpmap:0 PCMU/8000', 'a=rtpmap:0 pcmu/8000', 'agreed', 'rtpmap'],
    ['a=rtpmap:8 PCMA/8000', '', 'not-taken', 'notTaken'],
    ['a=ptime:20', '', 'one-side', 'ptime'],
    ['a=sendrecv', '', 'one-side', 'direction'],
  ])
})
