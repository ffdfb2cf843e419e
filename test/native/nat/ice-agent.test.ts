import assert from 'node:assert/strict'
import { test } from 'node:test'
import { IceAgent } from '../../../native/nat/ice-agent.ts'
import { parseStun, writeStun, type MappedAddress } from '../../../native/nat/stun.ts'
import type { IceCandidate } from '../../../native/protocol.ts'
import { mutate } from '../../support/mutate.ts'
import { seeded } from '../../support/seeded.ts'

type Side = 'a' | 'b'
const credentials = {
  a: { ufrag: 'aaaa', pwd: 'a'.repeat(22) },
  b: { ufrag: 'bbbb', pwd: 'b'.repeat(22) },
}
const host = { a: { address: '10.0.0.1', port: 4000 }, b: { address: '10.0.1.2', port: 5000 } }
const candidate = ({ address, port }: MappedAddress, priority: number): IceCandidate => ({
  component: 1,
  address,
  port,
  priority,
})
const key = ({ address, port }: MappedAddress) => `${address}:${port}`

interface Options {
  readonly seed?: number
  readonly loss?: number
  readonly controlling?: readonly Side[]
  /** Candidates that each side is told of the other. */
  readonly of?: Partial<Record<Side, readonly IceCandidate[]>>
  /** The source that the other one sees, and what it takes in; undefined: it does not get through. */
  readonly through?: (from: Side, to: MappedAddress) => { readonly source: MappedAddress } | undefined
}

/** Two agents and what lies between them, in virtual time. */
class Wire {
  now = 0
  sent = 0
  readonly agents: Record<Side, IceAgent>
  readonly #random: () => number
  readonly #options: Options
  readonly #flying: {
    readonly at: number
    readonly to: Side
    readonly datagram: Uint8Array
    readonly source: MappedAddress
  }[] = []

  constructor(options: Options = {}) {
    const { seed = 1, controlling = ['a'], of = {} } = options
    this.#options = options
    this.#random = seeded(seed)
    const chance = seeded(seed + 1000)
    const agent = (side: Side, other: Side) =>
      new IceAgent(
        {
          local: credentials[side],
          remote: credentials[other],
          controlling: controlling.includes(side),
          candidates: of[other] ?? [candidate(host[other], 2 ** 31 - 1)],
        },
        1,
        () => chance() * 2 ** 32,
      )
    this.agents = { a: agent('a', 'b'), b: agent('b', 'a') }
  }

  run(ms: number): this {
    for (const end = this.now + ms; this.now < end; this.now += 10) {
      for (const side of ['a', 'b'] as const)
        for (const { datagram, to } of this.agents[side].poll(this.now)) this.send(side, datagram, to)
      for (let next = this.#flying[0]; next && next.at <= this.now; next = this.#flying[0]) {
        this.#flying.shift()
        const answer = this.agents[next.to].receive(next.datagram, next.source, this.now)
        if (answer && answer !== 'strange') this.send(next.to, answer, next.source)
      }
    }
    return this
  }

  send(from: Side, datagram: Uint8Array, to: MappedAddress): void {
    this.sent++
    const { loss = 0, through = direct } = this.#options
    const passed = through(from, to)
    if (!passed || this.#random() < loss) return
    this.#flying.push({ at: this.now + 30, to: from === 'a' ? 'b' : 'a', datagram, source: passed.source })
  }

  targets() {
    return [this.agents.a.target, this.agents.b.target]
  }
}

const direct: NonNullable<Options['through']> = (from, to) =>
  [key(host.a), key(host.b)].includes(key(to)) ? { source: host[from] } : undefined

test('two hosts that reach each other agree, in whichever roles they begin', () => {
  for (const controlling of [['a'], ['b'], ['a', 'b'], []] as const)
    for (const seed of [1, 2, 3]) {
      const wire = new Wire({ controlling, seed }).run(1500)
      assert.deepEqual(wire.targets(), [host.b, host.a], `${controlling.join()} ${seed}`)
      assert.ok(wire.agents.a.nominated && wire.agents.b.nominated)
    }
})

