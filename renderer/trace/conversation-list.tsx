import { UnstyledButton } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  CircleX,
  FileText,
  KeyRound,
  MessageSquare,
  Network,
  PhoneIncoming,
  PhoneMissed,
  PhoneOutgoing,
  RefreshCw,
  X,
} from 'lucide-react'
import { useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outline } from '../../electron/dissect/outline.ts'
import { IconButton } from '../controls/button.tsx'
import { timeText } from '../text/dates.ts'
import { plainText } from '../text/plain-text.ts'
import type { Entry } from './conversations.ts'
import { choose, closeFile, type OpenFile, useTrace } from './state.ts'
import { stateText, titleOf } from './words.ts'
import classes from './list.module.css'

type Row = { readonly kind: 'head'; readonly file: OpenFile } | { readonly kind: 'entry'; readonly entry: Entry }

const [rowHeight, headHeight] = [53, 32]

/** Calls, registrations and the rest; only what is in sight exists. Arrow keys choose. */
export function ConversationList({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation()
  const chosen = useTrace(({ chosen }) => chosen)
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(() => rowsOf(entries), [entries])
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'head' ? headHeight : rowHeight),
    getItemKey: (index) => {
      const row = rows[index]
      return row === undefined ? index : row.kind === 'head' ? row.file.id : row.entry.key
    },
    overscan: 8,
  })
  const onKeyDown = (event: React.KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -rows.length, End: rows.length }[event.key]
    if (move === undefined) return
    const here = rows.findIndex((row) => row.kind === 'entry' && row.entry.key === chosen)
    const step = Math.sign(move)
    let at = Math.max(0, Math.min(rows.length - 1, here + move))
    while (rows[at]?.kind === 'head') at += at === 0 ? 1 : at === rows.length - 1 ? -1 : step
    const row = rows[at]
    if (row?.kind !== 'entry') return
    choose(row.entry.key)
    list.scrollToIndex(at)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>('[aria-current]')?.focus())
    event.preventDefault()
  }
  const first = rows.find((row) => row.kind === 'entry')
  const shown = rows.some((row) => row.kind === 'entry' && row.entry.key === chosen)
  return (
    <div ref={scroller} className={classes['scroller']} onKeyDown={onKeyDown}>
      <ul className={classes['list']} style={{ height: list.getTotalSize() }} aria-label={t('trace.list')}>
        {list.getVirtualItems().map(({ index, start, key }) => {
          const row = rows[index]
          if (row === undefined) return null
          return (
            <li key={key} className={classes['item']} style={{ transform: `translateY(${start}px)` }}>
              {row.kind === 'head' ? (
                <FileHead file={row.file} />
              ) : (
                <EntryRow
                  entry={row.entry}
                  selected={row.entry.key === chosen}
                  reachable={shown ? row.entry.key === chosen : row === first}
                />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

function rowsOf(entries: readonly Entry[]): Row[] {
  return entries.flatMap((entry, at): Row[] => {
    const { file } = entry
    const head = file !== undefined && entries[at - 1]?.file !== file
    return [...(head ? [{ kind: 'head', file } as const] : []), { kind: 'entry', entry } as const]
  })
}

function FileHead({ file }: { file: OpenFile }) {
  const { t } = useTranslation()
  const name = plainText(file.name, 80)
  return (
    <div className={classes['head']}>
      <FileText size={14} />
      <span className={classes['fileName']}>{name}</span>
      <IconButton icon={X} iconSize={14} label={t('trace.closeFile', { name })} onClick={() => closeFile(file.id)} />
    </div>
  )
}

function EntryRow({ entry, selected, reachable }: { entry: Entry; selected: boolean; reachable: boolean }) {
  const { t, i18n } = useTranslation()
  const { outline } = entry
  const [Icon, tone] = iconOf(outline)
  return (
    <UnstyledButton
      className={classes['entry']}
      aria-current={selected || undefined}
      tabIndex={reachable ? 0 : -1}
      data-test="trace-entry"
      onClick={() => choose(entry.key)}
    >
      <span className={classes[tone]}>
        <Icon size={16} />
      </span>
      <span className={classes['words']}>
        <span className={classes['top']}>
          <span className={classes['title']}>{titleOf(outline)}</span>
          <span className={classes['time']}>{timeText(outline.at, i18n.language)}</span>
        </span>
        <span className={classes['state']}>{stateText(outline, t, i18n.language)}</span>
      </span>
    </UnstyledButton>
  )
}

function iconOf({ kind, state, direction, code, problem }: Outline) {
  const failed = state === 'failed' || (state === 'open' && problem)
  if (code === 401 || code === 407) return [KeyRound, 'hold'] as const
  if (kind === 'call') {
    if (state === 'cancelled') return [PhoneMissed, 'stop'] as const
    return [direction === 'incoming' ? PhoneIncoming : PhoneOutgoing, failed ? 'stop' : 'go'] as const
  }
  if (failed) return [CircleX, 'stop'] as const
  if (kind === 'registration') return [RefreshCw, 'dim'] as const
  return [kind === 'message' ? MessageSquare : Network, 'dim'] as const
}
