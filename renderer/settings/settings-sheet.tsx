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
import { phone } from '../state/connection.ts'
import { show, useNavigation } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { onMac } from '../shell/shortcuts.ts'
import { plainText } from '../text/plain-text.ts'
import { AudioSettings } from './audio-settings.tsx'
import { Choice } from './choice.tsx'
import classes from './settings.module.css'

/** What can be set so far. Every change is saved at once and holds without a restart. */
export function SettingsSheet() {
  const { t } = useTranslation()
  const opened = useNavigation(({ settingsOpen }) => settingsOpen)
  const settings = usePhone(({ settings }) => settings)
  const version = usePhone(({ info }) => info?.version)
  const notices = usePhone(({ info }) => info?.notices) ?? []
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
            {phone().native && !onMac && <WhenClosed keepRunning={settings.ui.keepRunning} />}
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
          {notices.length > 0 && (
            <Group title={t('settings.notices')}>
              {notices.map((text) => (
                <p key={text} className={classes['notice']} lang="en">
                  {plainText(text, 500)}
                </p>
              ))}
            </Group>
          )}
          <p className={classes['version']}>{t('settings.version', { version })}</p>
        </div>
      )}
    </Drawer>
  )
}

/** A page in a browser is only a view of the phone: closing it ends nothing. On a Mac no window is the program. */
function WhenClosed({ keepRunning }: { keepRunning: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={classes['field']} data-test="when-closed">
      <span className={classes['label']}>{t('settings.whenClosed')}</span>
      <div>
        <Segmented
          label={t('settings.whenClosed')}
          value={keepRunning ? 'keep' : 'quit'}
          choices={[
            { value: 'quit', label: t('settings.quit') },
            { value: 'keep', label: t('settings.keepRunning') },
          ]}
          onChange={(chosen) => void changeSettings({ ui: { keepRunning: chosen === 'keep' } })}
        />
        {keepRunning && <p className={classes['help']}>{t('settings.keepRunningHelp')}</p>}
      </div>
    </div>
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
