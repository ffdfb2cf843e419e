import { ArrowLeft } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { useEscape } from '../shell/escape.ts'
import { useWide } from '../shell/use-wide.ts'
import { useAccounts } from '../state/accounts.ts'
import { type SettingsPlace, show, useNavigation } from '../state/navigation.ts'
import { usePhone } from '../state/phone.ts'
import { AccountPage } from './account-page.tsx'
import { pages } from './phone-fields.ts'
import { PhonePage } from './phone-page.tsx'
import { accountPlace, SettingsTree } from './settings-tree.tsx'
import classes from './settings.module.css'

/** The settings: the pages beside the open one, or in a narrow window one after the other. */
export function SettingsView() {
  const { t } = useTranslation()
  const wide = useWide()
  const settings = usePhone(({ settings }) => settings)
  const accounts = useAccounts(({ accounts }) => accounts)
  const chosen = useNavigation(({ settingsPage }) => settingsPage)
  const place = chosen ?? (wide ? accountPlace(undefined, accounts) : undefined)
  const close = () => show({ settingsOpen: false })
  const back = () => show({ settingsPage: undefined })
  const over = !wide && place !== undefined
  useEscape(true, close)
  useEscape(over, back)
  const pane = useRef<HTMLElement>(null)
  useWantedField(pane)
  if (settings === undefined) return null
  return (
    <div className={classes['settings']} data-wide={wide || undefined} data-test="settings-sheet">
      <div className={classes['treePane']} hidden={over}>
        <SettingsTree here={place} onClose={close} />
      </div>
      {place !== undefined && (
        <section ref={pane} className={classes['page']} data-pane tabIndex={-1} aria-label={t('settings.title')}>
          {over && (
            <div className={classes['back']}>
              <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={back} test="back" />
              <span>{t('settings.title')}</span>
            </div>
          )}
          <PageOf place={place} key={place} />
        </section>
      )}
    </div>
  )
}

function PageOf({ place }: { place: SettingsPlace }) {
  const settings = usePhone(({ settings }) => settings)
  const account = useAccounts(({ accounts }) => accounts.find(({ id }) => place === `account:${id}`))
  if (settings === undefined) return null
  const page = pages.find((page) => page === place)
  if (page !== undefined) return <PhonePage page={page} settings={settings} />
  return <AccountPage account={account} defaults={settings.defaults} />
}

/** The field that the search found gets the focus once it is there. */
function useWantedField(pane: React.RefObject<HTMLElement | null>): void {
  const field = useNavigation(({ settingsField }) => settingsField)
  useEffect(() => {
    if (field === undefined) return
    const row = pane.current?.querySelector<HTMLElement>(`[data-field="${field}"]`)
    row?.scrollIntoView({ block: 'center' })
    row?.querySelector<HTMLElement>('input, select, button')?.focus()
    show({ settingsField: undefined })
  }, [field, pane])
}
