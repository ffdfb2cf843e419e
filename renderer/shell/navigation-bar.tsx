import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { Activity, Contact, History, MessageSquare, Phone, Settings } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLog } from '../state/call-log.ts'
import { unreadOf, useMessages } from '../state/messages.ts'
import { show, type Tab, useNavigation } from '../state/navigation.ts'
import { keysFor } from './shortcuts.ts'
import classes from './navigation-bar.module.css'

const tabs = [
  { tab: 'phone', icon: Phone, label: 'tab.phone' },
  { tab: 'calls', icon: History, label: 'tab.calls' },
  { tab: 'contacts', icon: Contact, label: 'tab.contacts' },
  { tab: 'messages', icon: MessageSquare, label: 'tab.messages' },
  { tab: 'trace', icon: Activity, label: 'tab.trace' },
] as const

/** Tabs below a narrow window, a rail beside a wide one. */
export function NavigationBar({ wide }: { wide: boolean }) {
  const { t } = useTranslation()
  const here = useNavigation(({ tab }) => tab)
  const unread = useMessages(({ conversations }) => unreadOf(conversations))
  const unseen = useLog(({ unseen }) => unseen)
  const go = (tab: Tab) => show({ tab, ...(tab === 'phone' && here === 'phone' && { echoTest: false }) })
  return (
    <nav className={wide ? classes['rail'] : classes['tabs']} aria-label={t('tab.label')} data-pane tabIndex={-1}>
      {tabs.map(({ tab, icon: Icon, label }) => (
        <UnstyledButton
          key={tab}
          className={classes['item']}
          aria-current={tab === here ? 'page' : undefined}
          data-test={`tab-${tab}`}
          onClick={() => go(tab)}
        >
          <Icon size={20} />
          <span>{t(label)}</span>
          {tab === 'calls' && <Badge count={unseen} spoken={t('tab.missed', { n: unseen })} />}
          {tab === 'messages' && <Badge count={unread} spoken={t('messages.unread', { n: unread })} />}
        </UnstyledButton>
      ))}
      {wide && (
        <>
          <span className={classes['gap']} />
          <UnstyledButton
            className={classes['item']}
            data-test="settings"
            title={keysFor('settings')}
            onClick={() => show({ settingsOpen: true })}
          >
            <Settings size={20} />
            <span>{t('settings.title')}</span>
          </UnstyledButton>
        </>
      )}
    </nav>
  )
}

function Badge({ count, spoken }: { count: number; spoken: string }) {
  if (count === 0) return null
  return (
    <>
      <span className={classes['badge']} aria-hidden data-test="badge">
        {count > 99 ? '99+' : count}
      </span>
      <VisuallyHidden>{spoken}</VisuallyHidden>
    </>
  )
}
