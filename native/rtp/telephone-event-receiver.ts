import { timestampDistance } from './serial.ts'
import type { TelephoneEvent } from './telephone-event.ts'

/**
 * Tells each telephone event once (RFC 4733 2.5.2), at the first packet of it that arrives, whichever that is. An event
 * is known by its timestamp; segments of a long one (2.5.1.3) belong together.
 */

/** Units a second: of timestamps, which are the sound's, and of durations. */
export interface EventClocks {
  readonly clockRate: number
  readonly eventRate: number
}

const telephone: EventClocks = { clockRate: 8000, eventRate: 8000 }

interface Known {
  readonly event: number
  readonly timestamp: number
  readonly duration: number
  readonly ended: boolean
}

const REMEMBERED = 8
const LONGEST = 0xffff

export class TelephoneEventReceiver {
  /** Newest first. */
  #known: readonly Known[] = []

  /** The event's number when it is a new one, undefined for more of the same. */
  receive(timestamp: number, { event, duration, end }: TelephoneEvent, clocks: EventClocks = telephone) {
    const same = this.#known.find((known) => known.timestamp === timestamp)
    if (same) {
      const grown = { ...same, duration: Math.max(same.duration, duration), ended: same.ended || end }
      this.#known = this.#known.map((known) => (known === same ? grown : known))
      return undefined
    }
    const oldest = this.#known.at(-1)
    // Older than all that is remembered: a straggler of an event told long ago.
    if (oldest && this.#known.length === REMEMBERED && isStraggler(timestamp, oldest.timestamp, clocks))
      return undefined
    const [newest] = this.#known
    const continues =
      newest !== undefined &&
      newest.event === event &&
      !newest.ended &&
      timestampDistance(timestamp, newest.timestamp) === (LONGEST * clocks.clockRate) / clocks.eventRate
    this.#known = [{ event, timestamp, duration, ended: end }, ...this.#known].slice(0, REMEMBERED)
    return continues ? undefined : event
  }

  /** Another stream: its timestamps mean something else. */
  reset(): void {
    this.#known = []
  }
}

/** Up to 30 s back; further back the sender's clock has begun anew. */
function isStraggler(timestamp: number, oldest: number, { clockRate }: EventClocks): boolean {
  const distance = timestampDistance(timestamp, oldest)
  return distance < 0 && distance > -30 * clockRate
}
