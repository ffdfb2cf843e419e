import { digitAt, HIGH_GROUP, LOW_GROUP } from './dtmf-tones.ts'

/**
 * Finds dual tones in sound of 8 kHz within the limits of ITU-T Q.24 (table A-1): 40 ms of tone are enough and 20 are
 * not, frequencies count up to 1.5 % off and not from 3.5 %, a break of 10 ms is part of the tone and one of 40 ms ends
 * it. Eight windowed Goertzel filters every 6.4 ms; the phase that each gains from one window to the next tells the
 * true frequency, and what the two tones leave over tells speech from keys.
 */

const RATE = 8000
/** 12.75 ms, half of it new each time. */
const WINDOW = 102
const HOP = 51
/** In a row: 40 ms always hold so many, 20 ms never do. */
const HITS = 4
/** In a row: 40 ms of pause always hold so many, 10 ms never do. */
const MISSES = 5
/** Between Q.24's 1.5 % that must and 3.5 % that must not count. */
const MOST_OFF = 0.025
/** The tones' share of all power. Voices seldom come near it, noise 12 dB below the tones does not matter. */
const SHARE = 0.88
/** The high group may be 6 dB louder and 10 dB weaker than the low one (Q.24: 4 and 8 at least). */
const LOUDER = 10 ** (6 / 10)
const WEAKER = 10 ** (-10 / 10)
/** Mean power of the weaker tone, about -38 dBm0: Q.24 asks for -25 and forbids -55. */
const LEAST_POWER = (32767 * 10 ** (-41 / 20)) ** 2 / 2
/** Level may not change by more than 3 dB while a tone is being recognised: voices swell. */
const STEADY = 2

interface Filter {
  readonly hz: number
  readonly cos: Float64Array
  readonly sin: Float64Array
}

interface Peak {
  readonly index: number
  readonly power: number
  readonly phase: number
}

interface Candidate {
  readonly digit: string
  readonly low: Peak
  readonly high: Peak
}

const taper = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / WINDOW))
const taperSum = taper.reduce((sum, weight) => sum + weight, 0)

const filter = (hz: number): Filter => {
  const angle = (i: number) => (2 * Math.PI * hz * i) / RATE
  return {
    hz,
    cos: taper.map((weight, i) => weight * Math.cos(angle(i))),
    sin: taper.map((weight, i) => weight * Math.sin(angle(i))),
  }
}

const low = LOW_GROUP.map(filter)
const high = HIGH_GROUP.map(filter)

export class DtmfDetector {
  readonly #window = new Float64Array(WINDOW)
  #filled = 0
  #digit: string | undefined
  #misses = 0
  #before: Candidate | undefined
  #hits = 0
  /** Sums over the hits, Hz. */
  #off = { low: 0, high: 0, count: 0 }

  /** The digits that begin in `frame`; hardly ever more than one. */
  hear(frame: Int16Array): string {
    let found = ''
    for (let i = 0; i < frame.length; i++) {
      this.#window[this.#filled++] = frame[i] as number
      if (this.#filled < WINDOW) continue
      found += this.#look() ?? ''
      this.#window.copyWithin(0, HOP)
      this.#filled = WINDOW - HOP
    }
    return found
  }

  /** So many samples were lost on the way: a tone goes on in them, and so does a pause. */
  miss(samples: number): void {
    this.#filled = 0
    this.#before = undefined
    if (this.#misses > 0) this.#pass(Math.floor(samples / HOP))
  }

  reset(): void {
    this.#filled = 0
    this.#digit = undefined
    this.#forget()
  }

  #look(): string | undefined {
    const candidate = recognise(this.#window)
    const before = this.#before
    this.#before = candidate
    if (candidate?.digit === this.#digit) this.#misses = 0
    else this.#pass(1)
    if (!candidate || candidate.digit === this.#digit) {
      this.#forget(candidate)
      return undefined
    }
    if (before?.digit !== candidate.digit) this.#forget(candidate)
    else if (unsteady(before.low, candidate.low) || unsteady(before.high, candidate.high)) this.#forget(candidate)
    else {
      this.#off.low += offBy(low, before.low, candidate.low)
      this.#off.high += offBy(high, before.high, candidate.high)
      this.#off.count++
    }
    this.#hits++
    if (this.#hits < HITS || !this.#inTune(candidate)) return undefined
    this.#digit = candidate.digit
    this.#misses = 0
    this.#forget(candidate)
    return candidate.digit
  }

  #pass(misses: number): void {
    if (this.#digit === undefined) return
    this.#misses += misses
    if (this.#misses < MISSES) return
    this.#digit = undefined
    this.#misses = 0
  }

  #forget(before?: Candidate): void {
    this.#before = before
    this.#hits = 0
    this.#off = { low: 0, high: 0, count: 0 }
  }

  #inTune({ low: { index: row }, high: { index: column } }: Candidate): boolean {
    const { count } = this.#off
    // After a loss there may be nothing to compare with: the filters' own width has to do.
    if (count === 0) return true
    const [lowHz, highHz] = [LOW_GROUP[row] ?? 0, HIGH_GROUP[column] ?? 0]
    return Math.abs(this.#off.low / count) <= MOST_OFF * lowHz && Math.abs(this.#off.high / count) <= MOST_OFF * highHz
  }
}

const unsteady = (before: Peak, now: Peak) => now.power > before.power * STEADY || now.power * STEADY < before.power

/** How far a tone is from its filter, from the phase it gained in one hop; -78 to 78 Hz. */
function offBy(filters: readonly Filter[], before: Peak, now: Peak): number {
  const gained = now.phase - before.phase - (2 * Math.PI * (filters[now.index]?.hz ?? 0) * HOP) / RATE
  const turns = gained / (2 * Math.PI)
  return ((turns - Math.round(turns)) * RATE) / HOP
}

/** The digit that sounds in a window, as far as one window can tell. */
function recognise(window: Float64Array): Candidate | undefined {
  let total = 0
  for (let i = 0; i < WINDOW; i++) total += (taper[i] as number) * (window[i] as number) ** 2
  total /= taperSum
  if (total < 2 * LEAST_POWER) return undefined
  const [row, column] = [strongest(low, window), strongest(high, window)]
  if (Math.min(row.power, column.power) < LEAST_POWER) return undefined
  if (column.power > row.power * LOUDER || column.power < row.power * WEAKER) return undefined
  if (row.power + column.power < total * SHARE) return undefined
  return { digit: digitAt(row.index, column.index), low: row, high: column }
}

function strongest(filters: readonly Filter[], window: Float64Array): Peak {
  let best: Peak = { index: 0, power: -1, phase: 0 }
  filters.forEach(({ cos, sin }, index) => {
    let re = 0
    let im = 0
    for (let i = 0; i < WINDOW; i++) {
      re += (window[i] as number) * (cos[i] as number)
      im += (window[i] as number) * (sin[i] as number)
    }
    const power = (2 * (re * re + im * im)) / taperSum ** 2
    if (power > best.power) best = { index, power, phase: Math.atan2(-im, re) }
  })
  return best
}
