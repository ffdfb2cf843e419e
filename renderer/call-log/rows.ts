import type { LogEntry } from '../../electron/ipc/contract.ts'
import type { LogFilter } from '../state/call-log.ts'
import { dayKey } from '../text/dates.ts'

/** What the list shows: a heading for each day, and calls; the same caller's missed calls in a row are one row. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: string }
  | { readonly kind: 'call'; readonly key: string; readonly entry: LogEntry; readonly ids: readonly number[] }

export function rowsOf(entries: readonly LogEntry[], filter: LogFilter, removing: readonly number[]): Row[] {
  const rows: Row[] = []
  let day = ''
  for (const entry of entries) {
    if (removing.includes(entry.id)) continue
    if ((filter === 'outgoing' || filter === 'incoming') && entry.direction !== filter) continue
    const key = dayKey(entry.at)
    if (key !== day) rows.push({ kind: 'day', key: `day ${key}`, at: entry.at })
    const last = rows.at(-1)
    if (key === day && last?.kind === 'call' && sameStory(last.entry, entry)) {
      rows[rows.length - 1] = { ...last, ids: [...last.ids, entry.id] }
    } else rows.push({ kind: 'call', key: String(entry.id), entry, ids: [entry.id] })
    day = key
  }
  return rows
}

function sameStory(a: LogEntry, b: LogEntry): boolean {
  return a.missed && b.missed && a.remote.uri === b.remote.uri
}
