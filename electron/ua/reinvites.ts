import type { FinalResponse } from '../phone/ports.ts'
import type { Core } from './core.ts'
import { glareDelay, retryAfter } from './glare.ts'

export type ReinviteResult = FinalResponse & { readonly answer?: string }

interface ReinvitesOptions {
  readonly ownsCallId: boolean
  /** Resolves when no INVITE of the peer's waits for its ACK (RFC 3261 14.1: one INVITE at a time, in either direction). */
  readonly ready: () => Promise<unknown>
  /** `done` exactly once; `retryAfterHeader` is the Retry-After header's value. */
  readonly send: (offer: string, done: (result: ReinviteResult, retryAfterHeader?: string) => void) => void
}

/** Made anew for each attempt where it is a function. */
export type Offer = string | (() => string)

/** More meetings than this are no accident. */
const maxAttempts = 5

/** Our re-INVITEs in one dialog: one after another, and again after 491 (RFC 3261 14.1) or 500 with Retry-After (14.2). */
export class Reinvites {
  readonly #core: Core
  readonly #options: ReinvitesOptions
  #last: Promise<unknown> = Promise.resolve()
  #inProgress = false
  #stopped = false
  #wake: (() => void) | undefined

  constructor(core: Core, options: ReinvitesOptions) {
    this.#core = core
    this.#options = options
  }

  /** Whether one of ours has no final response yet. */
  get inProgress(): boolean {
    return this.#inProgress
  }

  /** Never rejects. */
  add(offer: Offer): Promise<ReinviteResult> {
    const result = this.#last
      .then(() => this.#run(offer))
      .catch((error: unknown): ReinviteResult => {
        this.#core.wrap.fault('re-INVITE', error)
        return { status: 500, reason: 'Server Internal Error', source: 'unreachable' }
      })
    this.#last = result
    return result
  }

  /** The dialog ends: what waits for its turn is given up, what is under way gets its final response. */
  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  async #run(offer: Offer): Promise<ReinviteResult> {
    for (let attempt = 1; ; attempt++) {
      await this.#options.ready()
      if (this.#stopped) return { status: 487, reason: 'The call has ended', source: 'unreachable' }
      const { result, wait } = await this.#attempt(typeof offer === 'string' ? offer : offer())
      if (wait === undefined || attempt === maxAttempts || this.#stopped) return result
      await this.#pause(wait)
    }
  }

  #attempt(offer: string): Promise<{ result: ReinviteResult; wait: number | undefined }> {
    this.#inProgress = true
    return new Promise((resolve) => {
      this.#options.send(offer, (result, retryAfterHeader) => {
        this.#inProgress = false
        if (result.status === 491) resolve({ result, wait: glareDelay(this.#options.ownsCallId, this.#chance()) })
        else resolve({ result, wait: result.status === 500 ? retryAfter(retryAfterHeader) : undefined })
      })
    })
  }

  /** From 0 to 1. */
  #chance(): number {
    const [high = 0, low = 0] = this.#core.random(2)
    return (high * 256 + low) / 65_536
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#core.clock.after(ms, resolve)
      this.#wake = () => {
        stop()
        resolve()
      }
    })
  }
}
