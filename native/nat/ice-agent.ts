import type { IceCandidate, IceParameters } from '../protocol.ts'
import {
  attributeTypes,
  bindingMethod,
  errorAttribute,
  errorCode,
  fingerprintOf,
  hasIntegrity,
  parseStun,
  writeStun,
  xorMappedAddress,
  type MappedAddress,
  type StunAttribute,
  type StunMessage,
} from './stun.ts'

/**
 * ICE of one component (RFC 8445): checks which of the peer's candidates can be reached, and finds the one that both agree on.
 * A full agent in either role, with regular nomination. No socket, no clock; milliseconds. NOTE: a component has one socket, which
 * is the base of all our candidates, so there is one pair for each candidate of the peer and nothing to freeze.
 */

/** Ta and RTO (14), and how often a check is repeated (RFC 8489 6.2.1). */
const PACE_MS = 50
const RTO_MS = 500
const MOST_REQUESTS = 7
/** Of pairs: more a peer cannot make us check (5.1.3 says 100 for all streams). */
const MOST_PAIRS = 32
/** The best pair is waited for so long once another one has proved good, by whoever nominates (8.1.1). */
const NOMINATION_MS = 500
/** Tr (11): the mapping of a NAT is kept. */
const KEEP_ALIVE_MS = 15_000
/** Of requests that are answered: those of one peer that checks all our candidates, repeats included. */
const MOST_A_SECOND = 100

const types = { priority: 0x0024, useCandidate: 0x0025, controlled: 0x8029, controlling: 0x802a } as const
const ROLE_CONFLICT = 487
/** 5.1.2.1: of a candidate that the peer learns from a check. */
const PEER_REFLEXIVE = 110

interface Outgoing {
  readonly datagram: Uint8Array
  readonly to: MappedAddress
}

interface Check {
  readonly id: Uint8Array
  readonly request: Uint8Array
  readonly nominates: boolean
  /** In which role it was made. */
  readonly controlling: boolean
  sent: number
  dueAt: number
}

interface Pair {
  readonly remote: MappedAddress
  /** Of the peer's candidate. */
  readonly priority: number
  state: 'waiting' | 'in-progress' | 'succeeded' | 'failed'
  /** The peer asked for it, or we have. */
  wanted: boolean
  nominated: boolean
  check: Check | undefined
}

export class IceAgent {
  readonly #parameters: IceParameters
  readonly #component: IceCandidate['component']
  readonly #random: () => number
  readonly #tieBreaker: Buffer
  readonly #localKey: Buffer
  readonly #remoteKey: Buffer
  #controlling: boolean
  /** The peer's best first. */
  #pairs: Pair[] = []
  #triggered: Pair[] = []
  #pacedAt = -Infinity
  #validSince: number | undefined
  #keptAt: number | undefined
  #answered = { since: -Infinity, count: 0 }

  /** `random` gives 32 bits, not to be guessed. */
  constructor(parameters: IceParameters, component: IceCandidate['component'], random: () => number) {
    this.#parameters = parameters
    this.#component = component
    this.#random = random
    this.#tieBreaker = this.#bytes(8)
    this.#localKey = Buffer.from(parameters.local.pwd)
    this.#remoteKey = Buffer.from(parameters.remote.pwd)
    this.#controlling = parameters.controlling
    const candidates = parameters.candidates.filter((candidate) => candidate.component === component)
    for (const { address, port, priority } of candidates) this.#pair({ address, port }, priority)
  }

  /** Where to send: what was nominated, until then the best that is known to be good (12.1); undefined: nothing is. */
  get target(): MappedAddress | undefined {
    const valid = this.#pairs.filter(({ state }) => state === 'succeeded')
    return (valid.find(({ nominated }) => nominated) ?? valid[0])?.remote
  }

  get nominated(): boolean {
    return this.#pairs.some(({ nominated }) => nominated)
  }

