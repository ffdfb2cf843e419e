import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { dial } from '../state/commands.ts'
import { loadMore, lookFor, removeEntries, useLog } from '../state/call-log.ts'
import { show, useNavigation } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { isolated, plainText } from '../text/plain-text.ts'
import { DayHeading, LogRow } from './log-row.tsx'
import { type Row, rowsOf } from './rows.ts'
import classes from './call-log.module.css'

const rowHeight = 52
const dayHeight = 32
/** So many rows from the end the next page is fetched. */
const ahead = 20

/** The calls by day, newest first; only what is in sight exists. Arrow keys choose, Enter opens. */
export function LogList() {
  const { t } = useTranslation()
  const { entries, filter, search, removing, loaded, complete } = useLog()
  const chosen = useNavigation(({ openEntry }) => openEntry)
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => rowsOf(entries, filter, removing), [entries, filter, removing])
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'day' ? dayHeight : rowHeight),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 6,
  })
  useEffect(() => list.measure(), [list, rows])
  const visible = list.getVirtualItems()
  const last = visible.at(-1)?.index ?? -1
  useEffect(() => {
    if (loaded && !complete && last >= rows.length - ahead) void loadMore()
  }, [loaded, complete, last, rows.length])

  const here = rows.findIndex((row) => row.kind === 'call' && chosen !== undefined && row.ids.includes(chosen))
  const choose = (row: Row | undefined, open: boolean) => {
    if (row?.kind !== 'call') return
    list.scrollToIndex(rows.indexOf(row))
    if (open) show({ openEntry: row.entry.id })
    const focus = () => document.getElementById(`log-${row.entry.id}`)?.focus()
    // A row that is out of sight comes to be with the next frame.
    if (document.getElementById(`log-${row.entry.id}`) === null) requestAnimationFrame(focus)
    else focus()
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const focused = rows.findIndex((row) => row.kind === 'call' && document.activeElement?.id === `log-${row.entry.id}`)
    const from = focused < 0 ? here : focused
    const row = rows[from]
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (move !== undefined) choose(nearestCall(rows, from + move, Math.sign(move)), false)
    else if (event.key === 'Home') choose(nearestCall(rows, 0, 1), false)
    else if (event.key === 'End') choose(nearestCall(rows, rows.length - 1, -1), false)
    else if (row?.kind !== 'call') return
    else if (event.key === 'Delete' || (event.key === 'Backspace' && event.metaKey)) removeEntries(row.ids)
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void dial(row.entry.remote.uri)
    else return
    event.preventDefault()
  }

  if (loaded && rows.length === 0) return <Nothing search={search} missed={filter === 'missed'} />
  const stop = here >= 0 ? rows[here]?.key : rows.find(({ kind }) => kind === 'call')?.key
  return (
    <div ref={scroller} className={classes['scroller']} onKeyDown={onKeyDown}>
      <ul className={classes['list']} style={{ height: list.getTotalSize() }} aria-label={t('log.title')}>
        {visible.map(({ index, start, key }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <li key={key} className={classes['item']} style={{ transform: `translateY(${start}px)` }}>
              {row.kind === 'day' ? (
                <DayHeading at={row.at} />
              ) : (
                <LogRow row={row} selected={index === here} reachable={row.key === stop} />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function nearestCall(rows: readonly Row[], from: number, direction: number): Row | undefined {
  for (let index = Math.max(0, Math.min(rows.length - 1, from)); rows[index] !== undefined; index += direction || 1)
    if (rows[index]?.kind === 'call') return rows[index]
  return undefined
}

function Nothing({ search, missed }: { search: string; missed: boolean }) {
  const { t } = useTranslation()
  const filtered = useLog(({ filter }) => filter !== 'all')
  const inCall = usePhone(({ snapshot }) => snapshot.calls.length > 0)
  if (search.trim() !== '') {
    return (
      <div className={classes['nothing']} data-test="log-empty">
        <p>{t('log.noMatch', { text: isolated(plainText(search, 60)) })}</p>
        <Button onClick={() => lookFor({ search: '', filter: 'all' })} test="search-all">
          {t('log.showAll')}
        </Button>
      </div>
    )
  }
  return (
    <div className={classes['nothing']} data-test="log-empty">
      <p>
        {missed ? t('log.noMissed') : filtered ? t('log.noneHere') : t(inCall ? 'recent.emptyInCall' : 'recent.empty')}
      </p>
      {!filtered && !inCall && (
        <Button onClick={() => show({ tab: 'phone', echoTest: true })} test="echo-test">
          {t('echo.try')}
        </Button>
      )}
    </div>
  )
}
