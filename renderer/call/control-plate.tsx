import { Tooltip, UnstyledButton } from '@mantine/core'
import { CircleDot, CornerUpRight, Grip, MicOff, Pause, Play, UsersRound } from 'lucide-react'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import type { IconProps } from '../controls/button.tsx'
import { keysFor } from '../shell/shortcuts.ts'
import { join, leave, toggleHold, toggleMute, toggleRecord } from '../state/commands.ts'
import { canBeHeld, isAnswered, useLines } from '../state/lines.ts'
import { show } from '../state/navigation.ts'
import { beginTransfer } from '../state/transfer.ts'
import classes from './control-plate.module.css'

/** Calls in a conference. */
const mostJoined = 3

/** The controls of a call on one plate. */
export function ControlPlate({ call }: { call: Call }) {
  const { t } = useTranslation()
  const talking = useLines().running.filter(isAnswered)
  const joinable = talking.length > 1 && talking.length <= mostJoined
  const waiting = isAnswered(call) ? undefined : t('control.whenAnswered')
  return (
    <div className={classes['plate']} role="group" aria-label={t('control.label')}>
      <Control
        icon={MicOff}
        on={call.muted}
        label={call.muted ? t('control.muted') : t('control.mute')}
        hint={waiting ?? keysFor('mute')}
        disabled={waiting !== undefined}
        onClick={() => toggleMute(call)}
        test="mute"
      />
      <Control
        icon={Grip}
        label={t('control.keypad')}
        hint={waiting}
        disabled={waiting !== undefined}
        onClick={() => show({ keypad: true, qualityOpen: false })}
        test="keypad"
      />
      <Control
        icon={call.onHold.local ? Play : Pause}
        on={call.onHold.local}
        label={call.onHold.local ? t('control.resume') : t('control.hold')}
        hint={canBeHeld(call) ? keysFor('hold') : waiting}
        disabled={!canBeHeld(call)}
        onClick={() => toggleHold(call)}
        test="hold"
      />
      <Control
        icon={CornerUpRight}
        label={t('control.transfer')}
        hint={waiting ?? keysFor('transfer')}
        disabled={waiting !== undefined}
        onClick={() => beginTransfer(call)}
        test="transfer-call"
      />
      <Control
        icon={UsersRound}
        on={call.conference}
        label={call.conference ? t('control.split') : t('control.join')}
        hint={
          waiting ??
          (joinable || call.conference
            ? undefined
            : talking.length > mostJoined
              ? t('control.joinMost')
              : t('control.joinHelp'))
        }
        disabled={waiting !== undefined || !(joinable || call.conference)}
        onClick={() => void (call.conference ? leave(call) : join(talking))}
        test="join"
      />
      <Control
        icon={CircleDot}
        on={call.recording}
        red
        label={call.recording ? t('control.recording') : t('control.record')}
        hint={waiting ?? (call.recording ? t('control.stopRecording') : t('control.recordHelp'))}
        disabled={waiting !== undefined}
        onClick={() => void toggleRecord(call)}
        test="record"
      />
    </div>
  )
}

function Control({
  icon: Icon,
  label,
  hint,
  on,
  red = false,
  disabled,
  onClick,
  test,
}: {
  icon: ComponentType<IconProps>
  label: string
  hint: string | undefined
  on?: boolean
  /** While it is on. */
  red?: boolean
  disabled: boolean
  onClick: () => void
  test: string
}) {
  return (
    <Tooltip label={hint} disabled={hint === undefined}>
      <UnstyledButton
        className={classes['control']}
        aria-disabled={disabled || undefined}
        {...(on !== undefined && { 'data-on': on || undefined, 'aria-pressed': on })}
        data-red={(red && on) || undefined}
        data-test={test}
        onClick={() => disabled || onClick()}
      >
        <Icon size={20} />
        <span>{label}</span>
      </UnstyledButton>
    </Tooltip>
  )
}
