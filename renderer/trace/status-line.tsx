import { ShieldCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Lamp } from '../controls/lamp.tsx'
import type { Entry } from './conversations.ts'
import { useTrace } from './state.ts'
import classes from './trace.module.css'

/** Whether it records, what is looked at, and what is never written down. */
export function StatusLine({ entry }: { entry: Entry | undefined }) {
  const { t } = useTranslation()
  const recording = useTrace(({ recording }) => recording)
  const count = useTrace(({ live }) => live.length)
  const message = useTrace(({ message }) => message)
  const at = entry?.conversation.steps.findIndex(({ read }) => read.message.id === message) ?? -1
  const read = entry?.conversation.steps[at]?.read
  return (
    <div className={classes['status']}>
      <span className={classes['statusPart']}>
        <Lamp state={recording ? 'ok' : 'off'} />
        <span>{recording ? t('trace.recording', { n: count }) : t('trace.notRecording')}</span>
      </span>
      {read !== undefined && (
        <span className={classes['statusPart']}>
          {t('trace.position', { n: at + 1, all: entry?.conversation.steps.length ?? 0 })}
          {` \u00b7 ${read.message.transport.toUpperCase()} \u00b7 `}
          {t('trace.bytes', { n: new TextEncoder().encode(read.message.text).byteLength })}
        </span>
      )}
      <span className={classes['statusEnd']}>
        <ShieldCheck size={14} />
        <span>{t('trace.neverWritten')}</span>
      </span>
    </div>
  )
}
