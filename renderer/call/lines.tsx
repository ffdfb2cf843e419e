import { UnstyledButton } from '@mantine/core'
import { ArrowUpDown, PhoneOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Keys } from '../controls/keys.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { AccountStrip } from '../dialer/account-strip.tsx'
import { ProblemNote } from '../shell/problem-note.tsx'
import { keysFor } from '../shell/shortcuts.ts'
import { hangUp, swapTo } from '../state/commands.ts'
import { isAnswered, lineNumber, useLines } from '../state/lines.ts'
import { focusDialField, goTo, show, useNavigation } from '../state/navigation.ts'
import { traceOf, usePhone } from '../state/phone.ts'
import { isolated } from '../text/plain-text.ts'
import { CallTimer } from './call-timer.tsx'
import { ControlPlate } from './control-plate.tsx'
import { Encrypted } from './encrypted.tsx'
import { Keypad } from './keypad.tsx'
import { lineStateOf } from './line-state.ts'
import { oneDigit } from './quality.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './lines.module.css'

/** Several calls as line keys: one talks, the others are held. */
export function Lines({ active, wide }: { active: Call; wide: boolean }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const { running } = useLines()
  const keypad = useNavigation(({ keypad }) => keypad)
  if (keypad && isAnswered(active)) return <Keypad call={active} />
  const name = isolated(partyIn(active).title)
  const held = running.find((call) => call !== active && call.onHold.local)
  const ordered = [active, ...running.filter((call) => call !== active)]
  const newCall = () => goTo({ dialling: true, dialText: '' }, focusDialField)
  return (
    <div className={classes['lines']} data-test="lines">
      <AccountStrip withSettings={!wide} />
      <div className={classes['head']}>
        <h1>{t('lines.title', { n: running.length })}</h1>
        <Button kind="bare" size="small" onClick={newCall} test="new-call">
          {t('line.newCall')}
        </Button>
      </div>
      <div className={classes['keys']}>
        {ordered.map((call, index) => (
          <div key={call.callId} className={classes['place']}>
            <LineKey call={call} active={call === active} />
            {index === 0 && held !== undefined && (
              <div className={classes['swap']}>
                <Button
                  size="small"
                  icon={ArrowUpDown}
                  className={classes['pill'] ?? ''}
                  onClick={() => swapTo(held)}
                  test="swap"
                >
                  {t('lines.swap')}
                </Button>
                <Keys keys={keysFor('swap')} />
              </div>
            )}
          </div>
        ))}
      </div>
      <ProblemNote />
      <div className={classes['gap']} />
      <p className={classes['actOn']}>{t('lines.actOn', { name })}</p>
      <div className={classes['controls']}>
        <ControlPlate call={active} />
        <Button
          kind="stop"
          size="call"
          icon={PhoneOff}
          onClick={() => void hangUp(active)}
          hint={keysFor('hangUp')}
          test="hang-up"
        >
          {t('lines.hangUp', { name })}
        </Button>
      </div>
    </div>
  )
}

function LineKey({ call, active }: { call: Call; active: boolean }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const calls = usePhone(({ snapshot }) => snapshot.calls)
  const mos = usePhone((state) => traceOf(call.callId)(state).quality?.received.mos)
  const { lamp, words } = lineStateOf(call)
  return (
    <UnstyledButton
      className={classes['key']}
      data-active={active || undefined}
      aria-pressed={active}
      data-test="line-key"
      onClick={() => (call.onHold.local ? swapTo(call) : show({ chosenLine: call.callId }))}
    >
      <Lamp state={lamp} size={16} />
      <span className={classes['words']}>
        <bdi className={classes['name']}>{partyIn(call).title}</bdi>
        <span className={classes['second']} data-held={lamp === 'held' || undefined}>
          <Encrypted srtp={call.srtp} />
          {t('line.number', { n: lineNumber(call, calls) })}
          {' \u00b7 '}
          {t(`line.${words}`)}
          {lamp === 'ok' && mos !== undefined && ` \u00b7 ${t('quality.mos', { mos: oneDigit(mos) })}`}
        </span>
      </span>
      <CallTimer call={call} className={classes['timer'] ?? ''} />
    </UnstyledButton>
  )
}
