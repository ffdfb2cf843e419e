import { Switch } from '@mantine/core'
import { ArrowLeft, CircleAlert, Download } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DiagnosticsFile } from '../../electron/ipc/contract.ts'
import { Button, IconButton } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { useEscape } from '../shell/escape.ts'
import { phone } from '../state/connection.ts'
import { saveFile } from '../text/save-file.ts'
import classes from './bundle.module.css'
import { bytesOfBase64 } from './save.ts'
import { change } from './state.ts'

/** More of a file is not shown, characters. */
const mostShown = 200_000

const close = () => change({ bundle: false })

/** What a bundle for whoever is to find a fault holds, file by file, before it is saved. */
export function Bundle() {
  const { t, i18n } = useTranslation()
  const [redact, setRedact] = useState(true)
  const [files, setFiles] = useState<readonly DiagnosticsFile[] | undefined>(undefined)
  const [chosen, setChosen] = useState('README.txt')
  const [failed, setFailed] = useState(false)
  useEscape(true, close)
  useEffect(() => {
    let wanted = true
    phone()
      .request('diagnostics.preview', { redact })
      .then(({ files }) => wanted && setFiles(files))
      .catch(() => wanted && setFailed(true))
    return () => {
      wanted = false
    }
  }, [redact])
  const save = async () => {
    try {
      const answer = await phone().request('diagnostics.export', { redact })
      if ('base64' in answer) saveFile('dialtone-diagnostics.tar.gz', 'application/gzip', bytesOfBase64(answer.base64))
    } catch {
      setFailed(true)
    }
  }
  const file = files?.find(({ name }) => name === chosen) ?? files?.[0]
  const size = new Intl.NumberFormat(i18n.language)
  return (
    <section
      className={classes['bundle']}
      data-pane
      tabIndex={-1}
      aria-label={t('trace.bundle.title')}
      data-test="bundle"
    >
      <div className={classes['head']}>
        <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={close} test="bundle-back" />
        <h2>{t('trace.bundle.title')}</h2>
        <span className={classes['grow']} />
        <Switch
          label={t('trace.bundle.redact')}
          checked={redact}
          data-test="bundle-redact"
          onChange={({ currentTarget }) => {
            setFiles(undefined)
            setRedact(currentTarget.checked)
          }}
        />
        <Button
          icon={Download}
          kind="primary"
          disabled={files === undefined}
          onClick={() => void save()}
          test="bundle-save"
        >
          {t('trace.bundle.save')}
        </Button>
      </div>
      <p className={classes['what']}>{t('trace.bundle.what')}</p>
      {!redact && (
        <Note tone="stop" icon={CircleAlert} className={classes['note'] ?? ''} test="bundle-whole">
          {t('trace.bundle.whole')}
        </Note>
      )}
      {failed && (
        <Note tone="stop" icon={CircleAlert} className={classes['note'] ?? ''} test="bundle-failed">
          {t('trace.bundle.failed')}
        </Note>
      )}
      <div className={classes['panes']}>
        <ul className={classes['files']}>
          {files?.map(({ name, size: octets }) => (
            <li key={name}>
              <button
                type="button"
                aria-pressed={name === file?.name}
                onClick={() => setChosen(name)}
                data-test="bundle-file"
              >
                <span>{name}</span>
                <span className={classes['size']}>{t('trace.bytes', { n: size.format(octets) })}</span>
              </button>
            </li>
          ))}
        </ul>
        <pre className={classes['text']} tabIndex={0} aria-label={file?.name ?? ''} data-test="bundle-text">
          {file === undefined
            ? t('trace.bundle.reading')
            : file.text === undefined
              ? t('trace.bundle.notText')
              : file.text.slice(0, mostShown) + (file.text.length > mostShown ? `\n${t('trace.bundle.more')}` : '')}
        </pre>
      </div>
    </section>
  )
}
