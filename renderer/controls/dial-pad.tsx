import { UnstyledButton } from '@mantine/core'
import { Voicemail } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import classes from './dial-pad.module.css'

const keys: readonly (readonly [digit: string, letters: string])[] = [
  ['1', ''],
  ['2', 'ABC'],
  ['3', 'DEF'],
  ['4', 'GHI'],
  ['5', 'JKL'],
  ['6', 'MNO'],
  ['7', 'PQRS'],
  ['8', 'TUV'],
  ['9', 'WXYZ'],
  ['*', ''],
  ['0', '+'],
  ['#', ''],
]

const spoken = { '*': 'pad.star', '#': 'pad.hash' } as const

/** Twelve engraved keys on one plate. `pressed` shows a key that is pressed on the keyboard. */
export function DialPad({
  onDigit,
  tall = false,
  pressed,
}: {
  onDigit: (digit: string) => void
  tall?: boolean
  pressed?: string | undefined
}) {
  const { t } = useTranslation()
  return (
    <div className={classes['pad']} data-tall={tall || undefined} role="group" aria-label={t('pad.label')}>
      {keys.map(([digit, letters]) => (
        <UnstyledButton
          key={digit}
          className={classes['key']}
          data-pressed={pressed === digit || undefined}
          {...(digit in spoken && { 'aria-label': t(spoken[digit as keyof typeof spoken]) })}
          onClick={() => onDigit(digit)}
          onKeyDown={moveByArrow}
        >
          <span className={classes['digit']}>{digit === '*' ? '\u2217' : digit}</span>
          <span className={classes['letters']} aria-hidden>
            {digit === '1' ? <Voicemail size={14} /> : letters}
          </span>
        </UnstyledButton>
      ))}
    </div>
  )
}

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -3, ArrowDown: 3 }

function moveByArrow(event: React.KeyboardEvent<HTMLButtonElement>): void {
  const step = steps[event.key]
  if (step === undefined) return
  const all = [...(event.currentTarget.parentElement?.children ?? [])] as HTMLElement[]
  all[all.indexOf(event.currentTarget) + step]?.focus()
  event.preventDefault()
}
