import { UnstyledButton, VisuallyHidden } from '@mantine/core'
import { ArrowLeft } from 'lucide-react'
import { useEffect, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../electron/ipc/contract.ts'
import { Avatar } from '../controls/avatar.tsx'
import { Button, IconButton } from '../controls/button.tsx'
import { SearchField } from '../controls/search-field.tsx'
import { homeOf } from '../dialer/home.ts'
import { folded, suggestionsFor } from '../dialer/suggestions.ts'
import { usePeople } from '../dialer/use-people.ts'
import { readTarget } from '../dialer/read-target.ts'
import { ProblemNote } from '../shell/problem-note.tsx'
import { useEscape } from '../shell/escape.ts'
import { defaultAccountOf, useAccounts } from '../state/accounts.ts'
import {
  closeConversation,
  markRead,
  openConversation,
  undoRemovedConversation,
  useMessages,
  without,
} from '../state/messages.ts'
import { searchMessages, useMessageSearch } from '../state/message-search.ts'
import { useParties } from '../contacts/use-parties.ts'
import { plainText } from '../text/plain-text.ts'
import { Found } from './found.tsx'
import { Thread } from './thread.tsx'
import { When } from './when.tsx'
import classes from './messages.module.css'

/** Conversations, the newest first, and the one that is open. */
export function Messages({ wide }: { wide: boolean }) {
  const { t } = useTranslation()
  const { conversations: all, open, removing } = useMessages()
  const conversations = useMemo(() => without(all, removing), [all, removing])
  const search = useMessageSearch(({ search }) => search)
  const opened = conversations.find((one) => one.with === open?.with)
  const over = !wide && open !== undefined
  useEscape(open !== undefined, closeConversation)
  const unread = opened?.unread ?? 0
  useEffect(() => {
    if (opened !== undefined && unread > 0) void markRead(opened.with)
  }, [opened?.with, unread])
  return (
    <div className={classes['messages']} data-wide={wide || undefined} data-test="messages">
      <section className={classes['pane']} data-pane tabIndex={-1} hidden={over} aria-label={t('tab.messages')}>
        <VisuallyHidden component="h1">{t('tab.messages')}</VisuallyHidden>
        <NewMessage />
        {all.length > 0 && (
          <SearchField
            search={search}
            label={t('messages.search')}
            clearLabel={t('log.clearSearch')}
            keys={wide}
            className={classes['search']}
            onSearch={(text) => void searchMessages(text)}
          />
        )}
        {open === undefined && <ProblemNote what={['message']} />}
        {search.trim() !== '' ? (
          <Found />
        ) : conversations.length === 0 ? (
          <p className={classes['nothing']}>{t('messages.empty')}</p>
        ) : (
          <ul className={classes['list']} aria-label={t('tab.messages')}>
            {conversations.map((one) => (
              <li key={one.with}>
                <ConversationRow conversation={one} selected={one.with === open?.with} />
              </li>
            ))}
          </ul>
        )}
      </section>
      {(wide || over) && (
        <section className={classes['details']} data-pane tabIndex={-1} aria-label={t('messages.conversation')}>
          {over && (
            <div className={classes['back']}>
              <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={closeConversation} test="back" />
              <span>{t('tab.messages')}</span>
            </div>
          )}
          {open === undefined ? (
            <p className={classes['nothing']}>{t('messages.choose')}</p>
          ) : (
            <Thread key={open.with} open={open} conversation={opened} />
          )}
        </section>
      )}
      {removing !== undefined && (
        <div className={classes['undo']} role="status" data-test="undo-conversation">
          <span>{t('messages.deleted')}</span>
          <Button kind="bare" size="small" onClick={undoRemovedConversation}>
            {t('log.undo')}
          </Button>
        </div>
      )}
    </div>
  )
}

const mostOffered = 8

/** Whom to write to, where nothing has been written yet. */
function NewMessage() {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const account = useAccounts(({ accounts }) => defaultAccountOf(accounts))
  const people = usePeople()
  const list = useId()
  const found = useMemo(() => suggestionsFor(text, people).slice(0, mostOffered), [text, people])
  const home = homeOf(account)
  const named = found.find(({ party }) => party.name !== '' && folded(party.name) === folded(text))
  // Somebody's name, else an address, else whoever is offered first.
  const readings = [named?.uri, text, found[0]?.uri].map((target) => readTarget(target ?? '', home))
  const uri = readings.find((reading) => reading.kind === 'good')?.uri
  const begin = () => {
    if (uri === undefined) return
    openConversation(uri)
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
        list={list}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <datalist id={list}>
        {found.map(({ party, uri }) => (
          <option key={uri} value={party.address}>
            {party.title}
          </option>
        ))}
      </datalist>
      <Button disabled={uri === undefined} onClick={begin} test="begin-message">
        {t('messages.begin')}
      </Button>
    </form>
  )
}

function ConversationRow({ conversation, selected }: { conversation: Conversation; selected: boolean }) {
  const { t } = useTranslation()
  const partyIn = useParties()
  const { uri, displayName, last, unread } = conversation
  const party = partyIn({
    remote: { uri, ...(displayName !== undefined && { displayName }) },
    accountId: last.accountId,
  })
  return (
    <UnstyledButton
      className={classes['conversation']}
      data-test="conversation"
      data-unread={unread > 0 || undefined}
      aria-current={selected || undefined}
      onClick={() => openConversation(uri)}
    >
      <Avatar party={party} />
      <span className={classes['words']}>
        <bdi className={classes['name']}>{party.title}</bdi>
        <bdi className={classes['second']}>{plainText(last.text, 80)}</bdi>
      </span>
      <span className={classes['when']}>
        <When at={last.at} />
        {unread > 0 && (
          <span className={classes['badge']} aria-label={t('messages.unread', { n: unread })}>
            {unread > 99 ? '99+' : unread}
          </span>
        )}
      </span>
    </UnstyledButton>
  )
}
