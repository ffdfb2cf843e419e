import { FolderOpen, Search, TriangleAlert, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../controls/button.tsx'
import { Keys } from '../controls/keys.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { useEscape } from '../shell/escape.ts'
import { keysFor } from '../shell/shortcuts.ts'
import type { Entry } from './conversations.ts'
import { ExportMenu } from './export-menu.tsx'
import { change, openFiles, type TraceFilter, useTrace } from './state.ts'
import classes from './trace.module.css'

const typingMs = 120

/** Search in all that was said, what to show, files in and out. */
export function Toolbar({ entry, wide }: { entry: Entry | undefined; wide: boolean }) {
  const { t } = useTranslation()
  const search = useTrace(({ search }) => search)
  const filter = useTrace(({ filter }) => filter)
  const [text, setText] = useState(search)
  const files = useRef<HTMLInputElement>(null)
  useEffect(() => setText(search), [search])
  useEffect(() => {
    if (text === search) return undefined
    const timer = setTimeout(() => change({ search: text }), typingMs)
    return () => clearTimeout(timer)
  }, [text, search])
  const clear = () => {
    setText('')
    change({ search: '' })
  }
  useEscape(text !== '', clear)
  return (
    <div className={classes['toolbar']}>
      <div className={classes['search']}>
        <Search size={16} />
        <input
          data-search-field
          type="text"
          aria-label={t('trace.search')}
          placeholder={t('trace.search')}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {text === '' ? (
          wide && <Keys keys={keysFor('search')} />
        ) : (
          <IconButton icon={X} iconSize={16} label={t('trace.clearSearch')} onClick={clear} />
        )}
      </div>
      <Segmented<TraceFilter>
        small
        label={t('trace.filter')}
        value={filter}
        choices={[
          { value: 'all', label: t('trace.all') },
          { value: 'calls', label: t('trace.calls') },
          { value: 'registrations', label: t('trace.registrations') },
          {
            value: 'problems',
            label: (
              <span className={classes['withSign']}>
                <TriangleAlert size={14} />
                {t('trace.problems')}
              </span>
            ),
          },
        ]}
        onChange={(filter) => change({ filter })}
      />
      <span className={classes['grow']} />
      <input
        ref={files}
        type="file"
        hidden
        multiple
        accept=".pcap,.pcapng,.cap"
        data-test="capture-file"
        onChange={({ target }) => {
          void openFiles([...(target.files ?? [])])
          target.value = ''
        }}
      />
      <Button icon={FolderOpen} onClick={() => files.current?.click()} test="open-capture">
        {t('trace.open')}
      </Button>
      <ExportMenu entry={entry} />
    </div>
  )
}
