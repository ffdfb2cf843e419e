import { type Contact, contactFinder, type RemoteParty } from '../../electron/ipc/contract.ts'
import { type Party, partyOf } from '../text/party.ts'

/** A call, or an entry of the log. */
export interface WithParty {
  readonly remote: RemoteParty
  readonly accountId?: string | undefined
}

const finders = new WeakMap<readonly Contact[], ReturnType<typeof contactFinder>>()

/** One for all who ask about the same address book. */
function finderOf(contacts: readonly Contact[]): ReturnType<typeof contactFinder> {
  const finder = finders.get(contacts) ?? contactFinder(contacts)
  finders.set(contacts, finder)
  return finder
}

/** Who somebody is: by the name in the address book if they are in it, else as they call themselves. */
export function partyAmong(contacts: readonly Contact[], { remote, accountId }: WithParty): Party {
  const contact = finderOf(contacts)({ uri: remote.uri, accountId })
  return contact === undefined ? partyOf(remote) : partyOfContact(contact, remote)
}

/** Somebody of the address book, at one of their addresses: the first, where none is given. */
export function partyOfContact(contact: Contact, at: RemoteParty = { uri: contact.addresses[0]?.target ?? '' }): Party {
  const { id, name, photo } = contact
  const party = partyOf(name === '' ? at : { ...at, displayName: name })
  return photo === undefined ? party : { ...party, photo: { contactId: id, photo } }
}
