import { useEffect, useMemo, useState } from 'react'
import { found, meetsWords, parseSearch, type Refusal, type Search } from '../../electron/dissect/search.ts'
import type { Entry } from './conversations.ts'
import { runPatterns } from './run-patterns.ts'

/** Whoever types a regular expression is not done at every letter, ms. */
const typingMs = 150

/** What a worker has said of the conversations so far. */
interface Verdicts {
  readonly search: Search | Refusal
  readonly of: ReadonlyMap<Entry, boolean>
  readonly late: boolean
}

const nothingKnown: Verdicts = { search: { terms: [] }, of: new Map(), late: false }

interface Searched {
  /** Those with a message that meets the search; of a regular expression as far as it has been tried. */
  readonly met: readonly Entry[]
  /** Why it is not searched. */
  readonly refused: Refusal['refused'] | undefined
}

/** Regular expressions are tried in a worker, once for each conversation. */
export function useSearched(entries: readonly Entry[], written: string): Searched {
  const search = useMemo(() => parseSearch(written), [written])
  const [known, setKnown] = useState(nothingKnown)
  const verdicts = known.search === search ? known : nothingKnown
  const hard = 'terms' in search && search.terms.some((term) => 'source' in term)
  useEffect(() => {
    if (!hard || verdicts.late) return undefined
    const fresh = entries.filter((entry) => !verdicts.of.has(entry))
    if (fresh.length === 0) return undefined
    let wanted = true
    const tell = (met: ReadonlySet<Entry>, late: boolean) => {
      if (!wanted) return
      setKnown({
        search,
        late,
        of: new Map([...verdicts.of, ...fresh.map((entry) => [entry, met.has(entry)] as const)]),
      })
    }
    const timer = setTimeout(() => {
      const owners = new Map(
        fresh.flatMap((entry) => entry.conversation.steps.map(({ read }) => [read.message, entry] as const)),
      )
      found(search, [...owners.keys()], runPatterns).then(
        (found) =>
          'messages' in found
            ? tell(new Set(found.messages.flatMap((message) => owners.get(message) ?? [])), false)
            : tell(new Set(), true),
        () => tell(new Set(), true),
      )
    }, typingMs)
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [entries, hard, search, verdicts])
  const met = useMemo(
    () =>
      'refused' in search
        ? []
        : entries.filter((entry) =>
            hard
              ? verdicts.of.get(entry) === true
              : entry.conversation.steps.some(({ read }) => meetsWords(search, read.message)),
          ),
    [entries, hard, search, verdicts],
  )
  return { met, refused: 'refused' in search ? search.refused : verdicts.late ? 'time' : undefined }
}
