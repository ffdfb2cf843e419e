import { ArrowLeft, CircleAlert, X } from 'lucide-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { VisuallyHidden } from '@mantine/core'
import { IconButton } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { useEscape } from '../shell/escape.ts'
import { usePhone } from '../state/phone.ts'
import { isolated, plainText } from '../text/plain-text.ts'
import { Bundle } from './bundle.tsx'
import { ConversationList } from './conversation-list.tsx'
import { type Entry, fits, useEntries } from './conversations.ts'
import { useSearched } from './use-searched.ts'
import { keepWidths, type PaneWidths, readWidths, usualWidths, widthLimits } from './kept.ts'
import { LadderPane } from './ladder-pane.tsx'
import { MessagePane } from './message-pane.tsx'
import { change, choose, openFiles, startWatching, stopWatching, useTrace } from './state.ts'
import { Splitter } from './splitter.tsx'
import { StatusLine } from './status-line.tsx'
import { TextView } from './text-view.tsx'
import { Toolbar } from './toolbar.tsx'
import classes from './trace.module.css'

/** Every message, as a ladder and explained. Wide: list, ladder, message beside each other; else one over the other. */
export function Trace({ wide }: { wide: boolean }) {
  const { t } = useTranslation()
  const connection = usePhone(({ connection }) => connection)
  const { search, filter, chosen, paneOpen, problem, view, bundle } = useTrace()
  const entries = useEntries()
  const { met, refused } = useSearched(entries, search)
  const shown = useMemo(() => met.filter((entry) => fits(entry, filter)), [met, filter])
  const entry = entries.find(({ key }) => key === chosen)
  const back = useRef<HTMLDivElement>(null)
  const depth = wide || entry === undefined ? 0 : paneOpen ? 2 : 1
  useEffect(() => {
    if (connection !== 'open') return undefined
    void startWatching()
    return stopWatching
  }, [connection])
  const close = () => (depth === 2 ? change({ paneOpen: false }) : choose(undefined))
  useEscape(depth > 0 && !bundle, close)
  useEffect(() => {
    if (depth > 0) back.current?.querySelector('button')?.focus()
  }, [depth])
  const [over, drop] = useDropped()
  const [widths, setKept] = useState(readWidths)
  const setWidths = (next: PaneWidths) => {
    setKept(next)
    keepWidths(next)
  }
  if (bundle)
    return (
      <div className={classes['trace']} data-test="trace">
        <VisuallyHidden component="h1">{t('trace.title')}</VisuallyHidden>
        <Bundle />
      </div>
    )
  return (
    <div className={classes['trace']} data-wide={wide || undefined} data-test="trace" {...drop}>
      <VisuallyHidden component="h1">{t('trace.title')}</VisuallyHidden>
      {depth === 0 && <Toolbar entry={entry} wide={wide} />}
      {depth > 0 && (
        <div ref={back} className={classes['back']}>
          <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={close} test="back" />
        </div>
      )}
      {problem !== undefined && (
        <Note
          tone={problem.what === 'part' ? 'hold' : 'stop'}
          icon={CircleAlert}
          className={classes['problem'] ?? ''}
          test="trace-problem"
          actions={
            <IconButton icon={X} iconSize={16} label={t('close')} onClick={() => change({ problem: undefined })} />
          }
        >
          {problem.what === 'file'
            ? t('trace.notACapture', { name: isolated(plainText(problem.name, 80)) })
            : problem.what === 'export'
              ? t('trace.exportFailed')
              : plainText(problem.name, 200)}
        </Note>
      )}
      {refused !== undefined && (
        <Note tone="stop" icon={CircleAlert} className={classes['problem'] ?? ''} test="search-refused">
          {refused === 'time' ? t('trace.patternTooSlow') : t('trace.noPattern')}
        </Note>
      )}
      <div
        className={classes['panes']}
        {...(wide && {
          style: { gridTemplateColumns: columns(widths, entry !== undefined && view !== 'rtp') },
        })}
      >
        {depth === 0 && (
          <section className={classes['listPane']} data-pane tabIndex={-1} aria-label={t('trace.list')}>
            {shown.length > 0 ? (
              <ConversationList entries={shown} />
            ) : (
              <p className={classes['nothing']} data-test="trace-empty">
                {entries.length === 0
                  ? t('trace.empty')
                  : search === ''
                    ? t('trace.noneHere')
                    : refused !== undefined
                      ? t('trace.notSearched')
                      : t('trace.noMatch', { text: isolated(plainText(search, 60)) })}
              </p>
            )}
          </section>
        )}
        {wide && (
          <Splitter
            label={t('trace.listWidth')}
            value={widths.list}
            least={widthLimits.list[0]}
            most={widthLimits.list[1]}
            usual={usualWidths.list}
            grows="right"
            onChange={(list) => setWidths({ ...widths, list })}
            test="split-list"
          />
        )}
        {(wide || depth === 1) && (
          <section className={classes['ladderPane']} data-pane tabIndex={-1} aria-label={t('trace.ladder')}>
            {entry === undefined ? (
              <Everything entries={shown} />
            ) : (
              <LadderPane key={entry.key} entry={entry} wide={wide} />
            )}
          </section>
        )}
        {wide && view !== 'rtp' && entry !== undefined && (
          <Splitter
            label={t('trace.messageWidth')}
            value={widths.message}
            least={widthLimits.message[0]}
            most={widthLimits.message[1]}
            usual={usualWidths.message}
            grows="left"
            onChange={(message) => setWidths({ ...widths, message })}
            test="split-message"
          />
        )}
        {((wide && view !== 'rtp') || depth === 2) && entry !== undefined && (
          <section className={classes['messagePane']} data-pane tabIndex={-1} aria-label={t('trace.message')}>
            <MessagePane entry={entry} />
          </section>
        )}
      </div>
      <StatusLine entry={entry} />
      {over && <div className={classes['dropping']}>{t('trace.dropHere')}</div>}
    </div>
  )
}

/** In a window that has become small the middle keeps the most. */
const columns = ({ list, message }: PaneWidths, three: boolean) =>
  `min(${list}px, 30%) 1px minmax(0, 1fr)${three ? ` 1px min(${message}px, 42%)` : ''}`

/** While nothing is chosen: what this phone says and hears, message by message. */
function Everything({ entries }: { entries: readonly Entry[] }) {
  const { t } = useTranslation()
  const live = useTrace(({ live }) => live)
  const messages = useMemo(() => {
    const shown = new Set(entries.flatMap(({ file, conversation }) => (file ? [] : [conversation.sipCallId])))
    return live.filter(({ sipCallId }) => shown.has(sipCallId))
  }, [entries, live])
  if (messages.length === 0) return <p className={classes['nothing']}>{t('trace.choose')}</p>
  return <TextView messages={messages} label={t('trace.everything')} />
}

/** Files dropped on the window are opened; anything else is left alone. */
function useDropped() {
  const [over, setOver] = useState(false)
  const hasFiles = ({ dataTransfer }: React.DragEvent) => dataTransfer.types.includes('Files')
  const drop = {
    onDragOver: (event: React.DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: (event: React.DragEvent) => {
      if (event.currentTarget === event.target || event.relatedTarget === null) setOver(false)
    },
    onDrop: (event: React.DragEvent) => {
      if (!hasFiles(event)) return
      event.preventDefault()
      setOver(false)
      void openFiles([...event.dataTransfer.files])
    },
  }
  return [over, drop] as const
}
