import { create } from 'zustand'
import type { LogEntry } from '../../electron/ipc/contract.ts'
import { phone } from './connection.ts'
import { report } from './report.ts'

export type LogFilter = 'all' | 'missed' | 'outgoing' | 'incoming'

interface LogState {
  readonly entries: readonly LogEntry[]
  /** Nothing older is left to load. */
  readonly complete: boolean
  readonly loaded: boolean
  readonly search: string
  readonly filter: LogFilter
  /** Of everything, newest first, for the dial field; not filtered. */
  readonly recent: readonly LogEntry[]
  /** Entries taken away, while that can be undone. */
  readonly removing: readonly number[]
  /** Ids of missed calls up to this one have been seen. */
  readonly seen: number
  /** Missed calls the user has not seen yet. */
  readonly unseen: number
}

const pageSize = 100
const recentCount = 300
const undoMs = 8000
const seenKey = 'dialtone-seen-missed'

export const useLog = create<LogState>()(() => ({
  entries: [],
  complete: false,
  loaded: false,
  search: '',
  filter: 'all',
  recent: [],
  removing: [],
  seen: Number(localStorage.getItem(seenKey) ?? 0),
  unseen: 0,
}))

let asked = 0

/** Reads the log anew: after a call, after a change of what is looked for, after a lost connection. */
export async function refreshLog(): Promise<void> {
  const turn = ++asked
  const { search, filter, entries, seen } = useLog.getState()
  try {
    const [found, recent, missed] = await Promise.all([
      phone().request('log.list', query(search, filter, Math.min(1000, Math.max(pageSize, entries.length)))),
      phone().request('log.list', { limit: recentCount }),
      phone().request('log.list', { missed: true, limit: pageSize }),
    ])
    // Somebody asked again meanwhile; their answer is on its way.
    if (turn !== asked) return
    useLog.setState({
      entries: found,
      complete: found.length < pageSize,
      loaded: true,
      recent,
      unseen: missed.filter(({ id }) => id > seen).length,
    })
  } catch (error) {
    report('log', error)
  }
}

let loading = false

/** The next page, older than what is there. */
export async function loadMore(): Promise<void> {
  const { search, filter, entries, complete } = useLog.getState()
  const last = entries.at(-1)
  if (loading || complete || last === undefined) return
  loading = true
  const turn = asked
  try {
    const page = await phone().request('log.list', { ...query(search, filter, pageSize), before: last.id })
    if (turn === asked) useLog.setState({ entries: [...entries, ...page], complete: page.length < pageSize })
  } catch (error) {
    report('log', error)
  } finally {
    loading = false
  }
}

export function lookFor(change: { search?: string; filter?: LogFilter }): void {
  useLog.setState({ ...change, entries: [], complete: false, loaded: false })
  void refreshLog()
}

let pending: ReturnType<typeof setTimeout> | undefined

/** Takes entries away; for 8 s that can be undone, then they are deleted for good. */
export function removeEntries(ids: readonly number[]): void {
  commitRemoval()
  useLog.setState({ removing: ids })
  pending = setTimeout(commitRemoval, undoMs)
}

export function undoRemoval(): void {
  clearTimeout(pending)
  pending = undefined
  useLog.setState({ removing: [] })
}

/** Also when the window closes: what the user has taken away does not come back. */
export function commitRemoval(): void {
  if (pending === undefined) return
  clearTimeout(pending)
  pending = undefined
  const ids = useLog.getState().removing
  useLog.setState(({ entries, recent }) => ({
    removing: [],
    entries: entries.filter(({ id }) => !ids.includes(id)),
    recent: recent.filter(({ id }) => !ids.includes(id)),
  }))
  phone()
    .request('log.remove', { ids: [...ids] })
    .then(refreshLog)
    .catch((error: unknown) => {
      report('log', error)
      void refreshLog()
    })
}

/** The missed calls have been looked at. */
export function markSeen(): void {
  const { entries, recent, seen } = useLog.getState()
  const newest = Math.max(seen, ...[...entries, ...recent].map(({ id }) => id))
  if (newest === seen) return
  localStorage.setItem(seenKey, String(newest))
  useLog.setState({ unseen: 0 })
}

/** Rows keep their weight while they are looked at; leaving the log makes them plain. */
export function forgetUnseen(): void {
  useLog.setState({ seen: Number(localStorage.getItem(seenKey) ?? 0) })
}

function query(search: string, filter: LogFilter, limit: number) {
  return { limit, ...(search.trim() !== '' && { search: search.trim() }), ...(filter === 'missed' && { missed: true }) }
}
