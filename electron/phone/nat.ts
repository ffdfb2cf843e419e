import { asksStun, type Between, mediaAddress, sipAddress, type SocketAddress } from './nat-address.ts'
import { localCidrs } from './own-addresses.ts'
import { type Clock, type Log, type OwnPlace, type UserAgent, UserAgentError } from './ports.ts'
import type { Settings } from './settings.ts'
import { resolveTri, type Tri } from './tri.ts'

interface NatOptions {
  readonly clock: Clock
  readonly log: Log
  readonly userAgent: Pick<UserAgent, 'discover'>
  readonly settings: () => Pick<Settings, 'network' | 'defaults'>
  /** We are seen elsewhere than before: what servers were told of us is wrong. */
  readonly onMoved: () => void
  /** For people. */
  readonly notice: (text: string) => void
}

interface Found {
  readonly server: SocketAddress
  readonly seen: SocketAddress
}

/** What a call's media need to know of the NAT. */
export interface CallNat {
  /** Resolves when it is known how we are seen, or after a while all the same. */
  ready(): Promise<void>
  /** Whom the media ports may ask how they are seen. */
  stunServer(): SocketAddress | undefined
  /** What the peer at `remote` is told of a port of ours; `seen`: what the STUN server said of it. */
  told(place: MediaPlace): SocketAddress
  /** Whether peers may know addresses of this machine beside what they are told. */
  showsInternal(): boolean
}

interface MediaPlace {
  readonly local: string
  readonly remote: string
  readonly port: number
  readonly seen: SocketAddress | undefined
}

/** A call or a registration waits no longer than this for the first answer, ms. */
const patienceMs = 3000
/** Without a keep-alive interval of the user's: shorter than NATs remember a UDP port (RFC 4787 4.3: 2 minutes), s. */
const askAgainSeconds = 60

/** Finds out how we are seen from beyond a NAT, and keeps that up to date (RFC 8489). No call depends on it. */
export class Nat {
  closed = false
  readonly #options: NatOptions
  #found: Found | undefined
  #first: Promise<void> = Promise.resolve()
  #failed = false
  #stop: () => void = () => {}
  /** What was under way before counts no more. */
  #generation = 0

  constructor(options: NatOptions) {
    this.#options = options
  }

  /** Asks anew: at the start, with other settings, on another network. Undefined: there is nobody to ask. */
  refresh(): Promise<void> | undefined {
    this.#stop()
    const generation = ++this.#generation
    if (!asksStun(this.#options.settings().network)) {
      this.#failed = false
      this.#learn(undefined)
      this.#first = Promise.resolve()
      return undefined
    }
    this.#first = this.#atMost(this.#ask(generation))
    return this.#first
  }

  close(): void {
    this.closed = true
    this.#generation++
    this.#stop()
  }

  /** What Contact and Via say. */
  sip({ transport, local, remoteAddress }: OwnPlace, sendInternalIp: Tri): SocketAddress {
    const { network } = this.#options.settings()
    // The STUN server saw our UDP port and no other.
    const seen = transport === 'udp' ? this.#found?.seen : undefined
    return sipAddress(network, this.#between(local.address, remoteAddress, sendInternalIp), local.port, seen)
  }

  /** For the calls of an account, or for direct ones. */
  forCalls(sendInternalIp: Tri): CallNat {
    return {
      ready: () => this.#first,
      stunServer: () => this.#found?.server,
      showsInternal: () => resolveTri(sendInternalIp, this.#options.settings().defaults.sendInternalIp, true),
      told: ({ local, remote, port, seen }) => {
        // Most NATs give a port its own number where they can: better than an address that is of no use out there.
        const guess = this.#found && { address: this.#found.seen.address, port }
        const between = this.#between(local, remote, sendInternalIp)
        return mediaAddress(this.#options.settings().network, between, port, seen ?? guess)
      },
    }
  }

  #between(local: string, remote: string, sendInternalIp: Tri): Between {
    const otherwise = this.#options.settings().defaults.sendInternalIp
    return { local, remote, sendInternalIp, otherwise, cidrs: localCidrs }
  }

  async #ask(generation: number): Promise<void> {
    const { network } = this.#options.settings()
    const faults: string[] = []
    for (const server of network.stunServers) {
      try {
        const found = await this.#options.userAgent.discover(server)
        if (generation !== this.#generation) return
        this.#failed = false
        this.#learn(found)
        break
      } catch (error) {
        if (generation !== this.#generation) return
        faults.push(faultOf(error, server))
      }
    }
    if (faults.length === network.stunServers.length) this.#fail(faults)
    const seconds = network.keepAliveSeconds || askAgainSeconds
    this.#stop = this.#options.clock.after(seconds * 1000, () => void this.#ask(generation))
  }

  #learn(found: Found | undefined): void {
    const before = this.#found?.seen
    this.#found = found
    if (before?.address === found?.seen.address && before?.port === found?.seen.port) return
    if (found) this.#options.log.info('STUN: seen at', { address: found.seen.address, port: found.seen.port })
    this.#options.onMoved()
  }

  /** What was known stays: a server that is silent for once does not move us. Told once, until one answers again. */
  #fail(faults: readonly string[]): void {
    if (this.#failed) return
    this.#failed = true
    const instead = this.#found ? 'the address found before' : 'the address of this computer'
    this.#options.notice(`${faults.join('; ')}. Calls go on with ${instead}`)
  }

  async #atMost(work: Promise<void>): Promise<void> {
    let stop = () => {}
    const late = new Promise<void>((resolve) => (stop = this.#options.clock.after(patienceMs, resolve)))
    await Promise.race([work, late])
    stop()
  }
}

function faultOf(error: unknown, server: string): string {
  const code = error instanceof UserAgentError ? error.code : 'internal'
  return `${code} - STUN server ${server}: ${error instanceof Error ? error.message : String(error)}`
}
