import { Switch } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { Trash2 } from 'lucide-react'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Account, Settings } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { ProblemNote } from '../shell/problem-note.tsx'
import { changeDraft, clearDraft, newDraft, typeInDraft, useDraft } from '../state/account-drafts.ts'
import { makeDefault, removeAccount, saveAccount, testAccount } from '../state/accounts.ts'
import { show } from '../state/navigation.ts'
import { accountName } from '../text/account-name.ts'
import { accountFields, firstFields, newAccount } from './account-fields.ts'
import { AccountTestPanel } from './account-test-panel.tsx'
import { type Field, patchOf, valuesOf, type Values } from './field.ts'
import { FieldRow } from './field-row.tsx'
import { meaningOfDefault } from './meaning-of-default.ts'
import { RegistrationNote } from './registration-note.tsx'
import { verdictOf } from './test-steps.ts'
import { faultOf, faultsOf } from './validate.ts'
import classes from './settings.module.css'

/** One account, as X-Lite's SIP Proxy dialog has it. Nothing typed is lost, whatever fails. */
export function AccountPage({ account, defaults }: { account: Account | undefined; defaults: Settings['defaults'] }) {
  const { t } = useTranslation()
  const beside = useMediaQuery('(min-width: 900px)', undefined, { getInitialValueInEffect: false }) ?? false
  const id = account?.id ?? newDraft
  const draft = useDraft(id)
  const form = useRef<HTMLDivElement>(null)
  const [saving, setSaving] = useState(false)
  const kept = valuesOf({ ...(account ?? newAccount), password: '' }, accountFields)
  const values: Values = { ...kept, enabled: account?.enabled ?? true, ...draft.changes }
  const hasPassword = (account?.hasPassword ?? false) || values['password'] !== ''
  const changed = Object.keys(draft.changes).length > 0
  const transport = String(values['transport'])

  const focusField = (path: string) => {
    const row = form.current?.querySelector<HTMLElement>(`[data-field="${path}"]`)
    row?.scrollIntoView({ block: 'center' })
    row?.querySelector<HTMLElement>('input:not([readonly]), select, button')?.focus()
  }
  const wholePatch = () => {
    const { password, ...patch } = patchOf(values, accountFields)
    return { ...patch, enabled: values['enabled'], ...(password !== '' && { password }), ...(account && { id }) }
  }
  const showTest = async (draftId: string, patch: Record<string, unknown>) => {
    changeDraft(draftId, () => ({ test: {} }))
    const tested = await testAccount(patch)
    if (!('steps' in tested)) {
      const { field, message } = tested
      changeDraft(draftId, ({ faults }) => ({
        test: { refused: message },
        faults: field === undefined ? faults : { ...faults, [field]: 'phone' },
      }))
      return
    }
    const verdict = verdictOf(tested.steps, { hasPassword, proxy: String(values['proxy']) })
    changeDraft(draftId, ({ faults }) => ({
      test: tested,
      faults: verdict === undefined ? faults : { ...faults, [verdict.field]: 'server' },
    }))
  }
  /** False, and the first field at fault has the focus, when there is one. */
  const allGood = () => {
    const faults = faultsOf(values, accountFields)
    changeDraft(id, () => ({ faults }))
    const first = accountFields.find(({ path }) => faults[path] !== undefined)
    if (first !== undefined) focusField(first.path)
    return first === undefined
  }
  const test = () => {
    if (allGood()) void showTest(id, wholePatch())
  }
  const save = async () => {
    if (saving || !allGood()) return
    setSaving(true)
    const saved = await saveAccount(wholePatch())
    setSaving(false)
    if (!('account' in saved)) {
      const { field } = saved
      if (field === undefined) return
      changeDraft(id, ({ faults }) => ({ faults: { ...faults, [field]: 'phone' } }))
      return focusField(field)
    }
    clearDraft(id)
    show({ settingsPage: `account:${saved.account.id}` })
    if (saved.account.enabled) await showTest(saved.account.id, { id: saved.account.id })
  }

  const row = (field: Field) => (
    <FieldRow
      key={field.path}
      field={field}
      value={values[field.path] ?? ''}
      fault={draft.faults[field.path]}
      note={<DefaultMeaning field={field} values={values} defaults={defaults} />}
      placeholder={field.path === 'authorizationUser' ? String(values['username']) : undefined}
      stored={account?.hasPassword ?? false}
      onChange={(value) => typeInDraft(id, field.path, value)}
      onDone={() => {
        const fault = faultOf(field, values[field.path] ?? '')
        if (fault !== undefined) changeDraft(id, ({ faults }) => ({ faults: { ...faults, [field.path]: fault } }))
      }}
    />
  )
  const panel = (
    <AccountTestPanel
      test={draft.test}
      transport={transport}
      typed={{ hasPassword, proxy: String(values['proxy']) }}
      onTest={test}
      onMend={focusField}
    />
  )
  const actions = (
    <div className={classes['actions']}>
      {changed ? (
        <Button size="medium" onClick={() => clearDraft(id)} test="undo-changes">
          {t('account.undoChanges')}
        </Button>
      ) : (
        !beside && (
          <Button size="medium" onClick={test} test="test-account">
            {t('accountTest.run')}
          </Button>
        )
      )}
      <Button size="medium" kind="primary" disabled={saving} onClick={() => void save()} test="save-account">
        {t('account.save')}
      </Button>
    </div>
  )
  const name = account === undefined ? '' : accountName(account)
  return (
    <div className={classes['accountPage']} data-beside={beside || undefined}>
      <div ref={form} className={classes['form']} data-test="account-form">
        <div className={classes['formHead']}>
          <h1 className={classes['pageTitle']}>{name === '' ? t('account.new') : t('account.slot', { name })}</h1>
          <span className={classes['enabled']}>
            <span aria-hidden>{enabledLabel}</span>
            <Switch
              aria-label={enabledLabel}
              checked={values['enabled'] === true}
              onChange={({ currentTarget }) => typeInDraft(id, 'enabled', currentTarget.checked)}
            />
          </span>
        </div>
        {account !== undefined && <RegistrationNote account={account} />}
        <ProblemNote what={['account']} />
        {!beside && draft.test !== undefined && <div className={classes['testAbove']}>{panel}</div>}
        {accountFields.slice(0, firstFields).map(row)}
        <hr className={classes['rule']} />
        {accountFields.slice(firstFields).map(row)}
        {account !== undefined && <Fate account={account} />}
      </div>
      {beside ? (
        <aside className={classes['beside']}>
          {panel}
          <div className={classes['gap']} />
          {actions}
        </aside>
      ) : (
        actions
      )}
    </div>
  )
}

