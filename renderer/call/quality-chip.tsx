import { UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronUp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Quality } from '../../electron/ipc/contract.ts'
import { QualityBars } from '../controls/quality-bars.tsx'
import { barsOf, codecLabel, gradeOf, milliseconds, oneDigit, percent, worstOf } from './quality.ts'
import classes from './quality.module.css'

const edges = { good: 'go', fair: 'hold', poor: 'hold', bad: 'stop' } as const

/** Bars, a word, the MOS, and the codec or the worst figure. */
export function QualityChip({
  quality,
  open,
  onToggle,
}: {
  quality: Quality | undefined
  open: boolean
  /** Absent where the figures stand beside the call anyway. */
  onToggle: (() => void) | undefined
}) {
  const { t } = useTranslation()
  if (quality === undefined) return <span className={classes['waiting']}>{t('quality.measuring')}</span>
  const grade = gradeOf(quality)
  const worst = worstOf(quality)
  const last =
    worst === undefined
      ? codecLabel(quality.received.codec)
      : t(`quality.worst.${worst.key}`, {
          value: worst.key === 'loss' ? percent(worst.value) : milliseconds(worst.value),
        })
  const words = (
    <>
      <QualityBars bars={barsOf[grade]} />
      <span>{`${t(`quality.${grade}`)} \u00b7 ${t('quality.mos', { mos: oneDigit(quality.received.mos) })} \u00b7 ${last}`}</span>
    </>
  )
  const style = { borderColor: `var(--${edges[grade]})` }
  if (onToggle === undefined) {
    return (
      <span className={classes['chip']} style={style} data-test="quality-chip">
        {words}
      </span>
    )
  }
  return (
    <UnstyledButton
      className={classes['chip']}
      style={style}
      aria-expanded={open}
      onClick={onToggle}
      data-test="quality-chip"
    >
      {words}
      {open ? <ChevronUp size={14} /> : <ChevronDown size={14} />}
    </UnstyledButton>
  )
}
