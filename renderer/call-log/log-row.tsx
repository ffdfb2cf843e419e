import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { barsOf, gradeOf } from '../call/quality.ts'
import { QualityBars } from '../controls/quality-bars.tsx'
import { useLog } from '../state/call-log.ts'
import { show } from '../state/navigation.ts'
import { dayText, daysAgo, timeText } from '../text/dates.ts'
import { outcomeOf, tellOutcome } from './outcome.ts'
import { OutcomeIcon } from './outcome-icon.tsx'
import type { Row } from './rows.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './call-log.module.css'

export function DayHeading({ at }: { at: string }) {
  const { t, i18n } = useTranslation()
  const now = Date.now()
  const ago = daysAgo(at, now)
  return (
    <h2 className={classes['day']}>
      {ago === 0 ? t('log.today') : ago === 1 ? t('log.yesterday') : dayText(at, i18n.language, now)}
    </h2>
  )
}

export function LogRow({
  row: { entry, ids },
  selected,
  reachable,
}: {
  row: Extract<Row, { kind: 'call' }>
  selected: boolean
  reachable: boolean
}) {
  const { t, i18n } = useTranslation()
  const partyIn = useParties()
  const seen = useLog(({ seen }) => seen)
  const outcome = outcomeOf(entry)
  const { title } = partyIn(entry)
  return (
    <UnstyledButton
      id={`log-${entry.id}`}
      className={classes['row']}
      data-selected={selected || undefined}
      data-kind={outcome.kind}
      data-unseen={(entry.missed && entry.id > seen) || undefined}
      data-test="log-row"
      aria-current={selected || undefined}
      // One stop of the Tab key for the whole list; the arrow keys go on from there.
      tabIndex={reachable ? 0 : -1}
      onClick={() => show({ openEntry: entry.id })}
    >
      <OutcomeIcon outcome={outcome} />
      <span className={classes['words']}>
        <bdi className={classes['name']}>{title}</bdi>
        <span className={classes['second']}>
          {tellOutcome(t, outcome)}
          {ids.length > 1 && ` \u00b7 ${t('log.times', { n: ids.length })}`}
        </span>
      </span>
      <span className={classes['when']}>
        <span>{timeText(entry.at, i18n.language)}</span>
        {entry.quality !== undefined && entry.answered && (
          <QualityBars bars={barsOf[gradeOf(entry.quality)]} label={t(`quality.${gradeOf(entry.quality)}`)} />
        )}
      </span>
    </UnstyledButton>
  )
}
