import type { ToneName, TonePlan } from '../../native/protocol.ts'
import type { PhoneCall } from './call.ts'
import type { Clock, Media } from './ports.ts'
import type { Cause, CallEnded } from './shapes.ts'

/** How long the busy tone says that a call was refused, ms. */
const busyToneMs = 3000

const refused: ReadonlySet<Cause> = new Set(['busy', 'declined'])

/** The one tone that the user hears of all calls. */
export class CallTones {
  readonly #clock: Clock
  readonly #media: Media
  readonly #plan: () => TonePlan
  /** Those whose ringing the user does not want to hear. */
  readonly #silenced = new WeakSet<PhoneCall>()
  #stopBusy: (() => void) | undefined
  #tone: ToneName | null = null

  constructor(clock: Clock, media: Media, plan: () => TonePlan) {
    this.#clock = clock
    this.#media = media
    this.#plan = plan
  }

  silence(call: PhoneCall): void {
    this.#silenced.add(call)
  }

  /** What the calls want to hear now. */
  update(calls: readonly PhoneCall[]): void {
    const wanted = calls.map((call) => (call.tone === 'ring' && this.#silenced.has(call) ? null : call.tone))
    // Whoever talks, or is called, has no use for the tone of a call that is over.
    if (calls.length > 0) this.#endBusy()
    const busy = this.#stopBusy === undefined ? null : 'busy'
    this.#play(wanted.includes('ring') ? 'ring' : wanted.includes('ringback') ? 'ringback' : busy)
  }

  /** A call that we made was refused: heard where nothing else is. */
  ended(call: PhoneCall, { by, cause }: CallEnded): void {
    if (call.isIncoming || !call.audible || by !== 'remote' || !refused.has(cause)) return
    this.#endBusy()
    this.#stopBusy = this.#clock.after(busyToneMs, () => {
      this.#stopBusy = undefined
      if (this.#tone === 'busy') this.#play(null)
    })
  }

  close(): void {
    this.#endBusy()
  }

  #endBusy(): void {
    this.#stopBusy?.()
    this.#stopBusy = undefined
  }

  #play(tone: ToneName | null): void {
    if (tone === this.#tone) return
    this.#tone = tone
    this.#media.tone(tone, this.#plan())
  }
}
