import { useMemo } from 'react'
import { useContacts } from '../state/contacts.ts'
import type { Party } from '../text/party.ts'
import { partyAmong, type WithParty } from './who.ts'

/** Who is at the other end of a call, with the name that the address book has for them. */
export function useParties(): (one: WithParty) => Party {
  const contacts = useContacts(({ contacts }) => contacts)
  return useMemo(() => (one) => partyAmong(contacts, one), [contacts])
}
