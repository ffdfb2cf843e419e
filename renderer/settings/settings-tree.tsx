import { UnstyledButton } from '@mantine/core'
import {
  ArrowLeft,
  FileAudio,
  Headphones,
  Network,
  Palette,
  PhoneIncoming,
  Plus,
  Search,
  Server,
  SlidersHorizontal,
} from 'lucide-react'
import { type ComponentType, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account } from '../../electron/ipc/contract.ts'
import { IconButton, type IconProps } from '../controls/button.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { useEscape } from '../shell/escape.ts'
import { useAccounts, useRegistration } from '../state/accounts.ts'
import { type SettingsPlace, show } from '../state/navigation.ts'
import { accountName } from '../text/account-name.ts'
import { isolated, plainText } from '../text/plain-text.ts'
import type { Page } from './phone-fields.ts'
import { registrationLamp } from './registration-lamp.ts'
import { type Found, searchSettings } from './search.ts'
import { useFieldTexts } from './use-field-texts.ts'
import { useRegistrationWords } from './use-registration-words.ts'
import classes from './settings-tree.module.css'

const groups: readonly {
  readonly title: 'pages.system' | 'pages.advanced' | 'pages.phone'
  readonly pages: readonly { readonly page: Page; readonly icon: ComponentType<IconProps> }[]
}[] = [
  { title: 'pages.system', pages: [{ page: 'network', icon: Network }] },
  {
    title: 'pages.advanced',
    pages: [
      { page: 'sip', icon: SlidersHorizontal },
      { page: 'codecs', icon: FileAudio },
    ],
  },
  {
    title: 'pages.phone',
    pages: [
      { page: 'audio', icon: Headphones },
      { page: 'incoming', icon: PhoneIncoming },
      { page: 'look', icon: Palette },
    ],
  },
]

/** The pages under X-Lite's names; the search finds a setting on any of them. */
export function SettingsTree({ here, onClose }: { here: SettingsPlace | undefined; onClose: () => void }) {
  // With no page beside it, it is the page.
  const Title = here === undefined ? 'h1' : 'h2'
  const Group = here === undefined ? 'h2' : 'h3'
  const { t } = useTranslation()
  const { labelOf, helpOf } = useFieldTexts()
  const accounts = useAccounts(({ accounts }) => accounts)
  const [text, setText] = useState('')
  useEscape(text !== '', () => setText(''))
  const found = searchSettings(text, labelOf, helpOf)
  const open = ({ field, page }: Found) => {
    const place: SettingsPlace = page === 'account' ? accountPlace(here, accounts) : page
    show({ settingsPage: place, settingsField: field.path })
  }
  return (
    <nav className={classes['tree']} aria-label={t('settings.title')} data-pane tabIndex={-1}>
      <div className={classes['head']}>
        <IconButton icon={ArrowLeft} label={t('close')} keys="Esc" onClick={onClose} test="close-settings" />
        <Title className={classes['title']}>{t('settings.title')}</Title>
      </div>
      <div className={classes['search']}>
        <Search size={16} />
        <input
          type="search"
          aria-label={t('settings.find')}
          placeholder={t('settings.find')}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          value={text}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={({ key, nativeEvent }) => {
            if (key === 'Enter' && !nativeEvent.isComposing && found[0] !== undefined) open(found[0])
          }}
        />
      </div>
      {text.trim() !== '' ? (
        <ul className={classes['found']} data-test="found-settings" aria-label={t('settings.find')}>
          {found.map((one) => (
            <li key={`${one.page} ${one.field.path}`}>
              <UnstyledButton className={classes['hit']} onClick={() => open(one)}>
                <span className={classes['hitName']}>{labelOf(one.field)}</span>
                <span className={classes['hitPage']}>
                  {one.page === 'account' ? t('pages.sipProxy') : t(`pages.${one.page}`)}
                </span>
              </UnstyledButton>
            </li>
          ))}
          {found.length === 0 && (
            <li className={classes['none']}>{t('settings.nothingFound', { text: isolated(plainText(text, 40)) })}</li>
          )}
        </ul>
      ) : (
        groups.map(({ title, pages }) => (
          <section key={title} className={classes['group']}>
            <Group className={classes['groupTitle']}>{t(title)}</Group>
            {title === 'pages.system' && (
              <>
                <div className={classes['heading']}>
                  <Server size={16} />
                  {t('pages.sipProxy')}
                </div>
                {accounts.map((account) => (
                  <AccountNode key={account.id} account={account} here={here === `account:${account.id}`} />
                ))}
                <Node
                  inner
                  line
                  here={here === 'account:new'}
                  icon={Plus}
                  onClick={() => show({ settingsPage: 'account:new' })}
                  test="add-account"
                >
                  {t('account.add')}
                </Node>
              </>
            )}
            {pages.map(({ page, icon }) => (
              <Node
                key={page}
                here={here === page}
                icon={icon}
                onClick={() => show({ settingsPage: page })}
                test={`settings-${page}`}
              >
                {t(`pages.${page}`)}
              </Node>
            ))}
          </section>
        ))
      )}
    </nav>
  )
}

/** The account that is open, else the first one, else one to be added. */
export function accountPlace(here: SettingsPlace | undefined, accounts: readonly Account[]): SettingsPlace {
  if (here?.startsWith('account:') === true) return here
  return accounts[0] === undefined ? 'account:new' : `account:${accounts[0].id}`
}

function AccountNode({ account, here }: { account: Account; here: boolean }) {
  const { t } = useTranslation()
  const registration = useRegistration(account.id)
  const words = useRegistrationWords()(registration)
  const name = accountName(account)
  const shown = name === '' ? t('account.unnamed') : name
  return (
    <UnstyledButton
      className={classes['node']}
      data-inner
      aria-current={here ? 'page' : undefined}
      data-test="account-node"
      onClick={() => show({ settingsPage: `account:${account.id}` })}
    >
      <Lamp
        state={account.enabled ? registrationLamp(registration) : 'off'}
        label={account.enabled ? words : t('account.disabled')}
      />
      <span className={classes['words']}>{account.isDefault ? t('account.defaultSlot', { name: shown }) : shown}</span>
    </UnstyledButton>
  )
}

function Node({
  icon: Icon,
  here,
  inner = false,
  line = false,
  onClick,
  children,
  test,
}: {
  icon: ComponentType<IconProps>
  here: boolean
  inner?: boolean
  line?: boolean
  onClick: () => void
  children: string
  test: string
}) {
  return (
    <UnstyledButton
      className={classes['node']}
      data-inner={inner || undefined}
      data-line={line || undefined}
      aria-current={here ? 'page' : undefined}
      data-test={test}
      onClick={onClick}
    >
      <Icon size={16} />
      <span className={classes['words']}>{children}</span>
    </UnstyledButton>
  )
}
