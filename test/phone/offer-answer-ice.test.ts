import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localCandidates } from '../../electron/phone/local-candidates.ts'
import {
  answerOffer,
  beginNegotiation,
  makeOffer,
  takeAnswer,
  type LocalMedia,
} from '../../electron/phone/offer-answer.ts'
import { iceOf } from '../../electron/sdp/ice.ts'
import { parseSdp } from '../../electron/sdp/parse.ts'
import { peerSdp } from '../support/phone-bench.ts'

const told = { rtp: { address: '192.0.2.1', port: 8000 }, rtcp: { address: '192.0.2.1', port: 8001 } }
const candidates = localCandidates({ hosts: ['192.0.2.1'], toldIsOurs: true, rtpPort: 8000, rtcpPort: 8001, told })
const fresh = ['first', 'second', 'third'].map((ufrag) => ({ ufrag, pwd: ufrag.padEnd(22, 'x') }))

function us(): LocalMedia {
  const left = [...fresh]
  const newCredentials = () => left.shift() ?? { ufrag: 'last', pwd: 'x'.repeat(22) }
  return {
    address: '192.0.2.1',
    rtpPort: 8000,
    rtcpPort: 8001,
    codecs: ['PCMU', 'PCMA'],
    hold: false,
    source: '192.0.2.2',
    ice: { newCredentials, candidates: () => candidates },
  }
}

const theirs = (ufrag = 'peer') => [`a=ice-ufrag:${ufrag}`, `a=ice-pwd:${ufrag.padEnd(22, 'y')}`]
const both = [
  'a=candidate:1 1 UDP 2130706431 192.0.2.2 30000 typ host',
  'a=candidate:1 2 UDP 2130706430 192.0.2.2 30001 typ host',
  'a=candidate:2 1 UDP 1694498815 203.0.113.5 41000 typ srflx raddr 192.0.2.2 rport 30000',
  'a=candidate:3 1 TCP 1015021823 192.0.2.2 9 typ host tcptype active',
  'a=candidate:4 1 UDP 1015021823 here.local 9 typ host',
  'a=candidate:5 1 UDP 99999999999 192.0.2.9 70000 typ host',
]

function answered(extra: readonly string[], negotiation = beginNegotiation('1'), local = us()) {
  const answer = answerOffer(negotiation, peerSdp({ extra }), local)
  assert.ok(answer.ok)
  const parsed = parseSdp(answer.sdp)
  assert.ok(parsed.ok)
  return { ...answer, ice: iceOf(parsed.session, parsed.session.media[0]!) }
}

test('an offer with ICE is answered with ours, and the peer controls', () => {
  const { ice, config } = answered([...theirs(), ...both])
  assert.equal(ice?.ufrag, 'first')
  assert.deepEqual(
    ice.candidates.map(({ component, address, port, type }) => [component, address, port, type]),
    [
      [1, '192.0.2.1', 8000, 'host'],
      [2, '192.0.2.1', 8001, 'host'],
    ],
  )
  assert.equal(ice.candidates[0]?.priority, 126 * 2 ** 24 + 0xffff * 256 + 255)
  assert.deepEqual(config.ice, {
    local: fresh[0],
    remote: { ufrag: 'peer', pwd: 'peer'.padEnd(22, 'y') },
    controlling: false,
    candidates: [
      { component: 1, address: '192.0.2.2', port: 30_000, priority: 2_130_706_431 },
      { component: 2, address: '192.0.2.2', port: 30_001, priority: 2_130_706_430 },
      { component: 1, address: '203.0.113.5', port: 41_000, priority: 1_694_498_815 },
    ],
  })
})

test('with one port for both there is one component', () => {
  const { ice, config } = answered([...theirs(), ...both, 'a=rtcp-mux'])
  assert.deepEqual([ice?.candidates.map(({ component }) => component), config.ice?.candidates.length], [[1], 2])
})

test('no ICE, none in the answer; a default destination that is no candidate is a mismatch', () => {
  const plain = answered([])
  assert.deepEqual([plain.ice, plain.config.ice, /ice|candidate/.test(plain.sdp)], [undefined, undefined, false])
  const rewritten = answered([...theirs(), 'a=candidate:1 1 UDP 5 10.0.0.1 30000 typ host'])
  assert.equal(rewritten.config.ice, undefined)
  assert.match(rewritten.sdp, /a=ice-mismatch\r\n/)
  const short = answered(['a=ice-ufrag:abc', 'a=ice-pwd:short', ...both])
  assert.equal(short.config.ice, undefined)
})

test('the same credentials go on, other ones begin anew; our own later offers repeat ours', () => {
  const local = us()
  const first = answered([...theirs(), ...both], beginNegotiation('1'), local)
  const again = answered([...theirs(), ...both], first.negotiation, local)
  assert.deepEqual([again.ice?.ufrag, again.config.ice], ['first', first.config.ice])
  const restarted = answered([...theirs('other'), ...both], again.negotiation, local)
  assert.deepEqual([restarted.ice?.ufrag, restarted.config.ice?.remote.ufrag], ['second', 'other'])

  const { negotiation, sdp } = makeOffer(restarted.negotiation, { ...local, hold: true })
  assert.match(sdp, /a=ice-ufrag:second\r\n[^]*a=candidate:1 1 UDP/)
  const kept = takeAnswer(negotiation, peerSdp({ extra: [...theirs('other'), ...both] }), local)
  assert.ok(kept.ok)
  assert.deepEqual(kept.config.ice, restarted.config.ice)
  const dropped = takeAnswer(negotiation, peerSdp(), local)
  assert.ok(dropped.ok)
  assert.equal(dropped.config.ice, undefined)
})

test('a peer that only answers checks leaves the choice to us', () => {
  const offer = peerSdp({ extra: [...theirs(), ...both] }).replace('t=0 0\r\n', 't=0 0\r\na=ice-lite\r\n')
  const answer = answerOffer(beginNegotiation('1'), offer, us())
  assert.ok(answer.ok)
  assert.equal(answer.config.ice?.controlling, true)
})

test('our first offer has none', () => assert.doesNotMatch(makeOffer(beginNegotiation('1'), us()).sdp, /ice/))

test('what is seen from outside is a candidate; addresses of this machine only where the peer may know them', () => {
  const seen = { rtp: { address: '203.0.113.1', port: 61_000 }, rtcp: { address: '203.0.113.1', port: 61_001 } }
  const places = { rtpPort: 8000, rtcpPort: 8001, told: seen, seen, toldIsOurs: false }
  const of = (hosts: readonly string[]) =>
    localCandidates({ ...places, hosts })
      .filter(({ component }) => component === 1)
      .map(({ address, port, type, base }) => [address, port, type, base?.address])
  assert.deepEqual(of(['10.0.0.5', '10.0.0.5', '172.16.0.1']), [
    ['10.0.0.5', 8000, 'host', undefined],
    ['172.16.0.1', 8000, 'host', undefined],
    ['203.0.113.1', 61_000, 'srflx', '10.0.0.5'],
  ])
  assert.deepEqual(of([]), [['203.0.113.1', 61_000, 'srflx', '0.0.0.0']])
})
