import type { TelephoneEvent } from './telephone-event.ts'

/**
 * Sends one telephone event (RFC 4733 2.5.1): updates with growing duration and constant timestamp, the end three
 * times. An event longer than a duration field holds goes on in segments. Pure: one step a packet time.
 */

export interface EventInProgress {
  readonly event: number
  /** RTP timestamp of the current segment's start. */
  readonly timestamp: number
  /** Timestamp units for each unit of duration: peers may name one clock for sound and another for events. */
  readonly stretch: number
  /** Samples of the event still to come at the segment's start. */
  readonly total: number
  /** Samples reported in this segment. */
  readonly reported: number
  readonly first: boolean
  readonly endsSent: number
}

export interface EventPacket {
  readonly marker: boolean
  readonly timestamp: number
  readonly payload: TelephoneEvent
}

const LONGEST = 0xffff
const ENDS = 3
const VOLUME = 10 // -10 dBm0, what telephones use

export function beginEvent(event: number, timestamp: number, samples: number, stretch = 1): EventInProgress {
  return { event, timestamp, stretch, total: samples, reported: 0, first: true, endsSent: 0 }
}

/** `samples` have passed since the last step. Undefined as next state: that was the last packet. */
export function stepEvent(state: EventInProgress, samples: number): [EventInProgress | undefined, EventPacket] {
  const { event, timestamp, total, first, endsSent } = state
  const reported = Math.min(state.reported + samples, total)
  const packet = (duration: number, end: boolean): EventPacket => ({
    marker: first,
    timestamp,
    payload: { event, end, volume: VOLUME, duration },
  })
  if (reported > LONGEST) {
    // RFC 4733 2.5.1.3: the segment is closed without the E bit, the next begins where it ended.
    const next = {
      ...state,
      timestamp: (timestamp + LONGEST * state.stretch) >>> 0,
      total: total - LONGEST,
      first: false,
    }
    return [{ ...next, reported: reported - LONGEST }, packet(LONGEST, false)]
  }
  if (reported < total) return [{ ...state, reported, first: false }, packet(reported, false)]
  const ended = { ...state, reported, first: false, endsSent: endsSent + 1 }
  return [ended.endsSent < ENDS ? ended : undefined, packet(total, true)]
}
