import { VisuallyHidden } from '@mantine/core'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { useEscape } from '../shell/escape.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { forgetUnseen, markSeen, useLog } from '../state/call-log.ts'
import { show, useNavigation } from '../state/navigation.ts'
import { CallDetails } from './details.tsx'
import { LogList } from './log-list.tsx'
import { LogSearch } from './log-search.tsx'
import { Undo } from './undo.tsx'
import classes from './call-log.module.css'

/** Who called, what failed and why. Narrow: the details slide over the list, with a way back. */
export function CallLog({ wide }: { wide: boolean }) {
  const { t } = useTranslation()
  const openEntry = useNavigation(({ openEntry }) => openEntry)
  const entry = useLog(
    ({ entries, recent }) => entries.find(({ id }) => id === openEntry) ?? recent.find(({ id }) => id === openEntry),
  )
  const removing = useLog(({ removing }) => removing)
  const unseen = useLog(({ unseen }) => unseen)
  const back = useRef<HTMLDivElement>(null)
  const opened = entry !== undefined && !removing.includes(entry.id) ? entry : undefined
  const over = !wide && opened !== undefined
  const close = () => show({ openEntry: undefined })
  useEscape(opened !== undefined, close)
  useEffect(() => {
    if (unseen > 0) markSeen()
  }, [unseen])
  useEffect(() => forgetUnseen, [])
  useEffect(() => {
    if (over) back.current?.querySelector('button')?.focus()
  }, [over])
  return (
    <div className={classes['log']} data-wide={wide || undefined} data-test="call-log">
      <section className={classes['pane']} data-pane tabIndex={-1} hidden={over} aria-label={t('log.title')}>
        <VisuallyHidden component="h1">{t('log.title')}</VisuallyHidden>
        <LogSearch />
        <ProblemNote what={['log', 'dial']} />
        <LogList />
      </section>
      {(wide || over) && (
        <section className={classes['details']} data-pane tabIndex={-1} aria-label={t('log.details')}>
          {over && (
            <div ref={back} className={classes['back']}>
              <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={close} test="back" />
              <span className={classes['backTitle']}>{t('log.details')}</span>
            </div>
          )}
          {opened === undefined ? (
            <p className={classes['nothingOpen']}>{t('log.choose')}</p>
          ) : (
            <CallDetails key={opened.id} entry={opened} />
          )}
        </section>
      )}
      <Undo />
    </div>
  )
}
