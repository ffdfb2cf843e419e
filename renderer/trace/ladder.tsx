import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { UnstyledButton } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { LadderPlan } from '../../electron/dissect/rungs.ts'
import { announce } from '../shell/announce.ts'
import { plainText } from '../text/plain-text.ts'
import { breakMs, LadderRow, rowHeight, breakHeight, type Geometry } from './ladder-row.tsx'
import { ListRow } from './list-row.tsx'
import { change, chooseMessage, type TimeStyle, useTrace } from './state.ts'
import classes from './ladder.module.css'

/** Number and time before the first lane, half a lane behind the last, and the least between two, px. */
const [timeWidth, before, behind, leastGap] = [96, 54, 76, 150]
const listRowHeight = 34

/** Ten thousand messages or ten: only the rows in sight exist. Arrow keys walk, left and right in one transaction. */
export function Ladder({ plan, view, wide }: { plan: LadderPlan; view: 'ladder' | 'list'; wide: boolean }) {
  const { t } = useTranslation()
  const { rungs, lanes } = plan
  const message = useTrace(({ message }) => message)
  const time = useTrace(({ time }) => time)
  const scroller = useRef<HTMLDivElement>(null)
  const { ref: sized, width } = useElementSize<HTMLDivElement>()
  const ref = useMergedRef(scroller, sized)
  const list = useVirtualizer({
    count: rungs.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) =>
      view === 'list' ? listRowHeight : rowHeight + ((rungs[index]?.sincePreviousMs ?? 0) > breakMs ? breakHeight : 0),
    getItemKey: (index) => rungs[index]?.step.read.message.id ?? index,
    overscan: 12,
  })
  useEffect(() => list.measure(), [list, view, rungs.length])
  const geometry = geometryOf(lanes.length, width)
  const here = rungs.findIndex(({ step }) => step.read.message.id === message)
  const go = (index: number) => {
    const rung = rungs[Math.max(0, Math.min(rungs.length - 1, index))]
    if (rung === undefined) return
    chooseMessage(rung.step.read.message.id)
    list.scrollToIndex(rung.number - 1)
    requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>('[aria-selected=true]')?.focus())
  }
  const onKeyDown = (event: React.KeyboardEvent) => {
    const move = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -rungs.length, End: rungs.length }[
      event.key
    ]
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && String(getSelection()) === '') copy()
    else if (move !== undefined) go(here < 0 && event.key !== 'End' ? 0 : here + move)
    else if (side !== undefined && here >= 0) go(nextInTransaction(plan, here, side))
    else if (event.key === 'Enter' && here >= 0) {
      change({ paneOpen: true })
      requestAnimationFrame(() =>
        document.querySelector<HTMLElement>('[data-message-pane] [role=tab][aria-selected=true]')?.focus(),
      )
    } else return
    event.preventDefault()
  }
  const copy = () => {
    const text = rungs[here]?.step.read.message.text
    if (text === undefined) return
    navigator.clipboard.writeText(text).then(
      () => announce(t('copy.done')),
      () => announce(t('copy.failed')),
    )
  }
  const chosen = rungs[here]?.step.transaction
  return (
    <div ref={ref} className={classes['scroller']} onKeyDown={onKeyDown} data-test="ladder">
      {view === 'ladder' && <Lanes plan={plan} geometry={geometry} time={time} />}
      <div
        role="grid"
        aria-label={t('trace.ladder')}
        aria-rowcount={rungs.length}
        className={classes['rows']}
        style={{ height: list.getTotalSize() + 8, minWidth: view === 'ladder' ? geometry.width : undefined }}
      >
        {list.getVirtualItems().map(({ index, start, size, key }) => {
          const rung = rungs[index]
          if (rung === undefined) return null
          const shared = {
            rung,
            time,
            selected: index === here,
            reachable: here < 0 ? index === 0 : index === here,
            onChoose: () => {
              chooseMessage(rung.step.read.message.id)
              if (!wide) change({ paneOpen: true })
            },
          }
          const style = { transform: `translateY(${start}px)`, height: size }
          return view === 'list' ? (
            <ListRow key={key} {...shared} style={style} />
          ) : (
            <LadderRow key={key} {...shared} style={style} plan={plan} geometry={geometry} chosen={chosen} />
          )
        })}
      </div>
    </div>
  )
}

const styles = ['start', 'previous', 'clock'] as const satisfies readonly TimeStyle[]

/** Who stands where. A click on the time changes how it is told. */
function Lanes({ plan, geometry, time }: { plan: LadderPlan; geometry: Geometry; time: TimeStyle }) {
  const { t } = useTranslation()
  const label = { start: t('trace.time.start'), previous: t('trace.time.previous'), clock: t('trace.time.clock') }[time]
  const next = () => change({ time: styles[(styles.indexOf(time) + 1) % styles.length] ?? 'start' })
  return (
    <div className={classes['lanes']} style={{ minWidth: geometry.width }}>
      <UnstyledButton className={classes['timeHead']} onClick={next} data-test="time-style">
        {label}
      </UnstyledButton>
      {plan.lanes.map(({ address, name, own }, lane) => (
        <div key={address} className={classes['lane']} style={{ left: geometry.at(lane), width: geometry.gap - 12 }}>
          <span className={classes['laneName']}>{own ? t('trace.thisPhone') : plainText(name, 40) || '\u00a0'}</span>
          <span className={classes['laneAddress']}>{address}</span>
        </div>
      ))}
    </div>
  )
}

function geometryOf(count: number, width: number): Geometry {
  const room = width - timeWidth - before - behind
  const gap = Math.max(leastGap, count > 1 ? room / (count - 1) : leastGap)
  const at = (lane: number) => timeWidth + before + lane * gap
  return { at, gap, width: at(Math.max(0, count - 1)) + behind, timeWidth }
}

function nextInTransaction({ rungs }: LadderPlan, here: number, side: number): number {
  const { transaction } = rungs[here]?.step ?? {}
  for (let at = here + side; rungs[at] !== undefined; at += side)
    if (rungs[at]?.step.transaction === transaction) return at
  return here
}
