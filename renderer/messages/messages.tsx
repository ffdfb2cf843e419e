import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Avatar } from '../controls/avatar.tsx'
import { Button, IconButton } from '../controls/button.tsx'
import { homeOf } from '../dialer/home.ts'
import { readTarget } from '../dialer/read-target.ts'
import { useEscape } from '../shell/escape.ts'
import { defaultAccountOf, useAccounts } from '../state/accounts.ts'
import { addressKey, type Conversation, conversationsOf, markRead, useMessages } from '../state/messages.ts'
import { useContactNames } from '../contacts/use-contact-names.ts'
import { timeText } from '../text/dates.ts'
import { partyOf } from '../text/party.ts'
import { plainText } from '../text/plain-text.ts'
import { Thread } from './thread.tsx'
import classes from './messages.module.css'

/** Conversations, the newest first, and the one that is open. */
export function Messages({ wide }: { wide: boolean }) {
  const { t } = useTranslation()
  const { messages, read, open } = useMessages()
  const conversations = useMemo(() => conversationsOf(messages, read), [messages, read])
  const opened =
    open === undefined
      ? undefined
      : (conversations.find((one) => one.with === open) ?? { with: open, uri: open, messages: [], unread: 0 })
  const over = !wide && opened !== undefined
  const close = () => useMessages.setState({ open: undefined })
  useEscape(opened !== undefined, close)
  useEffect(() => {
    if (opened !== undefined && opened.unread > 0) markRead(opened.with)
  }, [opened])
  return (
    <div className={classes['messages']} data-wide={wide || undefined} data-test="messages">
      <section className={classes['pane']} data-pane tabIndex={-1} hidden={over} aria-label={t('tab.messages')}>
        <VisuallyHidden component="h1">{t('tab.messages')}</VisuallyHidden>
        <NewMessage />
        {conversations.length === 0 ? (
          <p className={classes['nothing']}>{t('messages.empty')}</p>
        ) : (
          <ul className={classes['list']} aria-label={t('tab.messages')}>
            {conversations.map((one) => (
              <li key={one.with}>
                <ConversationRow conversation={one} selected={one.with === open} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {(wide || over) && (
        <section className={classes['details']} data-pane tabIndex={-1} aria-label={t('messages.conversation')}>
          {over && (
            <div className={classes['back']}>
              <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={close} test="back" />
              <span>{t('tab.messages')}</span>
            </div>
          )}
          {opened === undefined ? (
            <p className={classes['nothing']}>{t('messages.choose')}</p>
          ) : (
            <Thread key={opened.with} conversation={opened} />
          )}
        </section>
      )}
    </div>
  )
}

/** Whom to write to, where nothing has been written yet. */
function NewMessage() {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const account = useAccounts(({ accounts }) => defaultAccountOf(accounts))
  const reading = readTarget(text, homeOf(account))
  const begin = () => {
    if (reading.kind !== 'good') return
    useMessages.setState({ open: addressKey(reading.uri) })
    setText('')
  }
  return (
    <form
      className={classes['begin']}
      onSubmit={(event) => {
        event.preventDefault()
        begin()
      }}
    >
      <input
        aria-label={t('messages.to')}
        placeholder={t('messages.to')}
        autoComplete="off"
        spellCheck={false}
        maxLength={512}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Button disabled={reading.kind !== 'good'} onClick={begin} test="begin-message">
        {t('messages.begin')}
      </Button>
    </form>
  )
}

function ConversationRow({ conversation, selected }: { conversation: Conversation; selected: boolean }) {
  const { t, i18n } = useTranslation()
  const nameOf = useContactNames()
  const { uri, displayName, messages, unread } = conversation
  const name = nameOf(uri) ?? displayName
  const party = partyOf({ uri, ...(name !== undefined && { displayName: name }) })
  const last = messages.at(-1)
  return (
    <UnstyledButton
      className={classes['conversation']}
      data-test="conversation"
      data-unread={unread > 0 || undefined}
      aria-current={selected || undefined}
      onClick={() => useMessages.setState({ open: conversation.with })}
    >
      <Avatar party={party} />
      <span className={classes['words']}>
        <bdi className={classes['name']}>{party.title}</bdi>
        <bdi className={classes['second']}>{plainText(last?.text ?? '', 80)}</bdi>
      </span>
      <span className={classes['when']}>
        <span>{last === undefined ? '' : timeText(last.at, i18n.language)}</span>
        {unread > 0 && (
          <span className={classes['badge']} aria-label={t('messages.unread', { n: unread })}>
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </span>
    </UnstyledButton>
  )
}
