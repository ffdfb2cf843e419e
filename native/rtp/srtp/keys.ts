import { createCipheriv } from 'node:crypto'

/** Session keys out of a master key (RFC 3711 4.3), with a key derivation rate of zero. */

export interface StreamKeys {
  /** 16 bytes, AES-128. */
  readonly cipher: Uint8Array
  /** 20 bytes, HMAC-SHA1. */
  readonly authentication: Uint8Array
  /** 14 bytes. */
  readonly salt: Uint8Array
}

interface SessionKeys {
  readonly rtp: StreamKeys
  readonly rtcp: StreamKeys
}

const KEY_BYTES = 16
const SALT_BYTES = 14
const AUTHENTICATION_BYTES = 20
const MASTER_BYTES = KEY_BYTES + SALT_BYTES

/** `master`: 16 bytes of key and 14 of salt, as SDES concatenates them (RFC 4568 6.1). Throws on any other length. */
export function sessionKeys(master: Uint8Array): SessionKeys {
  if (master.length !== MASTER_BYTES) throw new Error(`a master key and salt have ${MASTER_BYTES} bytes`)
  const derive = (label: number, length: number) => deriveKey(master, label, length)
  const keys = (first: number): StreamKeys => ({
    cipher: derive(first, KEY_BYTES),
    authentication: derive(first + 1, AUTHENTICATION_BYTES),
    salt: derive(first + 2, SALT_BYTES),
  })
  return { rtp: keys(0), rtcp: keys(3) }
}

/** RFC 3711 4.3.1 and 4.3.3: the key stream of AES-CM that the label begins. */
export function deriveKey(master: Uint8Array, label: number, length: number): Uint8Array {
  const start = new Uint8Array(16)
  start.set(master.subarray(KEY_BYTES, MASTER_BYTES))
  // The label stands before 48 bits of a rate that is zero.
  start[7] = (start[7] ?? 0) ^ label
  return keyStream(master.subarray(0, KEY_BYTES), start, new Uint8Array(length))
}

/** AES-CM (RFC 3711 4.1.1): `data` with the stream that begins at this counter, in either direction. */
export function keyStream(key: Uint8Array, counter: Uint8Array, data: Uint8Array): Uint8Array {
  return createCipheriv('aes-128-ctr', key, counter).update(data)
}
