import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IceCandidate, IceParameters, SessionConfig } from '../../../native/protocol.ts'
import type { Endpoint } from '../../../native/session/peer.ts'
import { address, config, Pair, type Side } from '../../support/session-pair.ts'
import { level } from '../../support/sound.ts'

const credentials = (side: Side, word: string) => ({ ufrag: `${side}${word}`, pwd: `${side}${word}`.padEnd(22, 'x') })

function ice(side: Side, candidates: readonly Endpoint[], word = 'one'): IceParameters {
  const other = side === 'a' ? 'b' : 'a'
  return {
    local: credentials(side, word),
    remote: credentials(other, word),
    controlling: side === 'a',
    candidates: candidates.map(({ address, port }, i): IceCandidate => ({
      component: 1,
      address,
      port,
      priority: 1000 - i,
    })),
  }
}

/** `b` is behind a NAT that lets in only those it has sent to; its description says what is inside. */
function behindNat(): Pair {
  const pair = new Pair()
  const outside = { address: '198.51.100.7', port: 61_000 }
  let open = false
  pair.route = (from, to) => {
    if (from === 'b') {
      if (to.address !== address.a.address) return undefined
      open = true
      return outside
    }
    return open && to.address === outside.address && to.port === outside.port ? address.a : undefined
  }
  return pair
}

function agree(pair: Pair, more: { readonly [S in Side]: Partial<SessionConfig> }): void {
  pair.sides.a.configure(config('PCMU', 'b', { rtcpMux: true, ...more.a }))
  pair.sides.b.configure(config('PCMU', 'a', { rtcpMux: true, ...more.b }))
}

/** What `b` hears of `a`, dBFS, in the last second of so many. */
function heardBy(pair: Pair, seconds: number): number {
  let last = new Int16Array(0)
  for (let k = 0; k < seconds * 50; k++) {
    const { b } = pair.talk(20, { a: 1000, b: 300 })
    if (k >= (seconds - 1) * 50) last = Int16Array.from([...last, ...b])
    for (const side of ['a', 'b'] as const) pair.sides[side].poll(pair.now, pair.now)
  }
  return level(last, 1000)
}

const checks = (pair: Pair) => pair.wire.filter(({ datagram }) => datagram[0] === 0 && datagram[1] === 1).length

test('a peer behind a NAT hears us even before it speaks, and the sound follows what was nominated', () => {
  const silent = { sending: false }
  const deaf = behindNat()
  agree(deaf, { a: {}, b: silent })
  assert.ok(heardBy(deaf, 3) < -60, 'without ICE nothing gets through')
  const pair = behindNat()
  agree(pair, { a: { ice: ice('a', [address.b]) }, b: { ice: ice('b', [address.a]), ...silent } })
  assert.ok(heardBy(pair, 3) > -20)
  assert.equal(pair.sides.b.quality(0).received.refused, undefined)
})

test('a hold and its end change nothing; other credentials are checked anew', () => {
  const pair = behindNat()
  const all = (word?: string) => ({
    a: { ice: ice('a', [address.b], word) },
    b: { ice: ice('b', [address.a], word), sending: false },
  })
  agree(pair, all())
  assert.ok(heardBy(pair, 2) > -20)
  const before = checks(pair)
  agree(pair, all())
  assert.ok(heardBy(pair, 2) > -20)
  assert.equal(checks(pair), before)
  agree(pair, all('two'))
  assert.ok(heardBy(pair, 3) > -20)
  assert.ok(checks(pair) > before)
})

test('a peer that answers no check is sent what its description says', () => {
  const pair = new Pair()
  agree(pair, { a: { ice: ice('a', [address.b]) }, b: {} })
  assert.ok(heardBy(pair, 2) > -20)
})
