import { PhoneError } from '../../electron/phone/phone-error.ts'
import type { Call } from '../../electron/phone/shapes.ts'
import type { Actor, Cast } from './cast.ts'

/** What may happen next, by chance. */

interface Chance {
  /** From 0 to 1. */
  readonly random: () => number
}

export interface Tally {
  readonly done: Map<string, number>
  /** What a phone refused, by code: that is its right. */
  readonly refused: Map<string, number>
  /** What must not be: errors without a code, and `internal` ones. */
  readonly faults: string[]
}

type Deed = readonly [weight: number, name: string, work: () => unknown]

const count = (table: Map<string, number>, key: string) => table.set(key, (table.get(key) ?? 0) + 1)
const most = { calls: 3, downMs: 3000 }
/** As long the loss of a media process may be felt; a busy machine takes its time to start another one. */
const lossMs = 30_000

export class Deeds {
  readonly tally: Tally = { done: new Map(), refused: new Map(), faults: [] }
  readonly #cast: Cast
  readonly #random: () => number
  readonly #open = new Map<Promise<unknown>, string>()
  #registrarRuns = true
  #killedAt = -Infinity

  constructor(cast: Cast, { random }: Chance) {
    this.#cast = cast
    this.#random = random
  }

  /** One thing happens; how it goes on is not waited for. */
  next(): void {
    const actor = this.#one(this.#cast.actors)
    const deeds = [
      ...this.#ofPhone(actor),
      ...actor.phone.snapshot().calls.flatMap((call) => this.#ofCall(actor, call)),
    ]
    let left = this.#random() * deeds.reduce((sum, [weight]) => sum + weight, 0)
    const chosen = deeds.find(([weight]) => (left -= weight) <= 0)
    if (chosen !== undefined) this.#do(chosen)
  }

  /** What has been begun and has not ended yet, one way or another. */
  get underWay(): readonly string[] {
    return [...this.#open.values()]
  }

  #do([, name, work]: Deed): void {
    count(this.tally.done, name)
    const going = (async () => {
      try {
        await work()
      } catch (error) {
        // NOTE What the media process was doing when it was killed comes back as `internal`.
        const killed = this.#killedAt > performance.now() - lossMs
        if (error instanceof PhoneError && (error.code !== 'internal' || killed))
          count(this.tally.refused, `${name}: ${error.code}`)
        else
          this.tally.faults.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
      }
    })()
    this.#open.set(going, name)
    void going.finally(() => this.#open.delete(going))
  }

  #ofPhone(actor: Actor): readonly Deed[] {
    const { phone, accountId, children } = actor
    const others = this.#cast.actors.filter((other) => other !== actor)
    const busy = phone.snapshot().calls.length
    return [
      [busy < most.calls ? 6 : 0, 'dial', () => phone.dial({ target: this.#one(others).target })],
      [1, 'register', () => phone.registerAccount(accountId)],
      [0.3, 'unregister', () => phone.unregisterAccount(accountId)],
      [1, 'message', () => phone.messages.send({ target: this.#one(others).target, text: 'soak 測試' })],
      [0.4, 'sleep and resume', () => phone.networkChanged()],
      [0.2, 'dial nobody', () => phone.dial({ target: 'sip:nobody@127.0.0.1:9' })],
      [0.25, 'device loss', () => kill(children.get('audio host'))],
      [0.25, 'media process dies', () => this.#killMedia(children.get('media process'))],
      [this.#registrarRuns ? 0.3 : 0, 'proxy restart', () => this.#restartRegistrar()],
    ]
  }

  #ofCall(actor: Actor, { callId, state, direction, muted, recording, onHold }: Call): readonly Deed[] {
    const { phone } = actor
    if (state === 'incoming')
      return [
        [12, 'answer', () => phone.answer(callId)],
        [1, 'reject', () => phone.reject(callId, this.#one([486, 603, 480]))],
        [0.5, 'redirect', () => phone.redirect(callId, this.#one(this.#cast.actors).target)],
      ]
    if (state !== 'confirmed') return direction === 'outgoing' ? [[0.7, 'cancel', () => phone.hangup(callId)]] : []
    return [
      [3, 'hang up', () => phone.hangup(callId)],
      onHold.local ? [3, 'resume', () => phone.resume(callId)] : [2, 'hold', () => phone.hold(callId)],
      [1, 'mute', () => phone.mute(callId, !muted)],
      [2, 'digits', () => phone.dtmf(callId, '12#', this.#one(['rfc4733', 'info'] as const))],
      [0.6, 'record', () => phone.record(callId, !recording)],
      [0.6, 'transfer', () => phone.transfer(callId, this.#one(this.#cast.actors).target)],
    ]
  }

  #killMedia(pid: number | undefined): void {
    this.#killedAt = performance.now()
    kill(pid)
  }

  async #restartRegistrar(): Promise<void> {
    this.#registrarRuns = false
    await this.#cast.registrar.stop()
    await new Promise((resolve) => setTimeout(resolve, this.#random() * most.downMs))
    await this.#cast.registrar.start()
    this.#registrarRuns = true
  }

  #one<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T
  }
}

function kill(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It had died already, and its successor is not there yet.
  }
}
