import { Check, CircleX, Info } from 'lucide-react'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { messagesOf } from '../../electron/dissect/conversation.ts'
import { ladderPlan } from '../../electron/dissect/rungs.ts'
import { Button } from '../controls/button.tsx'
import { Segmented } from '../controls/segmented.tsx'
import type { Entry } from './conversations.ts'
import { Facts } from './facts.tsx'
import { Ladder } from './ladder.tsx'
import { Legend } from './legend.tsx'
import { TextView } from './text-view.tsx'
import { RtpView } from './rtp-view.tsx'
import { change, type TraceView, useTrace } from './state.ts'
import { titleOf } from './words.ts'
import classes from './trace.module.css'

/** One conversation: its messages as a ladder or a list, and when what happened. */
export function LadderPane({ entry, wide }: { entry: Entry; wide: boolean }) {
  const { t } = useTranslation()
  const view = useTrace(({ view }) => view)
  const plan = useMemo(() => ladderPlan(entry.conversation), [entry.conversation])
  const messages = useMemo(() => messagesOf(entry.conversation), [entry.conversation])
  const { state } = entry.outline
  const good = state === 'answered' || state === 'ended' || state === 'good'
  return (
    <>
      <div className={classes['paneHead']}>
        <h2 className={classes['paneTitle']}>{titleOf(entry.outline)}</h2>
        {state !== 'open' && (
          <span className={classes[good ? 'chipGo' : 'chipStop']}>
            {good ? <Check size={14} /> : <CircleX size={14} />}
            {good ? t(entry.outline.kind === 'call' ? 'trace.answered' : 'trace.accepted') : t('trace.failed')}
          </span>
        )}
        <span className={classes['grow']} />
        {!wide && (
          <Button size="small" icon={Info} onClick={() => change({ paneOpen: true, tab: 'story' })} test="open-story">
            {t('trace.tab.story')}
          </Button>
        )}
        <Segmented<TraceView>
          small
          label={t('trace.view')}
          value={view}
          choices={[
            { value: 'ladder', label: t('trace.ladder') },
            { value: 'list', label: t('trace.listView') },
            { value: 'text', label: t('trace.tab.text') },
            { value: 'rtp', label: t('trace.rtp.view') },
          ]}
          onChange={(view) => change({ view })}
        />
      </div>
      {view === 'rtp' ? (
        <RtpView entry={entry} />
      ) : view === 'text' ? (
        <TextView messages={messages} label={t('trace.tab.text')} />
      ) : (
        <Ladder plan={plan} view={view} wide={wide} />
      )}
      {view !== 'rtp' && view !== 'text' && <Facts conversation={entry.conversation} />}
      {view === 'ladder' && wide && <Legend />}
    </>
  )
}
