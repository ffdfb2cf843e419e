import type { Choice } from './suggestion-list.tsx'
import { folded, type Suggestion, suggestionsFor } from './suggestions.ts'

/**
 * A whole address stands first, so that `Enter` never calls somebody else whose address merely begins alike; less than
 * that is searched for, and calls as typed only when nobody is found.
 */
export function choicesFor(text: string, whole: boolean, people: readonly Suggestion[]): Choice[] {
  if (text.trim() === '') return []
  const found = suggestionsFor(text, people)
  const exact: Choice = { kind: 'exact', text: text.trim() }
  const same = found.findIndex(({ uri }) => folded(uri) === folded(text))
  if (same >= 0) found.unshift(...found.splice(same, 1))
  const persons = found.map((suggestion): Choice => ({ kind: 'person', suggestion }))
  return same < 0 && (whole || persons.length === 0) ? [exact, ...persons] : persons
}
