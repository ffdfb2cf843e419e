import { useTranslation } from 'react-i18next'
import type { LogEntry } from '../../electron/ipc/contract.ts'
import { outcomeOf, tellOutcome } from '../call-log/outcome.ts'
import { OutcomeIcon } from '../call-log/outcome-icon.tsx'
import { Button } from '../controls/button.tsx'
import { show } from '../state/navigation.ts'
import { timeText } from '../text/dates.ts'
import classes from './messages.module.css'

/** A call in the midst of what was written. */
export function CallChip({ call }: { call: LogEntry }) {
  const { t, i18n } = useTranslation()
  const outcome = outcomeOf(call)
  return (
    <div className={classes['call']} data-test="thread-call">
      <OutcomeIcon outcome={outcome} />
      <span>
        {t(call.direction === 'outgoing' ? 'messages.youCalled' : 'messages.theyCalled')}
        {' \u00b7 '}
        {tellOutcome(t, outcome)}
        {' \u00b7 '}
        {timeText(call.at, i18n.language)}
      </span>
      <Button kind="bare" size="small" onClick={() => show({ tab: 'calls', openEntry: call.id })}>
        {t('log.details')}
      </Button>
    </div>
  )
}
