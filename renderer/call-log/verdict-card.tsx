import { CircleX, Info, PhoneMissed } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LogEntry } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import type { Explanation } from '../explain/explain.ts'
import { remedies, type RemedyAction } from '../explain/remedies.ts'
import { changeSettings, dial } from '../state/commands.ts'
import { fillDialField, show } from '../state/navigation.ts'
import { partyOf } from '../text/party.ts'
import classes from './details.module.css'

const icons = { good: Info, plain: Info, missed: PhoneMissed, failed: CircleX } as const

/** What happened, why as far as it is known, and at most three things to try, with a button where the phone can do it. */
export function VerdictCard({
  entry,
  explanation: { verdict, tone, code },
}: {
  entry: LogEntry
  explanation: Explanation
}) {
  const { t, i18n } = useTranslation()
  const Icon = icons[tone]
  const sentence = t(`explain.${verdict}.sentence`)
  const why = i18n.exists(`explain.${verdict}.why`) ? t(`explain.${verdict as 'busy'}.why`) : ''
  const tries = remedies[verdict] ?? []
  const act = (action: RemedyAction) => {
    if (action === 'call') void dial(entry.remote.uri)
    else if (action === 'edit') fillDialField(partyOf(entry.remote).address)
    else if (action === 'settings') show({ settingsOpen: true })
    else void changeSettings({ calls: { doNotDisturb: false } })
  }
  return (
    <section className={classes['verdict']} data-tone={tone} data-test="verdict">
      <div className={classes['told']}>
        <Icon size={24} />
        <div>
          <h2 className={classes['sentence']}>{code === 0 ? sentence : t('explain.withCode', { code, sentence })}</h2>
          {why !== '' && <p className={classes['why']}>{why}</p>}
        </div>
      </div>
      {tries.length > 0 && (
        <>
          <h3 className={classes['tryTitle']}>{t('explain.whatToTry')}</h3>
          <ol>
            {tries.map(({ name, action }, index) => (
              <li key={name} className={classes['try']}>
                <span className={classes['number']} aria-hidden>
                  {index + 1}
                </span>
                <span>{t(`remedy.${name}`)}</span>
                {action !== undefined && (
                  <Button size="small" onClick={() => act(action)}>
                    {t(`remedyAction.${action}`)}
                  </Button>
                )}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  )
}
