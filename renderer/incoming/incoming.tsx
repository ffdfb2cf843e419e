import { BellOff, CircleAlert, CornerUpRight, Headphones, Network, Phone, PhoneOff } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { LineStrip } from '../call/line-strip.tsx'
import { Address } from '../controls/address.tsx'
import { Avatar } from '../controls/avatar.tsx'
import { Button } from '../controls/button.tsx'
import { Keys } from '../controls/keys.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { Name } from '../controls/name.tsx'
import { Note } from '../controls/note.tsx'
import { ProblemNote } from '../shell/problem-note.tsx'
import { keysFor } from '../shell/shortcuts.ts'
import { useNow } from '../shell/use-now.ts'
import { answer, decline, declineCode, hangUp, silence } from '../state/commands.ts'
import { isAnswered, lineNumber, useLines } from '../state/lines.ts'
import { traceOf, usePhone } from '../state/phone.ts'
import { useWay } from '../text/use-way.ts'
import { BigKey } from './big-key.tsx'
import { Forward } from './forward.tsx'
import { useParties } from '../contacts/use-parties.ts'
import classes from './incoming.module.css'

/** Somebody calls. Answer is a round pill at the right, Decline a square key at the left: here and everywhere. */
export function Incoming({ call }: { call: Call }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const { running, ringing } = useLines()
  const calls = usePhone(({ snapshot }) => snapshot.calls)
  const audio = usePhone(({ snapshot }) => snapshot.audio)
  const silenced = usePhone((state) => traceOf(call.callId)(state).silenced)
  const way = useWay(call.accountId)
  const [forwarding, setForwarding] = useState(false)
  const now = useNow(true)
  const party = partyIn(call)
  const current = running.find(isAnswered) ?? running[0]
  const rangFor = Math.max(0, Math.floor((now - Date.parse(call.startedAt)) / 1000))
  return (
    <div className={classes['incoming']} data-test="incoming">
      {running.map((other) => (
        <LineStrip key={other.callId} call={other} />
      ))}
      <div className={classes['band']}>
        <Lamp state="ring" size={16} />
        <h1>{running.length > 0 ? t('incoming.second', { n: lineNumber(call, calls) }) : t('incoming.title')}</h1>
      </div>
      <div className={classes['who']}>
        <Avatar party={party} size="big" ringing />
        {party.name === '' ? (
          <div className={classes['bigAddress']}>
            <bdi dir="ltr">{party.address}</bdi>
          </div>
        ) : (
          <>
            <h2 className={classes['name']}>
              <Name text={party.name} />
            </h2>
            <Address address={party.address} className={classes['address'] ?? ''} />
          </>
        )}
        <div className={classes['chips']}>
          <span className={classes['chip']}>
            <Network size={14} />
            {way}
          </span>
        </div>
        {party.name !== '' && call.accountId === undefined && (
          <Note tone="hold" icon={CircleAlert} className={classes['note'] ?? ''}>
            {t('incoming.unchecked')}
          </Note>
        )}
        <div className={classes['device']}>
          <Headphones size={16} />
          {audio.state === 'unavailable'
            ? t('incoming.noDevice')
            : audio.output === ''
              ? t('incoming.systemDevice')
              : t('incoming.device', { device: audio.output })}
        </div>
      </div>
      <ProblemNote what={['answer', 'reject', 'forward', 'silence']} />
      {ringing.length > 1 && <p className={classes['more']}>{t('incoming.more', { n: ringing.length - 1 })}</p>}
      {forwarding ? (
        <Forward call={call} onClose={() => setForwarding(false)} />
      ) : (
        <>
          <div className={classes['extras']}>
            <Button kind="bare" size="small" icon={CornerUpRight} onClick={() => setForwarding(true)} test="forward">
              {t('incoming.forward')}
            </Button>
            <Button
              kind="bare"
              size="small"
              icon={BellOff}
              disabled={silenced}
              onClick={() => silence(call)}
              test="silence"
            >
              {silenced ? t('incoming.silenced') : t('incoming.silence')}
            </Button>
          </div>
          <div className={classes['two']}>
            <div>
              <BigKey kind="decline" icon={PhoneOff} onClick={() => decline(call)}>
                {t('incoming.decline')}
              </BigKey>
              <div className={classes['keys']}>
                <Keys keys="Esc" />
              </div>
            </div>
            <div>
              <BigKey kind="answer" icon={Phone} onClick={() => answer(call)}>
                {current === undefined ? t('incoming.answer') : t('incoming.holdAndAnswer')}
              </BigKey>
              <div className={classes['keys']}>
                <Keys keys={keysFor('answer')} />
              </div>
            </div>
          </div>
          {current !== undefined && (
            <div className={classes['end']}>
              <Button
                size="medium"
                icon={PhoneOff}
                onClick={() => void hangUp(current).then((done) => done && answer(call))}
                test="end-and-answer"
              >
                {t('incoming.endAndAnswer', { n: lineNumber(current, calls) })}
              </Button>
            </div>
          )}
          <p className={classes['foot']}>
            {t('incoming.ringingFor', { n: rangFor })}
            {' \u00b7 '}
            {t('incoming.onDecline', { code: declineCode })}
          </p>
        </>
      )}
    </div>
  )
}
