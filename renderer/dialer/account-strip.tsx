import { Moon, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { Lamp, type LampState } from '../controls/lamp.tsx'
import { changeSettings } from '../state/commands.ts'
import { show } from '../state/navigation.ts'
import { type PhoneState, usePhone } from '../state/phone.ts'
import { keysFor } from '../shell/shortcuts.ts'
import { useOwnAddress } from './own-address.ts'
import classes from './account-strip.module.css'

function lampOf({ connection, info, snapshot }: PhoneState): LampState {
  if (connection === 'lost') return 'off'
  if (connection === 'connecting' || info === undefined) return 'work'
  return snapshot.doNotDisturb ? 'dnd' : 'ok'
}

const spoken = {
  ok: 'account.ready',
  dnd: 'account.doNotDisturb',
  off: 'account.noConnection',
  work: 'account.connecting',
} as const

/** Whether one can be called, and where. */
export function AccountStrip({ withSettings }: { withSettings: boolean }) {
  const { t } = useTranslation()
  const lamp = usePhone(lampOf) as keyof typeof spoken
  const doNotDisturb = usePhone(({ snapshot }) => snapshot.doNotDisturb)
  const address = useOwnAddress()
  const toggle = () => void changeSettings({ calls: { doNotDisturb: !doNotDisturb } })
  return (
    <header className={classes['strip']}>
      <Lamp state={lamp} size={14} label={t(spoken[lamp])} />
      <div className={classes['words']}>
        <div className={classes['title']}>{t('account.directOnly')}</div>
        <div className={classes['second']}>
          {lamp === 'ok' && address !== undefined ? (
            <>
              <span className={classes['address']} data-test="own-address">
                {address}
              </span>
              <CopyButton text={address} label={t('account.copyAddress')} iconSize={14} />
            </>
          ) : (
            <span className={classes['state']}>{t(spoken[lamp])}</span>
          )}
        </div>
      </div>
      <IconButton
        icon={Moon}
        label={doNotDisturb ? t('account.doNotDisturbOff') : t('account.doNotDisturbOn')}
        on={doNotDisturb}
        onClick={toggle}
        test="do-not-disturb"
      />
      {withSettings && (
        <IconButton
          icon={Settings}
          label={t('settings.title')}
          keys={keysFor('settings')}
          onClick={() => show({ settingsOpen: true })}
          test="settings"
        />
      )}
    </header>
  )
}
