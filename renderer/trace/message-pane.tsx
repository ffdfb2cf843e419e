import { Tabs } from '@mantine/core'
import { ArrowLeft, ArrowRight } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { exchangesOf } from '../../electron/dissect/exchanges.ts'
import { CopyButton } from '../controls/copy-button.tsx'
import { plainText } from '../text/plain-text.ts'
import type { Entry } from './conversations.ts'
import { DigestView } from './digest-view.tsx'
import { Explained } from './explained.tsx'
import { change, type MessagePaneTab, useTrace } from './state.ts'
import { SdpView } from './sdp-view.tsx'
import { Story } from './story.tsx'
import { provesIn } from './proves.ts'
import classes from './message.module.css'

/** What a conversation tells, and one message of it: explained, as sent, its digest, its session description. */
export function MessagePane({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  const id = useTrace(({ message }) => message)
  const tab = useTrace(({ tab }) => tab)
  const { steps } = entry.conversation
  const step = steps.find(({ read }) => read.message.id === id)
  const read = step?.read
  const digest = step === undefined ? undefined : provesIn(step, steps)
  const exchange =
    step === undefined
      ? undefined
      : exchangesOf(steps).find(({ offer, answer }) => offer.step === step || answer?.step === step)
  const shown: MessagePaneTab = step === undefined ? 'story' : tab
  const Icon = read?.message.direction === 'in' ? ArrowLeft : ArrowRight
  return (
    <div className={classes['pane']} data-message-pane data-test="message-pane">
      {read !== undefined && (
        <div className={classes['head']}>
          <Icon size={16} />
          <h2 className={classes['startLine']}>{plainText(read.startLine, 200)}</h2>
          <CopyButton text={read.message.text} label={t('trace.copy')} />
        </div>
      )}
      <Tabs
        value={shown}
        onChange={(value) => change({ tab: value as MessagePaneTab })}
        keepMounted={false}
        classNames={{
          root: classes['tabs'] ?? '',
          list: classes['tabList'] ?? '',
          tab: classes['tab'] ?? '',
          panel: classes['panel'] ?? '',
        }}
      >
        <Tabs.List aria-label={t('trace.message')}>
          <Tabs.Tab value="story">{t('trace.tab.story')}</Tabs.Tab>
          {step !== undefined && (
            <>
              <Tabs.Tab value="explained">{t('trace.tab.explained')}</Tabs.Tab>
              <Tabs.Tab value="text">{t('trace.tab.text')}</Tabs.Tab>
              <Tabs.Tab value="digest" data-without={digest === undefined || undefined}>
                {t('trace.tab.digest')}
              </Tabs.Tab>
              <Tabs.Tab value="sdp" data-without={exchange === undefined || undefined}>
                {t('trace.tab.sdp')}
              </Tabs.Tab>
            </>
          )}
        </Tabs.List>
        <Tabs.Panel value="story" tabIndex={0}>
          <Story entry={entry} />
        </Tabs.Panel>
        {step !== undefined && (
          <>
            <Tabs.Panel value="explained" tabIndex={0}>
              <Explained step={step} conversation={entry.conversation} />
            </Tabs.Panel>
            <Tabs.Panel value="text">
              <pre className={classes['text']} tabIndex={0} aria-label={t('trace.tab.text')} data-test="message-text">
                {step.read.message.text.replaceAll('\r\n', '\n')}
              </pre>
            </Tabs.Panel>
            <Tabs.Panel value="digest" tabIndex={0}>
              {digest === undefined ? (
                <None />
              ) : (
                <DigestView key={digest.read.message.id} step={digest} steps={steps} />
              )}
            </Tabs.Panel>
            <Tabs.Panel value="sdp" tabIndex={0}>
              {exchange === undefined ? <None /> : <SdpView exchange={exchange} />}
            </Tabs.Panel>
          </>
        )}
      </Tabs>
    </div>
  )
}

function None() {
  const { t } = useTranslation()
  return <p className={classes['none']}>{t('trace.none')}</p>
}
