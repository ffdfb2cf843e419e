import { Activity, Copy, Phone, Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { LogEntry } from '../../electron/ipc/contract.ts'
import { QualityTable } from '../call/quality-table.tsx'
import { Address } from '../controls/address.tsx'
import { Avatar } from '../controls/avatar.tsx'
import { Button } from '../controls/button.tsx'
import { Name } from '../controls/name.tsx'
import { announce } from '../shell/announce.ts'
import { dial } from '../state/commands.ts'
import { removeEntries } from '../state/call-log.ts'
import { show } from '../state/navigation.ts'
import { choose, keyOf } from '../trace/state.ts'
import { momentText } from '../text/dates.ts'
import { lengthText } from '../text/duration.ts'
import { plainText } from '../text/plain-text.ts'
import { useWay } from '../text/use-way.ts'
import { outcomeOf } from './outcome.ts'
import { VerdictCard } from './verdict-card.tsx'
import { useParties } from '../contacts/use-parties.ts'
import classes from './details.module.css'

/** One call of the log: what became of it and why, what to try, and the facts. */
export function CallDetails({ entry }: { entry: LogEntry }) {
  const partyIn = useParties()
  const { t, i18n } = useTranslation()
  const party = partyIn(entry)
  const outcome = outcomeOf(entry)
  const way = useWay(entry.accountId)
  const facts: readonly (readonly [name: string, value: string])[] = [
    [t('facts.when'), momentText(entry.at, i18n.language)],
    [t('facts.direction'), t(entry.direction === 'outgoing' ? 'facts.out' : 'facts.in', { way })],
    ...(entry.answered ? [[t('facts.length'), lengthText(entry.durationMs)] as const] : []),
    ...(entry.code > 0 ? [[t('facts.result'), `${entry.code} ${plainText(entry.reason, 80)}`] as const] : []),
  ]
  const copy = () => {
    const report = [
      `${party.title} <${party.address}>`,
      ...facts.map(([name, value]) => `${name}: ${value}`),
      `Call-ID: ${plainText(entry.sipCallId, 256)}`,
    ]
    navigator.clipboard.writeText(report.join('\n')).then(
      () => announce(t('copy.done')),
      () => announce(t('copy.failed')),
    )
  }
  return (
    <div className={classes['details']} data-test="details">
      <div className={classes['head']}>
        <Avatar party={party} size="medium" />
        <div className={classes['person']}>
          <h1 className={classes['name']}>
            <Name text={party.title} />
          </h1>
          {party.name !== '' && <Address address={party.address} className={classes['address'] ?? ''} />}
        </div>
        <Button
          kind="go"
          icon={Phone}
          className={classes['again'] ?? ''}
          onClick={() => void dial(entry.remote.uri)}
          test="call-again"
        >
          {t('ended.callAgain')}
        </Button>
      </div>
      {outcome.explanation.tone === 'good' ? null : <VerdictCard entry={entry} explanation={outcome.explanation} />}
      {entry.quality !== undefined && entry.answered && (
        <div className={classes['card']}>
          <QualityTable quality={entry.quality} />
        </div>
      )}
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes['fact']}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <div className={classes['gap']} />
      <div className={classes['actions']}>
        <Button
          kind="bare"
          icon={Activity}
          onClick={() => {
            choose(keyOf('live', entry.sipCallId))
            show({ tab: 'trace' })
          }}
          test="show-trace"
        >
          {t('log.trace')}
        </Button>
        <Button kind="bare" icon={Copy} onClick={copy} test="copy-report">
          {t('log.copyReport')}
        </Button>
        <Button
          kind="bare"
          icon={Trash2}
          className={classes['delete'] ?? ''}
          onClick={() => removeEntries([entry.id])}
          test="delete"
        >
          {t('log.delete')}
        </Button>
      </div>
    </div>
  )
}
