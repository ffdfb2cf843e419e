import { addressKey } from './address-key.ts'
import type { Contact } from './contact.ts'

/** Somebody at the other end: their address, and the account that vouches for who they are. */
interface Somebody {
  readonly uri: string
  /** Absent: a direct call or message, whose sender may have invented any number. */
  readonly accountId?: string | undefined
}

/** A national number is looked for by so many of its last digits. */
const tail = 7

/**
 * Who of the address book it is. The same address is the same person; a number without a host is one only where an
 * account's server told of it. `+48 601...`, `0048 601...` and, in its own country, `0601...` are one number.
 */
export function contactFinder(contacts: readonly Contact[]): (one: Somebody) => Contact | undefined {
  const byAddress = new Map<string, Contact>()
  const byTail = new Map<string, { number: string; contact: Contact }[]>()
  for (const contact of contacts) {
    for (const { target } of contact.addresses) {
      const key = addressKey(target)
      if (!byAddress.has(key)) byAddress.set(key, contact)
      const number = key.includes('@') ? undefined : numberOf(key)
      if (number === undefined) continue
      const same = byTail.get(number.slice(-tail))
      if (same === undefined) byTail.set(number.slice(-tail), [{ number, contact }])
      else same.push({ number, contact })
    }
  }
  return ({ uri, accountId }) => {
    const key = addressKey(uri)
    const exact = byAddress.get(key)
    if (exact !== undefined || accountId === undefined) return exact
    const number = numberOf(key.split('@', 1)[0] ?? '')
    if (number === undefined) return undefined
    const alike = byTail.get(number.slice(-tail)) ?? []
    return (
      alike.find((other) => other.number === number) ?? alike.find((other) => sameInItsCountry(number, other.number))
    )?.contact
  }
}

/** Digits alone, with `+` in front of a country code; undefined for what is no number. */
function numberOf(text: string): string | undefined {
  const bare = text.replaceAll(/[\s().\-/]/g, '')
  if (!/^\+?\d+$/.test(bare)) return undefined
  return bare.replace(/^00(?=\d{8})/, '+')
}

/** `0601000000` within the country of `+48601000000`, or `601000000` where there is no trunk prefix. */
function sameInItsCountry(one: string, other: string): boolean {
  const [national, international] = one.startsWith('+') ? [other, one] : [one, other]
  if (national.startsWith('+') || !international.startsWith('+')) return false
  const significant = national.replace(/^0/, '')
  // A country code has one to three digits (ITU-T E.164); servers also tell it without the plus.
  const code = international.length - 1 - significant.length
  return significant.length >= tail && code >= 0 && code <= 3 && international.endsWith(significant)
}
