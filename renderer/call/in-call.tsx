import { PhoneOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { Address } from '../controls/address.tsx'
import { Avatar } from '../controls/avatar.tsx'
import { Button } from '../controls/button.tsx'
import { Name } from '../controls/name.tsx'
import { useEscape } from '../shell/escape.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { keysFor } from '../shell/shortcuts.ts'
import { useNow } from '../shell/use-now.ts'
import { hangUp } from '../state/commands.ts'
import { isAnswered } from '../state/lines.ts'
import { show, useNavigation } from '../state/navigation.ts'
import { traceOf, usePhone } from '../state/phone.ts'
import type { Party } from '../text/party.ts'
import { CallNotes } from './call-notes.tsx'
import { CallTimer } from './call-timer.tsx'
import { ControlPlate } from './control-plate.tsx'
import { Keypad } from './keypad.tsx'
import { LevelStrip } from './level-strip.tsx'
import { LineHead } from './line-strip.tsx'
import { QualityChip } from './quality-chip.tsx'
import { QualityTable } from './quality-table.tsx'
import { useParties } from '../contacts/use-parties.ts'
import classes from './in-call.module.css'

/** One call: talk, and see at a glance whether the line is good. `wide`: its figures stand beside it. */
export function InCall({ call, wide }: { call: Call; wide: boolean }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const quality = usePhone((state) => traceOf(call.callId)(state).quality)
  const open = useNavigation(({ qualityOpen }) => qualityOpen) && quality !== undefined && !wide
  const keypad = useNavigation(({ keypad }) => keypad)
  const party = partyIn(call)
  const answered = isAnswered(call)
  useEscape(open, () => show({ qualityOpen: false }))
  if (keypad && answered) return <Keypad call={call} />
  return (
    <div className={classes['call']} data-test="in-call">
      <LineHead call={call} />
      <div className={classes['who']} data-row={open || undefined}>
        <Person party={party} small={open} />
        {answered ? (
          <CallTimer call={call} className={open ? (classes['smallTimer'] ?? '') : (classes['timer'] ?? '')} />
        ) : (
          <Waiting call={call} />
        )}
      </div>
      {answered && (
        <>
          <div className={classes['chip']}>
            <QualityChip
              quality={quality}
              open={open}
              onToggle={wide ? undefined : () => show({ qualityOpen: !open })}
            />
          </div>
          {open ? (
            <div className={classes['popover']}>
              <QualityTable quality={quality} />
            </div>
          ) : (
            <LevelStrip callId={call.callId} muted={call.muted} />
          )}
          <CallNotes call={call} />
        </>
      )}
      <ProblemNote />
      <div className={classes['gap']} />
      <div className={classes['controls']}>
        <ControlPlate call={call} />
        <Button
          kind="stop"
          size="call"
          icon={PhoneOff}
          onClick={() => void hangUp(call)}
          hint={keysFor('hangUp')}
          test="hang-up"
        >
          {answered ? t('control.hangUp') : t('control.cancel')}
        </Button>
      </div>
    </div>
  )
}

function Person({ party, small }: { party: Party; small: boolean }) {
  return (
    <div className={classes['person']}>
      {party.photo !== undefined && !small && (
        <span className={classes['photo']}>
          <Avatar party={party} size="medium" />
        </span>
      )}
      <h1 className={small ? classes['smallName'] : classes['name']} data-mono={party.name === '' || undefined}>
        <Name text={party.title} />
      </h1>
      {party.name !== '' && <Address address={party.address} className={classes['address'] ?? ''} />}
    </div>
  )
}

function Waiting({ call }: { call: Call }) {
  const { t } = useTranslation()
  const now = useNow(true)
  const seconds = Math.max(0, Math.floor((now - Date.parse(call.startedAt)) / 1000))
  return (
    <div className={classes['waiting']} data-test="waiting">
      {call.state === 'calling' ? t('control.calling') : t('control.ringingFor', { n: seconds })}
    </div>
  )
}
