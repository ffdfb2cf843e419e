import { CornerUpRight, PhoneIncoming, X } from 'lucide-react'
import type { ComponentType } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../electron/ipc/contract.ts'
import { IconButton, type IconProps } from '../controls/button.tsx'
import { saveAccount } from '../state/accounts.ts'
import { changeSettings } from '../state/commands.ts'
import { usePhone } from '../state/phone.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './account-strip.module.css'

/** What the phone does with calls by itself, as long as it does so, each with the way to turn it off. (Do not disturb is the moon.) */
export function WhatIsOn({ account }: { account: Account | undefined }) {
  const { t } = useTranslation()
  const calls = usePhone(({ settings }) => settings?.calls)
  const always = account?.forward.always ?? ''
  const answers = calls !== undefined && calls.autoAnswer.mode === 'all'
  if (!answers && always === '') return null
  return (
    <ul className={classes['on']} aria-label={t('on.label')} data-test="what-is-on">
      {answers && (
        <On
          icon={PhoneIncoming}
          words={t('on.autoAnswer')}
          off={t('on.autoAnswerOff')}
          onOff={() => void changeSettings({ calls: { autoAnswer: { mode: 'off' } } })}
        />
      )}
      {account !== undefined && always !== '' && (
        <On
          icon={CornerUpRight}
          words={t('on.forward', { target: plainText(always, 60) })}
          off={t('on.forwardOff')}
          onOff={() => void saveAccount({ id: account.id, forward: { ...account.forward, always: '' } })}
        />
      )}
    </ul>
  )
}

function On({
  icon: Icon,
  words,
  off,
  onOff,
}: {
  icon: ComponentType<IconProps>
  words: string
  off: string
  onOff: () => void
}) {
  return (
    <li className={classes['one']}>
      <Icon size={14} />
      <span className={classes['state']}>{words}</span>
      <IconButton icon={X} iconSize={14} label={off} className={classes['off'] ?? ''} onClick={onOff} />
    </li>
  )
}
