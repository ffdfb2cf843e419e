import { createHash } from 'node:crypto'

/** Hash algorithms of RFC 7616 and RFC 8760. */
const hashes = { MD5: 'md5', 'SHA-256': 'sha256', 'SHA-512-256': 'sha512-256' } as const

type Hash = keyof typeof hashes

export interface Algorithm {
  readonly hash: Hash
  /** The `-sess` variants hash the nonces into the key of the session (RFC 7616 3.4.2). */
  readonly session: boolean
}

/** By its name in a challenge, in any case; undefined if we do not know it. */
export function algorithmNamed(name: string): Algorithm | undefined {
  const lower = name.trim().toLowerCase()
  const session = lower.endsWith('-sess')
  const plain = session ? lower.slice(0, -'-sess'.length) : lower
  const hash = (Object.keys(hashes) as Hash[]).find((candidate) => candidate.toLowerCase() === plain)
  return hash === undefined ? undefined : { hash, session }
}

/** In lower-case hexadecimal digits; text is hashed as UTF-8. */
export function hashed(hash: Hash, data: string | Uint8Array): string {
  return createHash(hashes[hash]).update(data).digest('hex')
}
