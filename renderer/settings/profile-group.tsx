import { Download, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { FileInput } from '../controls/file-input.tsx'
import { exportProfile, type Imported, importProfile } from '../state/profile.ts'
import classes from './settings.module.css'

/** The profile as a file, to be taken to another computer. */
export function ProfileGroup() {
  const { t } = useTranslation()
  const file = useRef<HTMLInputElement>(null)
  const [imported, setImported] = useState<Imported>()
  const take = async (chosen: File | undefined) => {
    if (chosen !== undefined) setImported(await importProfile(await chosen.text()))
  }
  return (
    <section className={classes['group']}>
      <h2 className={classes['groupTitle']}>{t('profile.title')}</h2>
      <p className={classes['help']}>{t('profile.help')}</p>
      <div className={classes['actions']}>
        <Button icon={Download} onClick={() => void exportProfile()} test="export-profile">
          {t('profile.export')}
        </Button>
        <Button icon={Upload} onClick={() => file.current?.click()} test="import-profile">
          {t('profile.import')}
        </Button>
      </div>
      <FileInput
        ref={file}
        accept=".json,application/json"
        label={t('profile.import')}
        test="profile-file"
        onPick={([picked]) => void take(picked)}
      />
      {imported !== undefined && (
        <p role="status" className={classes['notice']} data-test="profile-imported">
          {imported.kind === 'noProfile'
            ? t('profile.noProfile')
            : t('profile.imported', { accounts: imported.accounts, refused: imported.refused })}
        </p>
      )}
    </section>
  )
}
