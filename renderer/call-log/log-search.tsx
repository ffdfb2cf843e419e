import { Download, Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { Keys } from '../controls/keys.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { useEscape } from '../shell/escape.ts'
import { keysFor } from '../shell/shortcuts.ts'
import { lookFor, useLog } from '../state/call-log.ts'
import { useWide } from '../shell/use-wide.ts'
import { exportLog } from './export-log.ts'
import classes from './call-log.module.css'

const typingMs = 120

/** Search and filter. The search waits for a short rest of the typing hand. */
export function LogSearch() {
  const { t } = useTranslation()
  const wide = useWide()
  const { search, filter, unseen } = useLog()
  const [text, setText] = useState(search)
  /** What this field has looked for itself: only what others look for takes the place of what is being typed. */
  const own = useRef(search)
  const look = (search: string) => {
    own.current = search
    lookFor({ search })
  }
  useEffect(() => {
    if (search === own.current) return
    own.current = search
    setText(search)
  }, [search])
  useEffect(() => {
    if (text === search) return undefined
    const timer = setTimeout(() => look(text), typingMs)
    return () => clearTimeout(timer)
  }, [text, search])
  const clear = () => {
    setText('')
    look('')
  }
  useEscape(text !== '', clear)
  return (
    <div className={classes['head']}>
      <div className={classes['search']}>
        <Search size={16} />
        <input
          data-search-field
          type="text"
          aria-label={t('log.search')}
          placeholder={t('log.search')}
          autoComplete="off"
          spellCheck={false}
          maxLength={256}
          value={text}
          onChange={({ target }) => setText(target.value)}
        />
        {text === '' ? (
          wide && <Keys keys={keysFor('search')} />
        ) : (
          <IconButton icon={X} iconSize={16} label={t('log.clearSearch')} onClick={clear} />
        )}
      </div>
      <div className={classes['filters']}>
        <Segmented
          small
          label={t('log.filter')}
          value={filter}
          choices={[
            { value: 'all', label: t('log.all') },
            {
              value: 'missed',
              label: (
                <>
                  {t('log.missed')}
                  {unseen > 0 && <span className={classes['badge']}>{unseen > 99 ? '99+' : unseen}</span>}
                </>
              ),
            },
            { value: 'outgoing', label: t('log.out') },
            { value: 'incoming', label: t('log.in') },
          ]}
          onChange={(filter) => lookFor({ filter })}
        />
        <IconButton
          icon={Download}
          iconSize={16}
          label={t('log.export')}
          onClick={() => void exportLog()}
          test="export-log"
        />
      </div>
    </div>
  )
}
