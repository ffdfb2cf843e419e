import { answerStun } from '../../../native/nat/stun-answer.ts'
import {
  answers,
  stepStunClient,
  stunClient,
  type StunClient,
  type StunInput,
  type StunTimers,
} from '../../../native/nat/stun-client.ts'
import { isStun, type MappedAddress } from '../../../native/nat/stun.ts'
import type { Clock } from '../clock.ts'
import { TransportError } from './transport-error.ts'

export interface StunQuestion {
  /** The server: an IP literal and a port. */
  readonly server: MappedAddress
  readonly clock: Clock
  /** That many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** RFC 8489 6.2.1 if not given. */
  readonly timers?: StunTimers
}

interface Asked {
  client: StunClient
  readonly step: (input: StunInput) => void
  readonly fail: (error: TransportError) => void
}

/** So many questions at once are asked of all servers together. */
const mostAsked = 64

/**
 * STUN on a socket that is there for something else (RFC 5626 4.4.2, 8): answers who asks where he is seen from, and
 * asks others for us. Only so the answer is about the very port that SIP uses.
 */
export class StunPort {
  readonly #send: (bytes: Uint8Array, to: MappedAddress) => void
  readonly #asked = new Set<Asked>()

  constructor(send: (bytes: Uint8Array, to: MappedAddress) => void) {
    this.#send = send
  }

  /** False: not STUN, but what the socket is there for. */
  receive(bytes: Uint8Array, from: MappedAddress): boolean {
    if (!isStun(bytes)) return false
    for (const { client, step } of this.#asked) {
      if (!answers(client, bytes)) continue
      step({ kind: 'response', bytes })
      return true
    }
    const answer = answerStun(bytes, from)
    if (answer) this.#send(answer, from)
    return true
  }

  /** Where the server sees us. Rejects with a TransportError, `unreachable` or `closed`. */
  ask({ server, clock, random, timers }: StunQuestion): Promise<MappedAddress> {
    const subject = `STUN to ${server.address} port ${server.port}`
    if (this.#asked.size >= mostAsked)
      return Promise.reject(new TransportError('failed', `${subject}: too many at once`))
    return new Promise((resolve, reject) => {
      let stop = () => {}
      const settle = () => {
        stop()
        this.#asked.delete(asked)
      }
      const fail = (error: TransportError) => {
        settle()
        reject(error)
      }
      const step = (input: StunInput) => {
        const [next, outputs] = stepStunClient(asked.client, input, timers)
        asked.client = next
        for (const output of outputs) {
          if (output.kind === 'transmit') this.#send(output.bytes, server)
          else if (output.kind === 'set-timer') stop = clock.after(output.ms, () => step({ kind: 'timer' }))
          else if (output.kind === 'clear-timer') stop()
          else if (output.kind === 'mapped') {
            settle()
            resolve(output.mapped)
          } else {
            const why = output.reason === 'timeout' ? 'no answer' : `refused with ${output.code}`
            fail(new TransportError('unreachable', `${subject}: ${why}`))
          }
        }
      }
      const asked: Asked = { client: stunClient(random(12)), step, fail }
      this.#asked.add(asked)
      step({ kind: 'start' })
    })
  }

  close(): void {
    for (const { fail } of this.#asked) fail(new TransportError('closed', 'the socket is closed'))
  }
}
