import type { SrtpKeying } from '../../native/protocol.ts'
import { type Crypto, cryptoAttribute, cryptosOf, type CryptoSuite } from '../sdp/crypto.ts'
import type { Attribute, MediaSection } from '../sdp/sdp.ts'

/**
 * What a call may be: `off` never encrypted; `accept` when the peer proposes it; `optional` proposed by us too, in a
 * plain offer with keys, which those who know nothing of it pass over (what baresip, Linphone and snom call best effort);
 * `mandatory` encrypted or not at all (RTP/SAVP).
 */
export type SrtpPolicy = 'off' | 'accept' | 'optional' | 'mandatory'

export interface LocalSrtp {
  readonly policy: SrtpPolicy
  /** 30 random bytes in base64: 16 of key and 14 of salt. */
  readonly newKey: () => string
}

const secureProfiles: readonly string[] = ['RTP/SAVP', 'RTP/SAVPF']
/** RTP/AVPF adds feedback that nobody has to send (RFC 4585 3.1). */
const clearProfiles: readonly string[] = ['RTP/AVP', 'RTP/AVPF']
/** In the order of our preference. */
const ourSuites: readonly CryptoSuite[] = ['AES_CM_128_HMAC_SHA1_80', 'AES_CM_128_HMAC_SHA1_32']

/** The profile of our first offer. */
export function offeredProfile(srtp: LocalSrtp | undefined): string {
  return srtp?.policy === 'mandatory' ? 'RTP/SAVP' : 'RTP/AVP'
}

/** Our offer's keys. RFC 4568 7.1.4: what is in force stays, so that its packets go on being counted where they are. */
export function offeredCryptos(inForce: SrtpKeying | undefined, srtp: LocalSrtp | undefined): readonly Attribute[] {
  if (inForce) return [cryptoAttribute({ tag: '1', suite: inForce.suite, key: inForce.send })]
  if (srtp?.policy !== 'optional' && srtp?.policy !== 'mandatory') return []
  return ourSuites.map((suite, index) => cryptoAttribute({ tag: String(index + 1), suite, key: srtp.newKey() }))
}

/** The keys that a section of the peer's brings, none when it is in clear; undefined when it cannot be used. */
export function readCryptos(section: MediaSection, srtp: LocalSrtp | undefined): readonly Crypto[] | undefined {
  const profile = section.protocol.toUpperCase()
  const secure = secureProfiles.includes(profile)
  if (!secure && !clearProfiles.includes(profile)) return undefined
  const { policy } = srtp ?? { policy: 'off' }
  const cryptos = policy === 'off' ? [] : cryptosOf(section)
  return cryptos.length === 0 && (secure || policy === 'mandatory') ? undefined : cryptos
}

/**
 * Which of an offer's lines we take, and our line in the answer (RFC 4568 7.1.2: the first that serves). A line that is in
 * force already keeps our key; a new key of the peer's gets a new one of ours. Undefined: none was offered.
 */
export function answerCryptos(
  offered: readonly Crypto[],
  inForce: SrtpKeying | undefined,
  srtp: LocalSrtp | undefined,
): { readonly keying: SrtpKeying; readonly attribute: Attribute } | undefined {
  const kept = offered.find(({ suite, key }) => suite === inForce?.suite && key === inForce.receive)
  const chosen = kept ?? offered[0]
  if (chosen === undefined || srtp === undefined) return undefined
  const send = kept && inForce ? inForce.send : srtp.newKey()
  const keying = keyingOf(chosen, send)
  return { keying, attribute: cryptoAttribute({ tag: chosen.tag, suite: chosen.suite, key: send }) }
}

/**
 * What an answer made of our offer: `described` is our section of it. Undefined when that cannot be: no line of ours
 * has that tag and suite, or only a secure profile was offered and it brings no key.
 */
export function takeCryptos(
  answered: readonly Crypto[],
  described: MediaSection | undefined,
): { readonly keying: SrtpKeying | undefined } | undefined {
  const ours = described ? cryptosOf(described) : []
  const secure = secureProfiles.includes(described?.protocol.toUpperCase() ?? '')
  if (answered.length === 0 || ours.length === 0) return secure ? undefined : { keying: undefined }
  for (const crypto of answered) {
    const match = ours.find(({ tag, suite }) => tag === crypto.tag && suite === crypto.suite)
    if (match) return { keying: keyingOf(crypto, match.key) }
  }
  return undefined
}

function keyingOf({ suite, key, mkiBytes }: Crypto, send: string): SrtpKeying {
  return { suite, send, receive: key, ...(mkiBytes !== undefined && { receiveMkiBytes: mkiBytes }) }
}
