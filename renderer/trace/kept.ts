import type { TraceFilter } from './state.ts'

/** What the trace window remembers on this machine. */

/** Widths of the outer panes, px. */
export interface PaneWidths {
  readonly list: number
  readonly message: number
}

/** A search that was given a place in the menu. */
export interface SavedFilter {
  readonly search: string
  readonly filter: TraceFilter
}

/** Of a large window the message may have more. */
export const usualWidths: PaneWidths = {
  list: 216,
  message: Math.round(Math.min(420, Math.max(284, window.innerWidth * 0.3))),
}
export const widthLimits = { list: [150, 420], message: [240, 720] } as const
export const mostSaved = 20

const [panesKey, filtersKey] = ['dialtone-trace-panes', 'dialtone-trace-filters']
const filters: readonly unknown[] = ['all', 'calls', 'registrations', 'problems'] satisfies TraceFilter[]

export function readWidths(): PaneWidths {
  const { list, message } = read(panesKey) as Partial<PaneWidths>
  const within = (value: unknown, [least, most]: readonly [number, number], usual: number) =>
    typeof value === 'number' && value >= least && value <= most ? value : usual
  return {
    list: within(list, widthLimits.list, usualWidths.list),
    message: within(message, widthLimits.message, usualWidths.message),
  }
}

export function keepWidths(widths: PaneWidths): void {
  localStorage.setItem(panesKey, JSON.stringify(widths))
}

export function readFilters(): readonly SavedFilter[] {
  const { saved } = read(filtersKey) as { saved?: unknown }
  if (!Array.isArray(saved)) return []
  const known = saved.filter(
    (one: unknown): one is SavedFilter =>
      typeof one === 'object' &&
      one !== null &&
      'search' in one &&
      typeof one.search === 'string' &&
      'filter' in one &&
      filters.includes(one.filter),
  )
  return known.slice(0, mostSaved)
}

export function keepFilters(saved: readonly SavedFilter[]): void {
  localStorage.setItem(filtersKey, JSON.stringify({ saved }))
}

/** Whatever stands there: it may be of another version, or of nobody. */
function read(key: string): object {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '{}')
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