  /** What is to be sent now; to be called many times a second. */
  poll(now: number): Outgoing[] {
    const due: Outgoing[] = []
    for (const pair of this.#pairs) {
      const { check } = pair
      if (!check || now < check.dueAt) continue
      if (check.sent === MOST_REQUESTS) {
        pair.state = pair.state === 'succeeded' ? 'succeeded' : 'failed'
        pair.check = undefined
      } else due.push(this.#transmit(pair, check, now))
    }
    if (now - this.#pacedAt >= PACE_MS) {
      const next =
        this.#triggered.shift() ?? this.#pairs.find(({ state }) => state === 'waiting') ?? this.#toNominate(now)
      if (next) {
        this.#pacedAt = now
        due.push(this.#begin(next, now))
      }
    }
    const { target } = this
    if (target && this.nominated) {
      this.#keptAt ??= now
      if (now - this.#keptAt >= KEEP_ALIVE_MS) {
        this.#keptAt = now
        due.push({ datagram: this.#indication(), to: target })
      }
    }
    return due
  }

  /** What answers it, if anything does; 'strange' when it is nothing of ours. */
  receive(datagram: Uint8Array, from: MappedAddress, now: number): Uint8Array | undefined | 'strange' {
    const message = parseStun(datagram)
    if (message?.method !== bindingMethod || fingerprintOf(datagram) === 'wrong') return 'strange'
    if (message.class === 'request') return this.#request(datagram, message, from, now)
    if (message.class === 'indication') return undefined
    return this.#response(datagram, message, from, now)
  }

  #request(datagram: Uint8Array, message: StunMessage, from: MappedAddress, now: number) {
    const { local, remote } = this.#parameters
    const username = valueOf(message, attributeTypes.username)
    if (!username) return 'strange'
    if (Buffer.from(username).toString() !== `${local.ufrag}:${remote.ufrag}`) return undefined
    if (!hasIntegrity(datagram, this.#localKey) || !this.#mayAnswer(now)) return undefined
    if (this.#inConflict(message))
      return this.#write('error', message.transactionId, [errorAttribute(ROLE_CONFLICT, 'Role Conflict')])
    const pair = this.#pair({ address: from.address, port: from.port }, numberOf(valueOf(message, types.priority)))
    if (pair && pair.state !== 'succeeded' && pair.state !== 'in-progress') {
      // 7.3.1.4: checked next, whatever else waits.
      pair.state = 'waiting'
      if (!this.#triggered.includes(pair)) this.#triggered.push(pair)
    }
    if (pair && !this.#controlling && valueOf(message, types.useCandidate)) {
      pair.wanted = true
      if (pair.state === 'succeeded') this.#nominate(pair)
    }
    return this.#write('success', message.transactionId, [xorMappedAddress(from, message.transactionId)])
  }

  #response(datagram: Uint8Array, message: StunMessage, from: MappedAddress, now: number) {
    const pair = this.#pairs.find(({ check }) => check && Buffer.compare(check.id, message.transactionId) === 0)
    if (!pair?.check) return 'strange'
    if (!hasIntegrity(datagram, this.#remoteKey)) return undefined
    const { nominates, controlling } = pair.check
    pair.check = undefined
    const conflict = message.class === 'error' && errorCode(message) === ROLE_CONFLICT
    // 7.2.5.2.1: an answer from elsewhere proves nothing of this pair.
    if (message.class === 'success' && same(from, pair.remote)) {
      pair.state = 'succeeded'
      this.#validSince ??= now
      if (nominates || (pair.wanted && !this.#controlling)) this.#nominate(pair)
    } else if (conflict) {
      // 7.2.5.1
      this.#controlling = !controlling
      pair.state = 'waiting'
      this.#triggered.push(pair)
    } else pair.state = 'failed'
    return undefined
  }

  /** 7.3.1.1: both think they nominate, or neither. True: the peer has to change its role; else we do, if anybody. */
  #inConflict(message: StunMessage): boolean {
    const theirs = valueOf(message, this.#controlling ? types.controlling : types.controlled)
    if (!theirs) return false
    const oursIsLarger = Buffer.compare(this.#tieBreaker, theirs) >= 0
    if (this.#controlling === oursIsLarger) return true
    this.#controlling = !this.#controlling
    return false
  }

  /** 8.1.1: the best pair that proved good, once no better one may. */
  #toNominate(now: number): Pair | undefined {
    if (!this.#controlling || this.nominated || this.#validSince === undefined) return undefined
    const best = this.#pairs.find(({ state }) => state === 'succeeded' || state === 'in-progress')
    const chosen =
      now - this.#validSince >= NOMINATION_MS ? this.#pairs.find(({ state }) => state === 'succeeded') : best
    if (chosen?.state !== 'succeeded' || chosen.check) return undefined
    chosen.wanted = true
    return chosen
  }

  #nominate(pair: Pair): void {
    for (const each of this.#pairs) each.nominated = each === pair
    // 8.1.2: what is decided needs no further checks.
    this.#triggered = []
    for (const each of this.#pairs) {
      if (each.state !== 'waiting' && each.state !== 'in-progress') continue
      each.state = 'failed'
      each.check = undefined
    }
  }

  /** The pair with this candidate, a new one (7.3.1.3) if there is room. */
  #pair(remote: MappedAddress, priority: number): Pair | undefined {
    const known = this.#pairs.find((pair) => same(pair.remote, remote))
    if (known || this.#pairs.length >= MOST_PAIRS) return known
    const pair: Pair = { remote, priority, state: 'waiting', wanted: false, nominated: false, check: undefined }
    // Ours has one priority in all pairs, so the peer's alone decides (6.1.2.3).
    this.#pairs = [...this.#pairs, pair].toSorted((one, other) => other.priority - one.priority)
    return pair
  }

  #begin(pair: Pair, now: number): Outgoing {
    const { local, remote } = this.#parameters
    const nominates = this.#controlling && pair.wanted
    const id = this.#bytes(12)
    const priority = Buffer.alloc(4)
    priority.writeUInt32BE(PEER_REFLEXIVE * 2 ** 24 + 0xffff * 256 + 256 - this.#component)
    const attributes = [
      { type: attributeTypes.username, value: Buffer.from(`${remote.ufrag}:${local.ufrag}`) },
      { type: types.priority, value: priority },
      { type: this.#controlling ? types.controlling : types.controlled, value: this.#tieBreaker },
      ...(nominates ? [{ type: types.useCandidate, value: new Uint8Array(0) }] : []),
    ]
    const message = { class: 'request', method: bindingMethod, transactionId: id, attributes } as const
    const request = writeStun(message, { key: this.#remoteKey, fingerprint: true })
    if (pair.state !== 'succeeded') pair.state = 'in-progress'
    pair.check = { id, request, nominates, controlling: this.#controlling, sent: 0, dueAt: now }
    return this.#transmit(pair, pair.check, now)
  }

  #transmit(pair: Pair, check: Check, now: number): Outgoing {
    check.dueAt = now + RTO_MS * 2 ** check.sent
    check.sent++
    return { datagram: check.request, to: pair.remote }
  }

  #write(kind: 'success' | 'error', transactionId: Uint8Array, attributes: readonly StunAttribute[]): Uint8Array {
    return writeStun(
      { class: kind, method: bindingMethod, transactionId, attributes },
      { key: this.#localKey, fingerprint: true },
    )
  }

  #indication(): Uint8Array {
    const message = {
      class: 'indication',
      method: bindingMethod,
      transactionId: this.#bytes(12),
      attributes: [],
    } as const
    return writeStun(message, { fingerprint: true })
  }

  #mayAnswer(now: number): boolean {
    if (now - this.#answered.since >= 1000) this.#answered = { since: now, count: 0 }
    return ++this.#answered.count <= MOST_A_SECOND
  }

  #bytes(count: number): Buffer {
    return Buffer.from(Uint8Array.from({ length: count }, () => this.#random() >>> 24))
  }
}

const valueOf = ({ attributes }: StunMessage, wanted: number) => attributes.find(({ type }) => type === wanted)?.value

const numberOf = (bytes: Uint8Array | undefined) => (bytes?.length === 4 ? Buffer.from(bytes).readUInt32BE(0) : 0)

const same = (a: MappedAddress, b: MappedAddress) => a.port === b.port && a.address === b.address
