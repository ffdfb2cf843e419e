import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { TextMessage } from '../../electron/ipc/contract.ts'
import { useParties } from '../contacts/use-parties.ts'
import { Avatar } from '../controls/avatar.tsx'
import { Marked } from '../dialer/marked.tsx'
import { openFound, useMessageSearch } from '../state/message-search.ts'
import { isolated, plainText } from '../text/plain-text.ts'
import { When } from './when.tsx'
import classes from './messages.module.css'

/** Messages whose text has what is looked for; a click opens the conversation there. */
export function Found() {
  const { t } = useTranslation()
  const { search, found, chosen } = useMessageSearch()
  if (found === undefined) return <div className={classes['list']} />
  if (found.length === 0) {
    return (
      <p className={classes['nothing']} role="status" data-test="none-found">
        {t('log.noMatch', { text: isolated(plainText(search, 60)) })}
      </p>
    )
  }
  return (
    <ul className={classes['list']} aria-label={t('messages.found')}>
      {found.map((message) => (
        <li key={message.id}>
          <FoundRow message={message} search={search} selected={message.id === chosen} />
        </li>
      ))}
    </ul>
  )
}

function FoundRow({ message, search, selected }: { message: TextMessage; search: string; selected: boolean }) {
  const partyIn = useParties()
  const { uri, displayName, text, at, accountId } = message
  const party = partyIn({ remote: { uri, ...(displayName !== undefined && { displayName }) }, accountId })
  return (
    <UnstyledButton
      className={classes['conversation']}
      data-test="found-message"
      aria-current={selected || undefined}
      onClick={() => void openFound(message)}
    >
      <Avatar party={party} />
      <span className={classes['words']}>
        <bdi className={classes['name']}>{party.title}</bdi>
        <span className={classes['second']}>
          <Marked text={around(plainText(text, 200), search)} part={search} />
        </span>
      </span>
      <span className={classes['when']}>
        <When at={at} />
      </span>
    </UnstyledButton>
  )
}

/** So that it is in sight on one line. */
function around(text: string, search: string): string {
  const at = text.toLowerCase().indexOf(search.trim().toLowerCase())
  return at > 16 ? `…${text.slice(at - 10)}` : text
}
