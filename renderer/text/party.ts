import type { RemoteParty } from '../../electron/ipc/contract.ts'
import type { PhotoName } from '../state/photos.ts'
import { plainText } from './plain-text.ts'

/** Somebody as the window shows them. */
export interface Party {
  /** What they call themselves; empty when they do not. */
  readonly name: string
  /** `1002@office.lan`, `[2001:db8::1]:5062`; without scheme and parameters. */
  readonly address: string
  readonly user: string
  /** With the port, IPv6 in brackets. */
  readonly host: string
  /** The name, else the address. */
  readonly title: string
  /** One or two letters; empty when there is nothing to take them from. */
  readonly initials: string
  /** Of somebody in the address book. */
  readonly photo?: PhotoName
}

export function partyOf(remote: RemoteParty): Party {
  const { user, host } = splitUri(remote.uri)
  const address = user === '' ? host : `${user}@${host}`
  const given = plainText(remote.displayName ?? '')
  const name = given === address || given === remote.uri ? '' : given
  return { name, address, user, host, title: name || address, initials: initialsOf(name) }
}

function splitUri(uri: string): { user: string; host: string } {
  const plain = plainText(uri, 512)
  const address = plain.replace(/^(?:sips?|tel):/i, '').replace(/[;?].*$/, '')
  const at = address.lastIndexOf('@')
  if (at < 0) return { user: '', host: address }
  const user = address.slice(0, at)
  return { user: plainText(readable(user)), host: address.slice(at + 1) }
}

/** Escapes as the letters they stand for, unless they are broken. */
function readable(user: string): string {
  try {
    return decodeURIComponent(user)
  } catch {
    return user
  }
}

function initialsOf(name: string): string {
  const han = /\p{Script=Han}/u.exec(name)
  if (han !== null) return han[0]
  const words = name.split(/[\s.\-_]+/).filter((word) => /^\p{L}/u.test(word))
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase()
}
