import { Drawer } from '@mantine/core'
import { Headphones } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { OwnAddressCard } from '../dialer/own-address-card.tsx'
import { ProblemNote } from '../shell/problem-note.tsx'
import { useEscape } from '../shell/escape.ts'
import { useWide } from '../shell/use-wide.ts'
import { changeSettings } from '../state/commands.ts'
import { show, useNavigation } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { AudioSettings } from './audio-settings.tsx'
import { Choice } from './choice.tsx'
import classes from './settings.module.css'

/** What can be set so far. Every change is saved at once and holds without a restart. */
export function SettingsSheet() {
  const { t } = useTranslation()
  const opened = useNavigation(({ settingsOpen }) => settingsOpen)
  const settings = usePhone(({ settings }) => settings)
  const version = usePhone(({ info }) => info?.version)
  const wide = useWide()
  const close = () => show({ settingsOpen: false })
  useEscape(opened, close)
  return (
    <Drawer
      opened={opened}
      onClose={close}
      closeOnEscape={false}
      position="right"
      size={wide ? 400 : '100%'}
      title={t('settings.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
      overlayProps={{ backgroundOpacity: 0.25 }}
      transitionProps={{ duration: 0 }}
      classNames={{
        content: classes['sheet'] ?? '',
        header: classes['header'] ?? '',
        title: classes['title'] ?? '',
        body: classes['body'] ?? '',
      }}
    >
      {settings !== undefined && (
        <div className={classes['groups']} data-test="settings-sheet">
          <ProblemNote what={['settings']} />
          <Group title={t('settings.general')}>
            <Choice
              label={t('settings.language')}
              value={settings.ui.language}
              options={[
                { value: 'auto', label: t('settings.systemLanguage') },
                { value: 'en', label: t('language.en') },
                { value: 'zh-TW', label: t('language.zhHant') },
                { value: 'zh-CN', label: t('language.zhHans') },
              ]}
              onChange={(language) => void changeSettings({ ui: { language: language as Settings['ui']['language'] } })}
            />
            <div className={classes['field']}>
              <span className={classes['label']}>{t('settings.theme')}</span>
              <Segmented
                label={t('settings.theme')}
                value={settings.ui.theme}
                choices={[
                  { value: 'auto', label: t('settings.system') },
                  { value: 'light', label: t('settings.light') },
                  { value: 'dark', label: t('settings.dark') },
                ]}
                onChange={(theme) => void changeSettings({ ui: { theme } })}
              />
            </div>
          </Group>
          <Group title={t('settings.audio')}>
            <AudioSettings audio={settings.audio} />
            <Button
              icon={Headphones}
              onClick={() => show({ settingsOpen: false, tab: 'phone', dialling: false, echoTest: true })}
            >
              {t('echo.title')}
            </Button>
          </Group>
          <Group title={t('settings.direct')}>
            <OwnAddressCard />
          </Group>
          <p className={classes['version']}>{t('settings.version', { version })}</p>
        </div>
      )}
    </Drawer>
  )
}

function Group({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={classes['group']}>
      <h2 className={classes['groupTitle']}>{title}</h2>
      {children}
    </section>
  )
}
