import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../electron/ipc/contract.ts'
import { Segmented } from '../controls/segmented.tsx'
import { onMac } from '../shell/shortcuts.ts'
import { changeSettings } from '../state/commands.ts'
import classes from './settings.module.css'

type Ui = Settings['ui']

/** What the phone does outside of its window: only where it is a program of its own. */
export function DesktopSettings({ ui }: { ui: Ui }) {
  const { t } = useTranslation()
  const { answer, hangUp, mute, on } = ui.globalShortcuts
  const shown = (keys: string) => keys.replace('CommandOrControl', onMac ? 'Cmd' : 'Ctrl')
  const help = t('settings.globalShortcutsHelp', { answer: shown(answer), hangUp: shown(hangUp), mute: shown(mute) })
  return (
    <>
      <YesNo
        label={t('settings.startAtLogin')}
        test="start-at-login"
        value={ui.startAtLogin}
        onChange={(startAtLogin) => void changeSettings({ ui: { startAtLogin } })}
      />
      <YesNo
        label={t('settings.startHidden')}
        test="start-hidden"
        value={ui.startHidden}
        help={ui.startHidden ? t('settings.startHiddenHelp') : undefined}
        onChange={(startHidden) => void changeSettings({ ui: { startHidden } })}
      />
      <YesNo
        label={t('settings.openLinks')}
        test="open-links"
        value={ui.openLinks}
        help={ui.openLinks ? t('settings.openLinksHelp') : undefined}
        onChange={(openLinks) => void changeSettings({ ui: { openLinks } })}
      />
      <YesNo
        label={t('settings.globalShortcuts')}
        test="global-shortcuts"
        value={on}
        help={on ? help : undefined}
        onChange={(on) => void changeSettings({ ui: { globalShortcuts: { on } } })}
      />
    </>
  )
}

interface YesNoProps {
  readonly label: string
  readonly test: string
  readonly value: boolean
  readonly help?: string | undefined
  readonly onChange: (value: boolean) => void
}

function YesNo({ label, test, value, help, onChange }: YesNoProps) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className={classes['field']} data-test={test}>
      <span className={classes['label']} id={id}>
        {label}
      </span>
      <div>
        <Segmented
          label={label}
          value={value ? 'yes' : 'no'}
          choices={[
            { value: 'no', label: t('settings.no') },
            { value: 'yes', label: t('settings.yes') },
          ]}
          onChange={(chosen) => onChange(chosen === 'yes')}
        />
        {help !== undefined && <p className={classes['help']}>{help}</p>}
      </div>
    </div>
  )
}
