import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { Headphones } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { outcomeOf, tellOutcome } from '../call-log/outcome.ts'
import { OutcomeIcon } from '../call-log/outcome-icon.tsx'
import { Button } from '../controls/button.tsx'
import { Name } from '../controls/name.tsx'
import { dial } from '../state/commands.ts'
import { useContacts } from '../state/contacts.ts'
import { useLog } from '../state/call-log.ts'
import { show } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { dayText, daysAgo, timeText } from '../text/dates.ts'
import { peopleOf } from './suggestions.ts'
import classes from './recent-list.module.css'

const most = 8

/** The last eight people, one row a person; a click calls. */
export function RecentList() {
  const { t, i18n } = useTranslation()
  const recent = useLog(({ recent }) => recent)
  const contacts = useContacts(({ contacts }) => contacts)
  const loaded = useLog(({ loaded }) => loaded)
  // A call needs the sound card: there is no echo test beside it.
  const inCall = usePhone(({ snapshot }) => snapshot.calls.length > 0)
  const people = peopleOf(recent, contacts).slice(0, most)
  if (people.length === 0) {
    if (!loaded) return null
    return (
      <div className={classes['empty']} data-test="no-calls">
        <p>{t(inCall ? 'recent.emptyInCall' : 'recent.empty')}</p>
        {!inCall && (
          <Button icon={Headphones} onClick={() => show({ echoTest: true })} test="echo-test">
            {t('echo.try')}
          </Button>
        )}
      </div>
    )
  }
  return (
    <ul className={classes['list']} aria-label={t('recent.title')}>
      {people.map(({ party, uri, entry }) => {
        const outcome = outcomeOf(entry)
        const ago = daysAgo(entry.at, Date.now())
        return (
          <li key={uri}>
            <UnstyledButton className={classes['row']} onClick={() => void dial(uri)}>
              <VisuallyHidden>{t('ended.callAgain')}</VisuallyHidden>
              <OutcomeIcon outcome={outcome} />
              <span className={classes['words']}>
                <Name text={party.title} className={classes['name'] ?? ''} />
                <span className={classes['second']}>{tellOutcome(t, outcome)}</span>
              </span>
              <span className={classes['time']}>
                {ago <= 0
                  ? timeText(entry.at, i18n.language)
                  : ago === 1
                    ? t('log.yesterday')
                    : dayText(entry.at, i18n.language, Date.now())}
              </span>
            </UnstyledButton>
          </li>
        )
      })}
    </ul>
  )
}
