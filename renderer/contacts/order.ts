import type { Contact } from '../../electron/ipc/contract.ts'
import { folded } from '../dialer/suggestions.ts'

export type ContactFilter = 'all' | 'watched' | 'speedDial'

/** Those that fit, by name as their language sorts it. */
export function contactsFor(
  contacts: readonly Contact[],
  text: string,
  filter: ContactFilter,
  language: string,
): readonly Contact[] {
  const wanted = folded(text)
  const names = new Intl.Collator(language, { numeric: true })
  const fits = ({ name, addresses, note }: Contact) =>
    wanted === '' ||
    [name, note ?? '', ...addresses.map(({ target }) => target)].some((one) => folded(one).includes(wanted))
  const chosen = (contact: Contact) =>
    filter === 'all' || (filter === 'watched' ? contact.watch : contact.speedDial !== undefined)
  return contacts
    .filter((contact) => chosen(contact) && fits(contact))
    .toSorted((a, b) =>
      filter === 'speedDial' ? (a.speedDial ?? 0) - (b.speedDial ?? 0) : names.compare(titleOf(a), titleOf(b)),
    )
}

export function titleOf({ name, addresses }: Contact): string {
  return name || addresses[0]?.target || ''
}
