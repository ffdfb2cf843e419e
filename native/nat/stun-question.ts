import { randomBytes } from 'node:crypto'
import { answers, stepStunClient, stunClient, type StunInput } from './stun-client.ts'
import type { MappedAddress } from './stun.ts'

/** 200, 400, 400 ms: a call waits for it (RFC 8489 6.2.1 would take 39.5 s). */
const timers = { rtoMs: 200, requests: 3, lastFactor: 2 }

/** One question of a media socket to a STUN server, in real time. */
export class StunQuestion {
  /** Where the server sees the socket; undefined when it does not say. Never rejects. */
  readonly answer: Promise<MappedAddress | undefined>
  readonly #send: (bytes: Uint8Array) => void
  #client = stunClient(randomBytes(12))
  #timer: NodeJS.Timeout | undefined
  #settle: (seen: MappedAddress | undefined) => void = () => {}

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send
    this.answer = new Promise((resolve) => (this.#settle = resolve))
    this.#step({ kind: 'start' })
  }

  /** Whether the datagram was the answer. */
  receive(bytes: Uint8Array): boolean {
    if (!answers(this.#client, bytes)) return false
    this.#step({ kind: 'response', bytes })
    return true
  }

  giveUp(): void {
    clearTimeout(this.#timer)
    this.#settle(undefined)
  }

  #step(input: StunInput): void {
    const [client, outputs] = stepStunClient(this.#client, input, timers)
    this.#client = client
    for (const output of outputs) {
      if (output.kind === 'transmit') this.#send(output.bytes)
      else if (output.kind === 'set-timer') this.#timer = setTimeout(() => this.#step({ kind: 'timer' }), output.ms)
      else if (output.kind === 'clear-timer') clearTimeout(this.#timer)
      else this.#settle(output.kind === 'mapped' ? output.mapped : undefined)
    }
  }
}
