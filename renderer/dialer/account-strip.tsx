import { Menu, UnstyledButton } from '@mantine/core'
import { Check, ChevronDown, LogOut, Moon, Plus, RefreshCw, Server, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../electron/ipc/contract.ts'
import { IconButton } from '../controls/button.tsx'
import { CopyButton } from '../controls/copy-button.tsx'
import { Lamp, type LampState } from '../controls/lamp.tsx'
import { registrationLamp } from '../settings/registration-lamp.ts'
import { useRegistrationWords } from '../settings/use-registration-words.ts'
import { keysFor } from '../shell/shortcuts.ts'
import { defaultAccountOf, makeDefault, register, unregister, useAccounts, useRegistration } from '../state/accounts.ts'
import { changeSettings } from '../state/commands.ts'
import { show } from '../state/navigation.ts'
import { type PhoneState, usePhone } from '../state/phone.ts'
import { accountName } from '../text/account-name.ts'
import { useOwnAddress } from './own-address.ts'
import { WhatIsOn } from './what-is-on.tsx'
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

/** Whether one can be called, and where; and what changes that without anybody at the phone. */
export function AccountStrip({ withSettings }: { withSettings: boolean }) {
  const { t } = useTranslation()
  const phoneLamp = usePhone(lampOf) as keyof typeof spoken
  const doNotDisturb = usePhone(({ snapshot }) => snapshot.doNotDisturb)
  const accounts = useAccounts(({ accounts }) => accounts)
  const account = defaultAccountOf(accounts)
  const toggle = () => void changeSettings({ calls: { doNotDisturb: !doNotDisturb } })
  return (
    <>
      <header className={classes['strip']}>
        {account === undefined ? <Direct lamp={phoneLamp} /> : <Registered account={account} phoneLamp={phoneLamp} />}
        <AccountMenu accounts={accounts} account={account} />
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
            onClick={() => show({ settingsOpen: true, settingsPage: undefined })}
            test="settings"
          />
        )}
      </header>
      <WhatIsOn account={account} />
    </>
  )
}

/** Without an account: the address at which the phone is called directly. */
function Direct({ lamp }: { lamp: keyof typeof spoken }) {
  const { t } = useTranslation()
  const address = useOwnAddress()
  return (
    <>
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
    </>
  )
}

function Registered({ account, phoneLamp }: { account: Account; phoneLamp: keyof typeof spoken }) {
  const { t } = useTranslation()
  const registration = useRegistration(account.id)
  const words = useRegistrationWords()(registration)
  const ready = phoneLamp === 'ok'
  const name = accountName(account)
  return (
    <>
      <Lamp
        state={ready ? registrationLamp(registration) : phoneLamp}
        size={14}
        label={ready ? words : t(spoken[phoneLamp])}
      />
      <div className={classes['words']} data-test="account-state" data-state={registration.state}>
        <div className={classes['title']}>{name === '' ? t('account.unnamed') : name}</div>
        <div className={classes['second']}>
          <span className={classes['state']}>{ready ? words : t(spoken[phoneLamp])}</span>
        </div>
      </div>
    </>
  )
}

function AccountMenu({ accounts, account }: { accounts: readonly Account[]; account: Account | undefined }) {
  const { t } = useTranslation()
  const { state } = useRegistration(account?.id)
  const open = (settingsPage: `account:${string}`) => show({ settingsOpen: true, settingsPage })
  return (
    <Menu position="bottom-end" shadow="md" returnFocus>
      <Menu.Target>
        <UnstyledButton className={classes['menu']} aria-label={t('account.menu')} data-test="account-menu">
          <ChevronDown size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {accounts
          .filter(({ enabled }) => enabled)
          .map((one) => (
            <Menu.Item
              key={one.id}
              leftSection={one === account ? <Check size={16} /> : <span className={classes['noCheck']} />}
              onClick={() => void makeDefault(one.id)}
            >
              {accountName(one) || t('account.unnamed')}
            </Menu.Item>
          ))}
        {account !== undefined && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<RefreshCw size={16} />} onClick={() => void register(account.id)}>
              {t('account.register')}
            </Menu.Item>
            {state === 'registered' && (
              <Menu.Item leftSection={<LogOut size={16} />} onClick={() => void unregister(account.id)}>
                {t('account.unregister')}
              </Menu.Item>
            )}
            <Menu.Item leftSection={<Server size={16} />} onClick={() => open(`account:${account.id}`)}>
              {t('account.settings')}
            </Menu.Item>
          </>
        )}
        <Menu.Item leftSection={<Plus size={16} />} onClick={() => open('account:new')}>
          {t('account.add')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
