import { useTranslation } from 'react-i18next'
import { type Conversation, whoSent } from '../../electron/dissect/conversation.ts'
import { callStoryOf } from '../../electron/dissect/explain/call-story.ts'
import { plainText } from '../text/plain-text.ts'
import { clockText } from './words.ts'
import classes from './trace.module.css'

/** Of a call: when it began, how long it took to ring and to be answered, and who ended it. */
export function Facts({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation()
  const story = callStoryOf(conversation)
  if (story === undefined) return null
  const began = story.attempts[0]?.read.message
  const rang = story.provisional.find(({ read }) => (read.message.code ?? 0) > 100)?.read.message
  const { final, bye } = story
  const answered = final !== undefined && (final.read.message.code ?? 0) < 300 ? final.read.message : undefined
  const since = (at: number | undefined) => (at === undefined ? '\u2013' : waitText(at - (began?.monotonicMs ?? at)))
  const who = bye === undefined ? undefined : whoSent(bye.read, conversation)
  const ended = who === undefined ? '\u2013' : typeof who === 'string' ? plainText(who, 40) : t('trace.thisPhone')
  const facts = [
    [t('trace.facts.started'), clockText(began?.at ?? '')],
    [t('trace.facts.ringing'), since(rang?.monotonicMs)],
    [t('trace.facts.answered'), since(answered?.monotonicMs)],
    [t('trace.facts.ended'), ended],
  ] as const
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

function waitText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`
}
