import { Menu, UnstyledButton } from '@mantine/core'
import { ArrowDownLeft, Check, MicOff, Pause, PhoneOff, Play, RadioTower, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call, DtmfMode } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { DialPad } from '../controls/dial-pad.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { useEscape } from '../shell/escape.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { keysFor } from '../shell/shortcuts.ts'
import { chooseDtmfMode, hangUp, sendDigit, toggleHold, toggleMute } from '../state/commands.ts'
import { show } from '../state/navigation.ts'
import { traceOf, usePhone } from '../state/phone.ts'
import { CallTimer } from './call-timer.tsx'
import { lineStateOf } from './line-state.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './keypad.module.css'

const modes = [undefined, 'rfc4733', 'info', 'inband'] as const satisfies readonly (DtmfMode | undefined)[]
const pressedMs = 150

/** Tones into a running call; how they travel is written where they are pressed. */
export function Keypad({ call }: { call: Call }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const trace = usePhone(traceOf(call.callId))
  const [pressed, setPressed] = useState<string>()
  const pane = useRef<HTMLDivElement>(null)
  const close = () => show({ keypad: false })
  useEscape(true, close)
  useEffect(() => pane.current?.focus(), [])
  useEffect(() => {
    if (pressed === undefined) return undefined
    const timer = setTimeout(() => setPressed(undefined), pressedMs)
    return () => clearTimeout(timer)
  }, [pressed])
  const onKey = (event: React.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const digit = event.key.toUpperCase()
    if (!/^[0-9*#A-D]$/.test(digit)) return
    event.preventDefault()
    setPressed(digit)
    sendDigit(call, digit)
  }
  const { lamp } = lineStateOf(call)
  const mode = trace.dtmfMode ?? trace.askedMode
  return (
    <div
      ref={pane}
      className={classes['keypad']}
      data-test="call-keypad"
      data-takes-keys
      tabIndex={-1}
      role="group"
      aria-label={t('control.keypad')}
      onKeyDown={onKey}
    >
      <header className={classes['head']} data-lamp={lamp}>
        <Lamp state={lamp} size={14} />
        <div className={classes['person']}>
          <h1>
            <bdi className={classes['name']}>{partyIn(call).title}</bdi>
          </h1>
          <div className={classes['address']}>{partyIn(call).address}</div>
        </div>
        <CallTimer call={call} className={classes['timer'] ?? ''} />
      </header>
      <div className={classes['field']}>
        <output className={classes['digits']} aria-label={t('keypad.sent')} data-test="sent-digits">
          {trace.sentDigits.replaceAll('*', '\u2217')}
        </output>
        {trace.sentDigits !== '' && <CopyButton text={trace.sentDigits} label={t('keypad.copy')} />}
      </div>
      <div className={classes['way']}>
        <RadioTower size={14} />
        <span className={classes['grow']}>{mode === undefined ? t('keypad.auto') : t(`keypad.${mode}`)}</span>
        <Menu position="bottom-end" shadow="md" returnFocus>
          <Menu.Target>
            <UnstyledButton className={classes['change']}>{t('keypad.change')}</UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            {modes.map((choice) => (
              <Menu.Item
                key={choice ?? 'auto'}
                leftSection={trace.askedMode === choice ? <Check size={16} /> : <span className={classes['noCheck']} />}
                onClick={() => chooseDtmfMode(call, choice)}
              >
                {t(`keypad.choice.${choice ?? 'auto'}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
      <ProblemNote what={['dtmf', 'hold', 'resume', 'mute', 'hangup']} />
      <div className={classes['pad']}>
        <DialPad pressed={pressed} onDigit={(digit) => sendDigit(call, digit)} />
      </div>
      <div className={classes['received']}>
        <ArrowDownLeft size={14} />
        <span>{t('keypad.received')}</span>
        <output data-test="received-digits">{trace.receivedDigits === '' ? '\u2013' : trace.receivedDigits}</output>
      </div>
      <div className={classes['gap']} />
      <div className={classes['row']}>
        <Button
          size="medium"
          icon={MicOff}
          kind={call.muted ? 'primary' : 'plain'}
          onClick={() => toggleMute(call)}
          hint={keysFor('mute')}
        >
          {call.muted ? t('control.muted') : t('control.mute')}
        </Button>
        <Button
          size="medium"
          icon={call.onHold.local ? Play : Pause}
          kind={call.onHold.local ? 'primary' : 'plain'}
          onClick={() => toggleHold(call)}
          hint={keysFor('hold')}
        >
          {call.onHold.local ? t('control.resume') : t('control.hold')}
        </Button>
        <Button size="medium" icon={X} onClick={close} hint="Esc" test="close-keypad">
          {t('close')}
        </Button>
      </div>
      <div className={classes['end']}>
        <Button
          kind="stop"
          size="call"
          icon={PhoneOff}
          onClick={() => void hangUp(call)}
          hint={keysFor('hangUp')}
          test="hang-up"
        >
          {t('control.hangUp')}
        </Button>
      </div>
    </div>
  )
}
