import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { byline } from '../../electron/dissect/byline.ts'
import type { TraceMessage } from '../../electron/ipc/contract.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import classes from './text-view.module.css'

const lineHeight = 17
/** Nearer to the end than this, what comes is followed, px. */
const nearEnd = 40

/** Messages one below the other as they passed, like ngrep; at its end it goes with what comes. */
export function TextView({ messages, label }: { messages: readonly TraceMessage[]; label: string }) {
  const { t } = useTranslation()
  const scroller = useRef<HTMLDivElement>(null)
  const [follows, setFollows] = useState(true)
  const texts = useMemo(() => messages.map(byline), [messages])
  const rows = useVirtualizer({
    count: texts.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => ((texts[index]?.split('\n').length ?? 1) + 1) * lineHeight,
    getItemKey: (index) => messages[index]?.id ?? index,
    overscan: 4,
  })
  const height = rows.getTotalSize()
  // At once and once for each height: the virtualizer's own way tries again later, against somebody who scrolls away.
  useEffect(() => {
    if (follows && scroller.current) scroller.current.scrollTop = height
  }, [follows, height])
  const onScroll = ({ currentTarget }: React.UIEvent<HTMLDivElement>) => {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget
    setFollows(scrollHeight - scrollTop - clientHeight < nearEnd)
  }
  // The browser glides there, and stops where a row on the way is measured and turns out higher than it was taken for.
  const onKeyDown = (event: React.KeyboardEvent<HTMLDivElement>) => {
    if (event.key !== 'Home' && event.key !== 'End') return
    event.preventDefault()
    const { currentTarget: text } = event
    const { scrollHeight, clientHeight } = text
    text.scrollTop = event.key === 'Home' ? 0 : scrollHeight
    setFollows(event.key === 'End' || scrollHeight - clientHeight < nearEnd)
  }
  return (
    <div className={classes['view']}>
      <div className={classes['head']}>
        <span>{follows ? t('trace.follows') : t('trace.stands')}</span>
        <CopyButton text={texts.join('\n')} label={t('trace.copyAll')} />
      </div>
      <div
        ref={scroller}
        className={classes['text']}
        tabIndex={0}
        role="region"
        aria-label={label}
        onScroll={onScroll}
        onKeyDown={onKeyDown}
        data-test="trace-text"
      >
        <div style={{ height }} className={classes['all']}>
          {rows.getVirtualItems().map(({ key, index, start }) => (
            <pre
              key={key}
              ref={rows.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
              data-test="trace-text-message"
            >
              <Byline text={texts[index] ?? ''} />
            </pre>
          ))}
        </div>
      </div>
    </div>
  )
}

/** Who sent it to whom stands out. */
function Byline({ text }: { text: string }) {
  const end = text.indexOf('\n')
  return (
    <>
      <b>{text.slice(0, end)}</b>
      {text.slice(end)}
    </>
  )
}
