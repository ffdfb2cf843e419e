import { Check, CircleAlert, CircleHelp } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { labPatches, type LabRow, readLabTable } from '../settings/lab-table.ts'
import { useFieldTexts } from '../settings/use-field-texts.ts'
import { saveAccount } from '../state/accounts.ts'
import { saveSetting } from '../state/commands.ts'
import { show } from '../state/navigation.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './first-run.module.css'

const example = `Display Name: 1001
Username: 1001
Password: 1001
Domain/Realm: 192.168.11.175
SIP Proxy: 192.168.11.175:5060
Register: Always
Listen SIP Port: 50600
Listen RTP Port: 8000
Reregister Proxy: 180`

/** The table of a lab sheet, pasted or typed: each line with what it is understood as, then kept all at once. */
export function LabForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const [refused, setRefused] = useState<string>()
  const rows = readLabTable(text)
  const good = rows.filter(({ kind }) => kind === 'good').length
  const apply = async () => {
    if (good === 0) return
    const { account, settings } = labPatches(rows)
    setRefused(undefined)
    if (Object.keys(settings).length > 0 && !(await saveSetting(settings))) return setRefused('')
    if (Object.keys(account).length > 0) {
      const saved = await saveAccount(account)
      if (!('account' in saved)) return setRefused(saved.field ?? '')
      show({ settingsPage: `account:${saved.account.id}` })
    }
    onDone()
  }
  return (
    <div className={classes['lab']} data-test="lab-form">
      <label className={classes['labelled']}>
        {t('lab.paste')}
        <textarea
          rows={7}
          spellCheck={false}
          maxLength={20_000}
          placeholder={example}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
      </label>
      {rows.length > 0 && (
        <ul className={classes['rows']} data-test="lab-rows">
          {rows.map((row, index) => (
            <Row key={`${index} ${row.text}`} row={row} />
          ))}
        </ul>
      )}
      {refused !== undefined && (
        <p className={classes['bad']} role="alert">
          {t('invalid.phone')} {plainText(refused, 60)}
        </p>
      )}
      <Button kind="primary" size="medium" disabled={good === 0} onClick={() => void apply()} test="apply-lab">
        {t('lab.apply', { n: good })}
      </Button>
      <p className={classes['help']}>{t('lab.help')}</p>
    </div>
  )
}

function Row({ row }: { row: LabRow }) {
  const { t } = useTranslation()
  const { labelOf } = useFieldTexts()
  const Icon = row.kind === 'good' ? Check : row.kind === 'wrong' ? CircleAlert : CircleHelp
  return (
    <li className={classes['understood']} data-kind={row.kind}>
      <Icon size={16} />
      {row.kind === 'unknown' ? (
        <span>{t('lab.unknown', { text: plainText(row.text, 60) })}</span>
      ) : (
        <>
          <span className={classes['name']}>{labelOf(row.field)}</span>
          <span className={classes['value']}>
            {row.kind === 'good'
              ? plainText(row.shown, 60)
              : t(`invalid.${row.fault}`, 'least' in row.field.kind ? { ...row.field.kind } : {})}
          </span>
        </>
      )}
    </li>
  )
}
