import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Settings } from '../../electron/ipc/contract.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { saveSetting } from '../state/commands.ts'
import { type Field, patchOf, type Value, valuesOf } from './field.ts'
import { FieldRow } from './field-row.tsx'
import { LookPage } from './look-page.tsx'
import { type Page, phoneFields } from './phone-fields.ts'
import { SoundPage } from './sound-page.tsx'
import { type Fault, faultOf } from './validate.ts'
import classes from './settings.module.css'

/** One page of what the phone keeps beside the accounts. Every change is saved at once. */
export function PhonePage({ page, settings }: { page: Page; settings: Settings }) {
  const { t } = useTranslation()
  return (
    <div className={classes['form']} data-test={`page-${page}`}>
      <div className={classes['formHead']}>
        <h1 className={classes['pageTitle']}>{t(`pages.${page}`)}</h1>
      </div>
      {page === 'network' && <p className={classes['pageHelp']}>{t('settings.fromNextStart')}</p>}
      <ProblemNote what={['settings']} />
      {page === 'audio' && <SoundPage audio={settings.audio} />}
      {page === 'look' && <LookPage settings={settings} />}
      {phoneFields[page].map((field) => (
        <SettingRow key={field.path} field={field} settings={settings} />
      ))}
    </div>
  )
}

/** Holds what is typed until the field is left and the phone has taken it. */
function SettingRow({ field, settings }: { field: Field; settings: Settings }) {
  const kept = valuesOf(settings, [field])[field.path] ?? ''
  const [typed, setTyped] = useState<Value>()
  const [fault, setFault] = useState<Fault>()
  const inText = typeof kept === 'string' && field.kind.type !== 'choice'
  const save = async (value: Value) => {
    const wrong = faultOf(field, value)
    setFault(wrong)
    if (wrong !== undefined) return setTyped(value)
    if (value === kept) return setTyped(undefined)
    const taken = await saveSetting(patchOf({ [field.path]: value }, [field]))
    if (taken) setTyped(undefined)
    else {
      setTyped(value)
      setFault('phone')
    }
  }
  return (
    <FieldRow
      field={field}
      value={typed ?? kept}
      fault={fault}
      onChange={(value) => {
        setFault(undefined)
        if (inText) setTyped(value)
        else void save(value)
      }}
      onDone={inText && typed !== undefined ? () => void save(typed) : undefined}
    />
  )
}
