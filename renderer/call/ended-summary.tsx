import { CircleX, Info, Phone, PhoneMissed, PhoneOff } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Address } from '../controls/address.tsx'
import { Button } from '../controls/button.tsx'
import { Name } from '../controls/name.tsx'
import { adviceOnStatus } from '../explain/advice.ts'
import { explain } from '../explain/explain.ts'
import { useEscape } from '../shell/escape.ts'
import { dial } from '../state/commands.ts'
import { useLog } from '../state/call-log.ts'
import { show } from '../state/navigation.ts'
import { type EndedCall, usePhone } from '../state/phone.ts'
import { useTransfer } from '../state/transfer.ts'
import { lengthText } from '../text/duration.ts'
import { isolated } from '../text/plain-text.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './ended-summary.module.css'

const shownMs = 3000
const missedMs = 2000

const icons = { good: PhoneOff, plain: PhoneOff, missed: PhoneMissed, failed: CircleX } as const

/** How a call ended, in words, for 3 s; longer while somebody reads it with pointer or keyboard. */
export function EndedSummary({ ended: { ended, call } }: { ended: EndedCall }) {
  const partyIn = useParties()
  const { t, i18n } = useTranslation()
  const answered = call.answeredAt !== undefined
  const { verdict, tone, code } = explain({ ...ended, direction: call.direction, answered })
  const [kept, setKept] = useState(false)
  const pane = useRef<HTMLDivElement>(null)
  const pointer = useRef<{ readonly x: number; readonly y: number }>(undefined)
  const close = () => usePhone.setState({ ended: undefined })
  useEscape(true, close)
  useEffect(() => {
    if (kept) return undefined
    const timer = setTimeout(close, tone === 'missed' ? missedMs : shownMs)
    return () => clearTimeout(timer)
  }, [kept, tone])
  const connected = useTransfer(({ done }) => (done?.callIds.includes(ended.callId) === true ? done.name : undefined))
  const party = partyIn(call)
  const Icon = icons[tone]
  const why = i18n.exists(`explain.${verdict}.why`) ? t(`explain.${verdict as 'busy'}.why`) : ''
  // What to try, in the words that the code has everywhere.
  const remedy = tone === 'failed' && code > 0 ? adviceOnStatus(code, i18n.language)?.remedy : undefined
  const details = () => {
    const entry = useLog.getState().recent.find(({ sipCallId }) => sipCallId === ended.sipCallId)
    close()
    show({ tab: 'calls', openEntry: entry?.id })
  }
  return (
    <div
      ref={pane}
      className={classes['summary']}
      data-test="ended"
      onPointerMove={({ clientX, clientY }) => {
        // A pointer that only rests where this appears is told, too: nobody reads yet.
        const before = pointer.current
        pointer.current = { x: clientX, y: clientY }
        if (before !== undefined && (before.x !== clientX || before.y !== clientY)) setKept(true)
      }}
      onPointerLeave={() => setKept(false)}
      onFocus={() => setKept(true)}
      onBlur={() => setKept(false)}
    >
      <div className={classes['who']}>
        <h1 className={classes['name']}>
          <Name text={party.title} />
        </h1>
        {party.name !== '' && <Address address={party.address} className={classes['address'] ?? ''} />}
        {answered && <div className={classes['length']}>{lengthText(ended.durationMs)}</div>}
      </div>
      <div className={classes['verdict']} data-tone={tone}>
        <Icon size={24} />
        <div>
          <div className={classes['sentence']}>
            {connected !== undefined
              ? t('transfer.done', { name: isolated(connected) })
              : code === 0
                ? t(`explain.${verdict}.sentence`)
                : t('explain.withCode', { code, sentence: t(`explain.${verdict}.sentence`) })}
          </div>
          {why !== '' && <div className={classes['why']}>{why}</div>}
          {remedy !== undefined && <div className={classes['why']}>{remedy}</div>}
        </div>
      </div>
      <div className={classes['gap']} />
      <div className={classes['actions']}>
        <Button size="call" icon={Info} onClick={details} test="details">
          {t('ended.details')}
        </Button>
        <Button kind="go" size="call" icon={Phone} onClick={() => void dial(call.remote.uri)} test="call-again">
          {t('ended.callAgain')}
        </Button>
      </div>
    </div>
  )
}
