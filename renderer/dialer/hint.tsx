import { CircleAlert, CornerDownRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useParties } from '../contacts/use-parties.ts'
import { defaultAccountOf, useAccounts } from '../state/accounts.ts'
import { plainText } from '../text/plain-text.ts'
import type { TargetReading } from './read-target.ts'
import classes from './hint.module.css'

/** The exact URI that will be dialled and the way it goes, or what is wrong with what was typed. */
export function Hint({ id, reading, pressed }: { id: string; reading: TargetReading; pressed: boolean }) {
  const { t } = useTranslation()
  const partyIn = useParties()
  const account = useAccounts(({ accounts }) => defaultAccountOf(accounts))
  if (reading.kind === 'empty') return <div id={id} hidden />
  if (reading.kind === 'good') {
    const { name } = partyIn({ remote: { uri: reading.uri }, accountId: reading.direct ? undefined : account?.id })
    return (
      <div id={id} className={classes['hint']} data-test="hint">
        <CornerDownRight size={14} />
        {name !== '' && <bdi className={classes['name']}>{name}</bdi>}
        <span className={classes['uri']} dir="ltr">
          {plainText(reading.uri, 512)}
        </span>
        <span className={classes['way']}>
          {'\u00b7 '}
          {reading.direct ? t('dial.direct', { transport: reading.transport }) : t('dial.throughProxy')}
        </span>
      </div>
    )
  }
  const words =
    reading.kind === 'wrong'
      ? t(`target.${reading.problem}`, { shown: plainText(reading.shown, 40) })
      : t(`target.${reading.problem}`, { example: plainText(reading.example, 40) })
  // While somebody is still typing, an address that is not yet whole is no mistake.
  const bad = reading.kind === 'wrong' || pressed
  return (
    <div
      id={id}
      className={classes['hint']}
      data-bad={bad || undefined}
      data-test="hint"
      {...(bad && { role: 'alert' })}
    >
      {bad ? <CircleAlert size={14} /> : <CornerDownRight size={14} />}
      <span className={classes['words']}>{words}</span>
    </div>
  )
}
