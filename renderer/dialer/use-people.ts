import { useMemo } from 'react'
import { useLog } from '../state/call-log.ts'
import { useContacts } from '../state/contacts.ts'
import { everybody, type Suggestion } from './suggestions.ts'

/** Whom the dial field knows. */
export function usePeople(): readonly Suggestion[] {
  const recent = useLog(({ recent }) => recent)
  const contacts = useContacts(({ contacts }) => contacts)
  return useMemo(() => everybody(contacts, recent), [contacts, recent])
}
