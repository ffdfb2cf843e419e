import { Sparkles } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { OwnAddressCard } from '../dialer/own-address-card.tsx'
import { onMac } from '../shell/shortcuts.ts'
import { changeSettings } from '../state/commands.ts'
import { phone } from '../state/connection.ts'
import { show } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { plainText } from '../text/plain-text.ts'
import { Choice } from './choice.tsx'
import { DesktopSettings } from './desktop-settings.tsx'
import { ProfileGroup } from './profile-group.tsx'
import classes from './settings.module.css'

/** Language and colours hold at once and without a restart; below them what this phone is. */
export function LookPage({ settings }: { settings: Settings }) {
  const { t } = useTranslation()
  const version = usePhone(({ info }) => info?.version)
  const notices = usePhone(({ info }) => info?.notices) ?? []
  return (
    <>
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
        <div>
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
      </div>
      {phone().native && !onMac && <WhenClosed keepRunning={settings.ui.keepRunning} />}
      {phone().native && (
        <section className={classes['group']} data-test="desktop-settings">
          <h2 className={classes['groupTitle']}>{t('settings.desktop')}</h2>
          <DesktopSettings ui={settings.ui} />
        </section>
      )}
      <section className={classes['group']}>
        <OwnAddressCard />
      </section>
      <ProfileGroup />
      {notices.length > 0 && (
        <section className={classes['group']}>
          <h2 className={classes['groupTitle']}>{t('settings.notices')}</h2>
          {notices.map((text) => (
            <p key={text} className={classes['notice']} lang="en">
              {plainText(text, 500)}
            </p>
          ))}
        </section>
      )}
      <div className={classes['under']}>
        <Button
          icon={Sparkles}
          onClick={() => show({ tab: 'phone', dialling: false, firstRun: true })}
          test="open-first-run"
        >
          {t('firstRun.open')}
        </Button>
      </div>
      <p className={classes['version']}>{t('settings.version', { version })}</p>
    </>
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
