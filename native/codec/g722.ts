import type { Codec, Decoder, Encoder } from './codec.ts'
import { Band, limited, type BandTables } from './g722-band.ts'

/**
 * ITU-T G.722 at 64 kbit/s (mode 1): 16 kHz in two halves of the band, 6 bits a sample for the lower, 2 for the upper. Static
 * RTP payload type 9, whose clock is said to be 8000 Hz although sound has 16000 (RFC 3551 4.5.2).
 */

/** Every second tap of the quadrature mirror filter (H), times 8192; the others are the same backwards. */
const MIRROR = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11)
const HALF = MIRROR.length
/** What a sample needs of those before it. */
const KEPT = 2 * HALF - 2

/** Where the lower band's 6 bit quantizer decides (Q6), for either sign; from the smallest on. */
const DECISIONS = Int32Array.from([
  35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023, 1121, 1219, 1339, 1458,
  1612, 1765, 1980, 2195, 2557, 2919,
])
/** What is heard for what lies between two of them (QQ6). */
const LEVELS = Int32Array.from([
  136, 432, 728, 1040, 1360, 1688, 2032, 2400, 2776, 3168, 3576, 4008, 4464, 4944, 5456, 6000, 6576, 7192, 7856, 8576,
  9360, 10_232, 11_192, 12_280, 13_512, 14_984, 16_704, 19_008, 21_904, 24_808,
])
/** Where the upper band's decides. */
const HIGH_DECISION = 564

/** Of the 6 bits the predictor of the lower band knows four (QQ4, WL). */
const LOW: BandTables = {
  levels: mirrored([0, 20_456, 12_896, 8968, 6288, 4240, 2584, 1200], -1),
  steps: mirrored([-60, 3042, 1198, 538, 334, 172, 58, -30], 1),
  most: 18_432,
  shift: 8,
  first: 32,
}

/** QQ2, WH. */
const HIGH: BandTables = {
  levels: Int32Array.of(-7408, -1616, 7408, 1616),
  steps: Int32Array.of(798, -214, 798, -214),
  most: 22_528,
  shift: 10,
  first: 8,
}

/** Code 0 and codes 1 to 7 of one sign, 8 to 14 of the other, then 0 again. */
function mirrored([zero = 0, ...rest]: readonly number[], sign: number): Int32Array {
  return Int32Array.of(zero, ...rest.map((value) => sign * value), ...rest, zero)
}

/** 6 bits by the number of decisions passed; the two smallest of the negative have the last two codes (ILN, ILP). */
const NEGATIVE = Uint8Array.from({ length: 30 }, (_, i) => (i < 2 ? 63 - i : 33 - i))
const POSITIVE = Uint8Array.from({ length: 30 }, (_, i) => 61 - i)
/** The lower band's value by its 6 bits; four codes that nobody sends count as the smallest. */
const VALUES = new Int32Array(64).fill(-136)
for (let i = 0; i < 30; i++) {
  VALUES[NEGATIVE[i] as number] = -(LEVELS[i] as number)
  VALUES[POSITIVE[i] as number] = LEVELS[i] as number
}

/** What the filter works on: the last samples of before, then those of now. */
class Line {
  #samples = new Int32Array(KEPT)

  forSamples(count: number): Int32Array {
    const before = this.#samples.length - KEPT
    if (count === before) this.#samples.copyWithin(0, before)
    else {
      const samples = new Int32Array(KEPT + count)
      samples.set(this.#samples.subarray(before))
      this.#samples = samples
    }
    return this.#samples
  }
}

class G722Encoder implements Encoder {
  readonly #low = new Band(LOW)
  readonly #high = new Band(HIGH)
  readonly #line = new Line()

  encode(pcm: Int16Array, payload: Uint8Array): number {
    const count = Math.min(pcm.length >> 1, payload.length)
    const line = this.#line.forSamples(2 * count)
    line.set(pcm.subarray(0, 2 * count), KEPT)
    for (let n = 0; n < count; n++) {
      let odd = 0
      let even = 0
      for (let i = 0, at = 2 * n; i < HALF; i++, at += 2) {
        odd += (line[at] as number) * (MIRROR[i] as number)
        even += (line[at + 1] as number) * (MIRROR[HALF - 1 - i] as number)
      }
      payload[n] = this.#lower((even + odd) >> 14) | (this.#upper((even - odd) >> 14) << 6)
    }
    return count
  }

  #lower(sample: number): number {
    const band = this.#low
    const difference = limited(sample - band.predicted)
    const size = difference < 0 ? ~difference : difference
    let passed = 0
    while (passed < DECISIONS.length && size >= ((DECISIONS[passed] as number) * band.step) >> 12) passed++
    const code = (difference < 0 ? NEGATIVE : POSITIVE)[passed] as number
    band.adapt(code >> 2)
    return code
  }

  #upper(sample: number): number {
    const band = this.#high
    const difference = limited(sample - band.predicted)
    const size = difference < 0 ? ~difference : difference
    const large = size >= (HIGH_DECISION * band.step) >> 12
    const code = difference < 0 ? (large ? 0 : 1) : large ? 2 : 3
    band.adapt(code)
    return code
  }
}

class G722Decoder implements Decoder {
  readonly #low = new Band(LOW)
  readonly #high = new Band(HIGH)
  readonly #line = new Line()

  decode(payload: Uint8Array, pcm: Int16Array): number {
    const count = Math.min(payload.length, pcm.length >> 1)
    const line = this.#line.forSamples(2 * count)
    const [low, high] = [this.#low, this.#high]
    for (let n = 0; n < count; n++) {
      const code = payload[n] as number
      // Of what is heard all six bits count, for the predictor four.
      const lower = within15(low.predicted + ((low.step * (VALUES[code & 63] as number)) >> 15))
      low.adapt((code & 63) >> 2)
      const before = high.predicted
      const upper = within15(before + high.adapt(code >> 6))
      line[KEPT + 2 * n] = lower + upper
      line[KEPT + 2 * n + 1] = lower - upper
      let first = 0
      let second = 0
      for (let i = 0, at = 2 * n; i < HALF; i++, at += 2) {
        second += (line[at] as number) * (MIRROR[i] as number)
        first += (line[at + 1] as number) * (MIRROR[HALF - 1 - i] as number)
      }
      pcm[2 * n] = limited(first >> 11)
      pcm[2 * n + 1] = limited(second >> 11)
    }
    return 2 * count
  }
}

/** LIMIT */
const within15 = (value: number) => (value > 16_383 ? 16_383 : value < -16_384 ? -16_384 : value)

export const g722: Codec = {
  name: 'G722',
  rate: 16_000,
  clockRate: 8000,
  unitsOf: (payload) => payload.length,
  packetMs: (wanted) => wanted,
  encoder: () => new G722Encoder(),
  decoder: () => new G722Decoder(),
}
