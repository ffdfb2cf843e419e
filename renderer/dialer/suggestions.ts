import type { Contact, LogEntry } from '../../electron/ipc/contract.ts'
import { partyAmong, partyOfContact } from '../contacts/who.ts'
import type { Party } from '../text/party.ts'

/** Somebody for the dial field: from the address book, or who was on the phone before. */
export interface Suggestion {
  readonly party: Party
  readonly uri: string
  /** Absent for somebody of the address book. */
  readonly entry?: LogEntry
}

/** One row a person, the newest call of theirs. */
interface Recent extends Suggestion {
  readonly entry: LogEntry
}

/** Everybody of the address book with each of their addresses, then those who are only in the log. */
export function everybody(contacts: readonly Contact[], recent: readonly LogEntry[]): Suggestion[] {
  const known = contacts.flatMap((contact) =>
    contact.addresses.map(({ target }) => ({ party: partyOfContact(contact, { uri: target }), uri: target })),
  )
  const addresses = new Set(known.map(({ party }) => party.address.toLowerCase()))
  return [...known, ...peopleOf(recent, contacts).filter(({ party }) => !addresses.has(party.address.toLowerCase()))]
}

const most = 30

/** Everybody of the log, the newest first, by their names in the address book. */
export function peopleOf(recent: readonly LogEntry[], contacts: readonly Contact[]): Recent[] {
  const people = new Map<string, Recent>()
  for (const entry of recent) {
    const key = entry.remote.uri
    if (!people.has(key)) people.set(key, { party: partyAmong(contacts, entry), uri: entry.remote.uri, entry })
  }
  return [...people.values()]
}

/** Whose name, number or host has the text, those that begin with it first; at most 30. */
export function suggestionsFor(text: string, people: readonly Suggestion[]): Suggestion[] {
  const wanted = folded(text)
  if (wanted === '') return []
  const ranked = people.flatMap((person) => {
    const { name, address } = person.party
    const places = [folded(name).indexOf(wanted), folded(address).indexOf(wanted)].filter((place) => place >= 0)
    return places.length === 0 ? [] : [{ person, rank: places.includes(0) ? 0 : 1 }]
  })
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ person }) => person)
}

/** Width, case, scheme and the signs people put into numbers make no difference. */
export function folded(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/^(?:sips?|tel|callto):/, '')
}

/** What the clipboard holds as a target: one line, without what surrounds numbers on web pages. */
export function cleanPaste(text: string): string {
  const line = text.trim().split(/\r?\n/, 1)[0]?.trim() ?? ''
  const bare = line.replace(/^(?:tel|callto):/i, '')
  return /^[\d\s+*#().\-/]+$/.test(bare) && !/\d\.\d+\.\d/.test(bare) ? bare.replaceAll(/[\s().\-/]/g, '') : bare
}
