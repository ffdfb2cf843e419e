/**
 * Tells talk from silence, packet by packet, by the level above the room's own noise, and what of that noise is to be
 * told (RFC 3389). Levels are dBov: 0 is the power of a full-scale square wave.
 */

const QUIETEST = -80
/** So much above the noise is talk. */
const MARGIN = 8
/** The noise is believed to be no louder: music and steady tones are always sent. */
const LOUDEST_NOISE = -45
/** Per millisecond: how fast a louder room is believed. */
const RISE = 0.004
/** Ends of words are quiet, ms. */
const HANGOVER = 240
/** The noise is told anew when it changed by so much, dB, but not more often than this, ms; and from time to time. */
const CHANGE = 3
const SOONEST = 200
const LATEST = 2000

type Heard = { readonly talk: true } | { readonly talk: false; readonly tell: number | undefined }

export class SilenceSuppression {
  #noise = -60
  #sinceTalk = Infinity
  #told: number | undefined
  #sinceTold = 0

  /** `pcm`: the next packet. `tell`: the level below overload that the peer should know now, 0 to 127. */
  hear(pcm: Int16Array, rate: number): Heard {
    const ms = (pcm.length * 1000) / rate
    const dbov = levelOf(pcm)
    this.#noise = dbov < this.#noise ? Math.max(QUIETEST, dbov) : Math.min(dbov, this.#noise + RISE * ms)
    const noise = Math.min(this.#noise, LOUDEST_NOISE)
    this.#sinceTalk = dbov > noise + MARGIN && dbov > QUIETEST + MARGIN ? 0 : this.#sinceTalk + ms
    if (this.#sinceTalk < HANGOVER) {
      this.#told = undefined
      return { talk: true }
    }
    this.#sinceTold += ms
    const level = Math.round(-Math.max(QUIETEST, Math.min(dbov, LOUDEST_NOISE)))
    const changed = this.#told === undefined || Math.abs(level - this.#told) >= CHANGE
    const due = this.#told === undefined || this.#sinceTold >= (changed ? SOONEST : LATEST)
    if (!due) return { talk: false, tell: undefined }
    this.#told = level
    this.#sinceTold = 0
    return { talk: false, tell: level }
  }
}

function levelOf(pcm: Int16Array): number {
  let sum = 0
  for (let i = 0; i < pcm.length; i++) sum += (pcm[i] as number) ** 2
  return 10 * Math.log10(sum / pcm.length / 32768 ** 2 + 1e-12)
}
