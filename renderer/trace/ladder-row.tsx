import { VisuallyHidden } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { LadderPlan, Rung } from '../../electron/dissect/rungs.ts'
import { lengthText } from '../text/duration.ts'
import { Arrow, arrowStyles, KindSign } from './arrow.tsx'
import type { TimeStyle } from './state.ts'
import { clockText, remarkOf, secondsText } from './words.ts'
import classes from './ladder.module.css'

export const rowHeight = 35
/** A silence that is longer is drawn as a break. */
export const breakMs = 2000
export const breakHeight = 24

export interface Geometry {
  /** Where a lane stands, px. */
  at(lane: number): number
  readonly gap: number
  readonly width: number
  readonly timeWidth: number
}

export interface RowProps {
  readonly rung: Rung
  readonly time: TimeStyle
  readonly selected: boolean
  readonly reachable: boolean
  readonly style: React.CSSProperties
  readonly onChoose: () => void
}

interface LadderRowProps extends RowProps {
  readonly plan: LadderPlan
  readonly geometry: Geometry
  /** The transaction of the message that is looked at. */
  readonly chosen: number | undefined
}

/** One message as an arrow. To a reader it is a row: number, time, from and to, what. */
export function LadderRow(props: LadderRowProps) {
  const { rung, plan, geometry, chosen, time, selected, reachable, style, onChoose } = props
  const { t, i18n } = useTranslation()
  const { kind, step, number, label } = rung
  const paused = rung.sincePreviousMs > breakMs
  const top = paused ? breakHeight : 0
  const y = top + 27
  const height = top + rowHeight
  const [from, to] = [geometry.at(rung.from), geometry.at(rung.to)]
  const left = Math.min(from, to) + 14
  const room = rung.from === rung.to ? geometry.gap : Math.abs(to - from) - 18
  const remark = remarkOf(rung, t, i18n.language)
  return (
    <div
      role="row"
      aria-rowindex={number}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      className={classes['row']}
      style={style}
      data-test="rung"
      onClick={onChoose}
    >
      <svg className={classes['drawing']} width={geometry.width} height={height} aria-hidden>
        {plan.lanes.map(({ address }, lane) => (
          <path key={address} d={`M${geometry.at(lane)} 0V${height}`} stroke="var(--edge)" strokeWidth={1.5} />
        ))}
        <Brackets plan={plan} at={number - 1} x={geometry.at(0)} y={y} height={height} chosen={chosen} />
        {paused && (
          <path d={`M${geometry.timeWidth} 12H${geometry.width - 10}`} stroke="var(--hair)" strokeDasharray="1 4" />
        )}
        <Arrow kind={kind} from={from} to={to} y={y} />
      </svg>
      {paused && (
        <span className={classes['break']} aria-hidden>
          {t('trace.pause', { length: lengthText(rung.sincePreviousMs) })}
        </span>
      )}
      <span role="gridcell" className={classes['number']} style={{ top: top + 9 }}>
        {number}
      </span>
      <span role="gridcell" className={classes['time']} style={{ top: top + 9 }}>
        {timeOf(rung, time)}
      </span>
      <span role="gridcell" className={classes['label']} style={{ top: top + 2, left, maxWidth: room }}>
        <KindSign kind={kind} />
        <b style={{ color: arrowStyles[kind].colour }}>{label}</b>
        {step.again.length > 0 && (
          <span className={classes['again']}>{t('trace.again', { n: step.again.length })}</span>
        )}
        <span className={classes['remark']}>{remark}</span>
        <VisuallyHidden>{t('trace.fromTo', { from: step.read.from, to: step.read.to })}</VisuallyHidden>
      </span>
    </div>
  )
}

export function timeOf({ sinceStartMs, sincePreviousMs, step }: Rung, style: TimeStyle): string {
  if (style === 'clock') return clockText(step.read.message.at)
  if (style === 'previous') return secondsText(sincePreviousMs, '+')
  return secondsText(sinceStartMs, sinceStartMs > 0 ? '+' : '')
}

/** What belongs to one transaction is joined at the first lane. */
function Brackets({
  plan: { brackets },
  at,
  x,
  y,
  height,
  chosen,
}: {
  plan: LadderPlan
  at: number
  x: number
  y: number
  height: number
  chosen: number | undefined
}) {
  return brackets
    .filter(({ first, last, depth }) => first <= at && at <= last && depth < 4)
    .map(({ transaction, first, last, depth }) => {
      const side = x - 10 - depth * 7
      const from = at === first ? y : 0
      const until = at === last ? y : height
      const tick = at === first || at === last ? `M${x - 3} ${y}H${side}` : ''
      return (
        <path
          key={transaction}
          d={`${tick}M${side} ${from}V${until}`}
          fill="none"
          stroke={transaction === chosen ? 'var(--line)' : 'var(--edge)'}
          strokeWidth={transaction === chosen ? 2 : 1.4}
        />
      )
    })
}
