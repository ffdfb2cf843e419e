import { ArrowLeft, ArrowRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { arrowStyles } from './arrow.tsx'
import { type RowProps, timeOf } from './ladder-row.tsx'
import { remarkOf } from './words.ts'
import classes from './ladder.module.css'

/** One message as a line of a list. */
export function ListRow({ rung, time, selected, reachable, style, onChoose }: RowProps) {
  const { t, i18n } = useTranslation()
  const { step, number, label, kind } = rung
  const Icon = rung.to < rung.from ? ArrowLeft : ArrowRight
  return (
    <div
      role="row"
      aria-rowindex={number}
      aria-selected={selected}
      tabIndex={reachable ? 0 : -1}
      className={`${classes['row']} ${classes['listRow']}`}
      style={style}
      data-test="rung"
      onClick={onChoose}
    >
      <span role="gridcell" className={classes['listNumber']}>
        {number}
      </span>
      <span role="gridcell" className={classes['listLabel']} style={{ color: arrowStyles[kind].colour }}>
        <Icon size={14} />
        <b>{label}</b>
      </span>
      <span role="gridcell" className={classes['listRemark']}>
        {remarkOf(rung, t, i18n.language)}
        {step.again.length > 0 && ` \u00b7 ${t('trace.again', { n: step.again.length })}`}
      </span>
      <span role="gridcell" className={classes['listEnds']}>
        {t('trace.fromTo', { from: step.read.from, to: step.read.to })}
      </span>
      <span role="gridcell" className={classes['listTime']}>
        {timeOf(rung, time)}
      </span>
    </div>
  )
}