const enabledLabel = 'Enabled'

/** What Default means now, in place of the help while it is chosen. */
function DefaultMeaning({
  field,
  values,
  defaults,
}: {
  field: Field
  values: Values
  defaults: Settings['defaults']
}): ReactNode {
  const { t, i18n } = useTranslation()
  const meaning = meaningOfDefault(field.path, values, defaults)
  const help = `field.${field.path}`
  return (
    <>
      {i18n.exists(help) && t(help as 'close')}
      {meaning !== undefined &&
        ` ${t(meaning.always ? 'defaultMeaning.always' : 'defaultMeaning.never', { why: t(`defaultMeaning.${meaning.why}`) })}`}
    </>
  )
}

/** Whether it is the one that calls are made with, and whether it is to stay. */
function Fate({ account }: { account: Account }) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  const remove = () => {
    if (!asked) return setAsked(true)
    clearDraft(account.id)
    show({ settingsPage: undefined })
    void removeAccount(account.id)
  }
  return (
    <div className={classes['fate']}>
      {account.isDefault ? (
        <p className={classes['help']}>{t('account.isDefault')}</p>
      ) : (
        <Button onClick={() => void makeDefault(account.id)} test="make-default">
          {t('account.makeDefault')}
        </Button>
      )}
      <Button kind="bare" icon={Trash2} className={classes['remove'] ?? ''} onClick={remove} test="remove-account">
        {asked ? t('account.reallyRemove') : t('account.remove')}
      </Button>
    </div>
  )
}