test('a fifth of the packets lost, they agree all the same', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const wire = new Wire({ seed, loss: 0.2 }).run(20_000)
    assert.deepEqual(wire.targets(), [host.b, host.a], `seed ${seed}`)
    assert.ok(wire.agents.a.nominated && wire.agents.b.nominated, `seed ${seed}`)
  }
})

test('of several candidates the best is taken that can be reached', () => {
  const dead = candidate({ address: '10.9.9.9', port: 1 }, 2 ** 31)
  const worse = candidate({ address: '203.0.113.9', port: 5000 }, 1000)
  const wire = new Wire({
    of: { b: [worse, candidate(host.b, 2000), dead] },
    through: (from, to) => (key(to) === '10.9.9.9:1' ? undefined : { source: host[from] }),
  }).run(3000)
  assert.deepEqual(wire.agents.a.target, host.b)
})

test('behind a NAT: the peer learns from a check where to send, and nothing goes where it cannot arrive', () => {
  const outside = { address: '198.51.100.7', port: 61_000 }
  const opened = new Set<string>()
  const wire = new Wire({
    controlling: ['b'],
    of: { a: [candidate(host.a, 2 ** 31 - 1)] },
    through: (from, to) => {
      if (from === 'a') {
        opened.add(key(to))
        return key(to) === key(host.b) ? { source: outside } : undefined
      }
      return key(to) === key(outside) && opened.has(key(host.b)) ? { source: host.b } : undefined
    },
  }).run(3000)
  assert.deepEqual(wire.targets(), [host.b, outside])
  assert.ok(wire.agents.a.nominated && wire.agents.b.nominated)
})

test('a way that is closed: given up after seven tries, and nothing was chosen', () => {
  const wire = new Wire({ through: () => undefined }).run(70_000)
  assert.deepEqual([wire.targets(), wire.sent], [[undefined, undefined], 14])
})

test('afterwards the NAT is kept open, and no more checks are made', () => {
  const wire = new Wire().run(2000)
  const { sent } = wire
  wire.run(60_000)
  assert.equal(wire.sent - sent, 8)
})

test('whoever does not know the password neither gets an answer nor the call', () => {
  const wire = new Wire()
  const check = wire.agents.a.poll(0)[0]!.datagram
  const { transactionId, attributes } = parseStun(check)!
  const message = {
    class: 'request',
    method: 1,
    transactionId,
    attributes: attributes.filter(({ type }) => type !== 0x0008 && type !== 0x8028),
  } as const
  const thief = { address: '192.0.2.66', port: 666 }
  for (const forged of [
    writeStun(message),
    writeStun(message, { key: Buffer.from('c'.repeat(22)), fingerprint: true }),
  ])
    assert.equal(wire.agents.b.receive(forged, thief, 10), undefined)
  wire.run(2000)
  assert.deepEqual(wire.agents.b.target, host.a)
})

test('mutants of checks and answers: nothing throws, and nobody else is chosen', () => {
  const wire = new Wire()
  const random = seeded(7)
  const check = wire.agents.a.poll(0)[0]!.datagram
  const answer = wire.agents.b.receive(check, host.a, 0)
  assert.ok(answer && answer !== 'strange')
  const corpus = [check, answer]
  for (let k = 0; k < 10_000; k++) {
    const from = { address: `192.0.2.${k % 250}`, port: 1 + (k % 60_000) }
    for (const side of ['a', 'b'] as const)
      wire.agents[side].receive(
        mutate(corpus[k % 2]!, corpus, random),
        k % 3 === 0 ? host[side === 'a' ? 'b' : 'a'] : from,
        k,
      )
  }
  wire.now = 20_000
  wire.run(70_000)
  for (const [index, target] of wire.targets().entries())
    assert.ok(target === undefined || key(target) === key(index === 0 ? host.b : host.a), key(target ?? host.a))
})
