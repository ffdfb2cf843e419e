import { ownErrors } from './as-phone-error.ts'
import type { PhoneCall } from './call.ts'
import { PhoneError } from './phone-error.ts'
import type { Media } from './ports.ts'

interface ConferenceOptions {
  readonly media: Media
  /** Throws PhoneError `not-found`. */
  readonly call: (callId: string) => PhoneCall
  /** Calls other than the user's one go on hold. */
  readonly autoHold: boolean
  readonly onChanged: () => void
}

/** A conference of three: the user and two peers, or three where the user only brings them together. */
const mostMembers = 3

/** Calls whose peers hear one another, mixed here. There is one conference; a member may be held, and stays a member. */
export class Conference {
  readonly #options: ConferenceOptions
  #members: readonly string[] = []

  constructor(options: ConferenceOptions) {
    this.#options = options
  }

  has({ callId }: PhoneCall): boolean {
    return this.#members.includes(callId)
  }

  /** Joins these calls, and those that are in already. Resolves when all talk; rejects with a PhoneError. */
  async join(callIds: readonly string[]): Promise<void> {
    const members = [...new Set([...this.#members, ...callIds])]
    const calls = members.map((callId) => this.#options.call(callId))
    if (members.length < 2) throw new PhoneError('invalid-params', 'It takes two calls', { field: 'callIds' })
    if (members.length > mostMembers) {
      throw new PhoneError('bad-state', `A conference has ${mostMembers} calls at most`)
    }
    if (calls.some(({ state }) => state !== 'confirmed')) {
      throw new PhoneError('bad-state', 'Only answered calls can be joined in a conference')
    }
    this.#set(members)
    // One after another: who cannot be resumed stays held, and is left out.
    for (const call of calls.filter(({ onHold }) => onHold.local)) {
      try {
        await ownErrors(call.resume())
      } catch (error) {
        this.#remove(call.callId)
        throw error
      }
    }
  }

  /** Takes a call out: it is held, the others go on. Resolves when its peer has agreed; rejects with a PhoneError. */
  async split(callId: string): Promise<void> {
    const call = this.#options.call(callId)
    if (!this.has(call)) throw new PhoneError('bad-state', 'The call is in no conference')
    this.#remove(callId)
    if (this.#options.autoHold && call.state === 'confirmed' && !call.onHold.local) await ownErrors(call.hold())
  }

  ended({ callId }: PhoneCall): void {
    if (this.#members.includes(callId)) this.#remove(callId)
  }

  #remove(callId: string): void {
    const left = this.#members.filter((member) => member !== callId)
    this.#set(left.length > 1 ? left : [])
  }

  #set(members: readonly string[]): void {
    this.#members = members
    this.#options.media.conference(members)
    this.#options.onChanged()
  }
}
