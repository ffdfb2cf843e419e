import { Check, CircleAlert, Phone, Send, Trash2 } from 'lucide-react'
import { Fragment, useEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation, TextMessage } from '../../electron/ipc/contract.ts'
import { useParties } from '../contacts/use-parties.ts'
import { Address } from '../controls/address.tsx'
import { Avatar } from '../controls/avatar.tsx'
import { Button, IconButton } from '../controls/button.tsx'
import { Name } from '../controls/name.tsx'
import { adviceOnFailure, adviceOnStatus } from '../explain/advice.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { useLog } from '../state/call-log.ts'
import { dial } from '../state/commands.ts'
import {
  loadOlder,
  type OpenConversation,
  removeConversation,
  sendAgain,
  sendMessage,
  useMessages,
} from '../state/messages.ts'
import { useMessageSearch } from '../state/message-search.ts'
import { dayKey, dayText, daysAgo, timeText } from '../text/dates.ts'
import { readableText } from '../text/readable-text.ts'
import { CallChip } from './call-chip.tsx'
import { itemKey, threadItems } from './thread-items.ts'
import { bytesOf, countFrom, longest, withinDatagram } from './size.ts'
import classes from './messages.module.css'

/** What was written to and by somebody, each with what became of it, and the field for the next. */
export function Thread({ open, conversation }: { open: OpenConversation; conversation: Conversation | undefined }) {
  const { t } = useTranslation()
  const partyIn = useParties()
  const { uri } = open
  const messages = useMessages(({ thread }) => thread)
  const complete = useMessages(({ complete }) => complete)
  const recent = useLog(({ recent }) => recent)
  const items = useMemo(
    () => threadItems(messages, complete, open.with, recent),
    [messages, complete, open.with, recent],
  )
  const newest = items.slice(-1).map(itemKey)[0]
  const displayName = conversation?.displayName
  const party = partyIn({
    remote: { uri, ...(displayName !== undefined && { displayName }) },
    accountId: conversation?.last.accountId,
  })
  const text = useMessages(({ drafts }) => drafts[open.with] ?? '')
  const type = (typed: string) => useMessages.setState(({ drafts }) => ({ drafts: { ...drafts, [open.with]: typed } }))
  const bytes = bytesOf(text)
  const end = useRef<HTMLDivElement>(null)
  const chosen = useMessageSearch(({ chosen }) => chosen)
  const found = messages.some(({ id }) => id === chosen) ? chosen : undefined
  useEffect(() => {
    // Newer browsers give a promise here, which is no clean-up.
    void end.current?.scrollIntoView({ block: 'end' })
  }, [newest])
  useEffect(() => {
    if (found !== undefined)
      void end.current?.parentElement?.querySelector('[data-found]')?.scrollIntoView({ block: 'center' })
  }, [found])
  const send = () => {
    if (text.trim() === '' || bytes > longest) return
    type('')
    void sendMessage(uri, text)
  }
  return (
    <div className={classes['thread']} data-test="thread">
      <header className={classes['threadHead']}>
        <Avatar party={party} />
        <div className={classes['words']}>
          <h1 className={classes['title']}>
            <Name text={party.title} />
          </h1>
          {party.name !== '' && <Address address={party.address} className={classes['address'] ?? ''} />}
        </div>
        {conversation !== undefined && (
          <IconButton
            icon={Trash2}
            label={t('messages.delete')}
            onClick={() => removeConversation(open.with)}
            test="delete-conversation"
          />
        )}
        <Button kind="go" icon={Phone} onClick={() => void dial(uri)} test="call-back">
          {t('dial.call')}
        </Button>
      </header>
      <div className={classes['bubbles']} role="log" tabIndex={0} aria-label={t('messages.conversation')}>
        {items.length === 0 && <p className={classes['nothing']}>{t('messages.noneYet')}</p>}
        {!complete && (
          <div className={classes['day']}>
            <Button kind="bare" size="small" onClick={() => void loadOlder()} test="older-messages">
              {t('messages.older')}
            </Button>
          </div>
        )}
        {items.map((item, index) => (
          <Fragment key={itemKey(item)}>
            {dayKey(item.at) !== dayKey(items[index - 1]?.at ?? '') && <Day at={item.at} />}
            {item.kind === 'call' ? (
              <CallChip call={item.call} />
            ) : (
              <Bubble message={item.message} found={item.message.id === found} />
            )}
          </Fragment>
        ))}
        <div ref={end} />
      </div>
      <ProblemNote what={['message']} />
      <form
        className={classes['write']}
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <textarea
          aria-label={t('messages.write')}
          placeholder={t('messages.write')}
          rows={2}
          autoFocus
          value={text}
          data-bad={bytes > longest || undefined}
          onChange={({ target }) => type(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
            event.preventDefault()
            send()
          }}
        />
        <Button kind="primary" icon={Send} disabled={text.trim() === '' || bytes > longest} onClick={send} test="send">
          {t('messages.send')}
        </Button>
        <p className={classes['counter']}>
          <span>{t('messages.keys')}</span>
          {bytes >= countFrom && (
            <span role="status">
              {bytes > longest
                ? t('messages.tooLong', { bytes, longest })
                : bytes > withinDatagram
                  ? t('messages.asTcp', { bytes })
                  : t('messages.bytes', { bytes, most: withinDatagram })}
            </span>
          )}
        </p>
      </form>
    </div>
  )
}

function Day({ at }: { at: string }) {
  const { t, i18n } = useTranslation()
  const now = Date.now()
  const ago = daysAgo(at, now)
  return (
    <div className={classes['day']}>
      {ago === 0 ? t('log.today') : ago === 1 ? t('log.yesterday') : dayText(at, i18n.language, now)}
    </div>
  )
}

function Bubble({ message, found }: { message: TextMessage; found: boolean }) {
  const { i18n } = useTranslation()
  const { direction, text, at, delivery } = message
  return (
    <div
      className={classes['one']}
      data-direction={direction}
      data-failed={delivery?.state === 'failed' || undefined}
      data-found={found || undefined}
    >
      <bdi className={classes['bubble']}>{readableText(text)}</bdi>
      <div className={classes['below']}>
        <span>{timeText(at, i18n.language)}</span>
        {delivery !== undefined && <DeliveryWords message={message} />}
      </div>
    </div>
  )
}

function DeliveryWords({ message }: { message: TextMessage }) {
  const { t, i18n } = useTranslation()
  const { delivery } = message
  if (delivery?.state === 'sending') return <span data-test="delivery">{t('messages.sending')}</span>
  if (delivery?.state === 'accepted') {
    return (
      <span className={classes['accepted']} data-test="delivery">
        <Check size={12} />
        {t('messages.accepted', { code: delivery.code })}
      </span>
    )
  }
  const { code, error } = delivery ?? {}
  const advice = code === undefined ? adviceOnFailure(error ?? '', i18n.language) : adviceOnStatus(code, i18n.language)
  const meaning = advice?.meaning ?? t('messages.notDelivered')
  return (
    <span className={classes['failed']} data-test="delivery">
      <CircleAlert size={12} />
      {code === undefined ? meaning : t('explain.withCode', { code, sentence: meaning })}
      <Button kind="bare" size="small" onClick={() => void sendAgain(message)} test="send-again">
        {t('messages.sendAgain')}
      </Button>
    </span>
  )
}
