import { useMemo } from 'react'
import { useContacts } from '../state/contacts.ts'
import { addressKey } from '../state/messages.ts'

/** The name that the address book has for an address; undefined for none. */
export function useContactNames(): (uri: string) => string | undefined {
  const contacts = useContacts(({ contacts }) => contacts)
  return useMemo(() => {
    const names = new Map(
      contacts.flatMap(({ name, addresses }) =>
        name === '' ? [] : addresses.map(({ target }) => [addressKey(target), name] as const),
      ),
    )
    return (uri) => names.get(addressKey(uri))
  }, [contacts])
}
