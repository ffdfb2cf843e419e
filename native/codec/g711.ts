// The package is CommonJS whose named exports Node does not see.
/* oxlint-disable import/default, import/no-named-as-default-member */
import g711 from 'g711'
import type { Codec, Decoder, Encoder } from './codec.ts'

/**
 * ITU-T G.711 by table: the g711 package computes every value once at start, so that a frame costs 160 look-ups and
 * no allocation. Linear samples are 16 bit; the package works on the 14 (mu-law) or 13 (A-law) upper bits, as the
 * Recommendation does.
 */

const everySample = Int16Array.from({ length: 0x10000 }, (_, index) => (index << 16) >> 16)
const everyCode = Uint8Array.from({ length: 256 }, (_, code) => code)

/** `encode` is indexed by the sample's low 16 bits, `decode` by the code. */
interface Law {
  readonly encode: Uint8Array
  readonly decode: Int16Array
}

export function muLaw(): Law {
  return { encode: mirrored(g711.ulawFromPCM(everySample)), decode: Int16Array.from(g711.ulawToPCM(everyCode)) }
}

export function aLaw(): Law {
  return { encode: mirrored(g711.alawFromPCM(everySample)), decode: Int16Array.from(g711.alawToPCM(everyCode)) }
}

/**
 * NOTE: g711 1.0.1 encodes negative samples wrongly near the decision values: A-law -1 to -7 become 0x5A (-248),
 * audible in near silence, and up to 8 of every step fall to its neighbour. Both laws are symmetric (G.711 tables 1 and
 * 2; G.191 takes the one's complement), so the negative half is the positive one with the sign bit turned.
 */
function mirrored(encode: Uint8Array): Uint8Array {
  for (let sample = -0x8000; sample < 0; sample++) encode[sample & 0xffff] = (encode[~sample] as number) ^ 0x80
  return encode
}

export function tableCodec(name: Codec['name'], { encode, decode }: Law): Codec & Encoder & Decoder {
  return {
    name,
    rate: 8000,
    clockRate: 8000,
    unitsOf: (payload) => payload.length,
    packetMs: (wanted) => wanted,
    // Each sample by itself: there is nothing to remember.
    encoder() {
      return this
    },
    decoder() {
      return this
    },
    encode(pcm, payload) {
      for (let i = 0; i < pcm.length; i++) payload[i] = encode[(pcm[i] as number) & 0xffff] as number
      return pcm.length
    },
    decode(payload, pcm) {
      const count = Math.min(payload.length, pcm.length)
      for (let i = 0; i < count; i++) pcm[i] = decode[payload[i] as number] as number
      return count
    },
  }
}
