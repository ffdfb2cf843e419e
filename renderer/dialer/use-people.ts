import { useMemo } from 'react'
import { useLog } from '../state/call-log.ts'
import { peopleOf, type Suggestion } from './suggestions.ts'

/** Whom the dial field knows. */
export function usePeople(): readonly Suggestion[] {
  const recent = useLog(({ recent }) => recent)
  return useMemo(() => peopleOf(recent), [recent])
}
