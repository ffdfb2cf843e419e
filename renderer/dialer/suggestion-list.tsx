import { Network } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Address } from '../controls/address.tsx'
import { Face } from '../controls/face.tsx'
import { Keys } from '../controls/keys.tsx'
import { Name } from '../controls/name.tsx'
import { presenceOf } from '../contacts/presence.ts'
import { usePresenceWords } from '../contacts/use-presence-words.ts'
import { usePhone } from '../state/phone.ts'
import { dayText, daysAgo, timeText } from '../text/dates.ts'
import { Marked } from './marked.tsx'
import type { Suggestion } from './suggestions.ts'
import classes from './suggestion-list.module.css'

export type Choice =
  | { readonly kind: 'exact'; readonly text: string }
  | { readonly kind: 'person'; readonly suggestion: Suggestion }

/** What the dial field offers; the chosen one is called by `Enter`. */
export function SuggestionList({
  id,
  choices,
  chosen,
  text,
  onCall,
}: {
  id: string
  choices: readonly Choice[]
  chosen: number
  text: string
  onCall: (choice: Choice) => void
}) {
  const { t } = useTranslation()
  return (
    <ul id={id} className={classes['list']} role="listbox" aria-label={t('dial.suggestions')}>
      {choices.map((choice, index) => (
        <li
          key={choice.kind === 'exact' ? '' : choice.suggestion.uri}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          className={classes['row']}
          // The field keeps the focus; a press outside of it would close the list before the click.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onCall(choice)}
          ref={(row) => {
            if (index === chosen) row?.scrollIntoView({ block: 'nearest' })
          }}
        >
          {choice.kind === 'exact' ? (
            <Exact text={choice.text} />
          ) : (
            <Person suggestion={choice.suggestion} text={text} />
          )}
          {index === chosen && <Keys keys={'\u21b5'} />}
        </li>
      ))}
    </ul>
  )
}

function Exact({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
    <>
      <span className={classes['sign']} aria-hidden>
        <Network size={16} />
      </span>
      <span className={classes['words']}>
        <Address address={text} className={classes['exact'] ?? ''} />
        <span className={classes['second']}>{t('dial.exact')}</span>
      </span>
    </>
  )
}

function Person({ suggestion: { party, uri, entry }, text }: { suggestion: Suggestion; text: string }) {
  const { t, i18n } = useTranslation()
  const words = usePresenceWords()
  const presence = presenceOf(
    uri,
    usePhone(({ snapshot }) => snapshot.presence),
  )
  const ago = entry === undefined ? 0 : daysAgo(entry.at, Date.now())
  const when =
    presence !== undefined
      ? words(presence)
      : entry === undefined
        ? t('dial.contact')
        : ago <= 0
          ? timeText(entry.at, i18n.language)
          : ago === 1
            ? t('log.yesterday')
            : dayText(entry.at, i18n.language, Date.now())
  return (
    <>
      <Face party={party} lamp={presence?.lamp} />
      <span className={classes['words']}>
        {party.name === '' ? (
          <span className={classes['address']}>
            <Marked text={party.address} part={text} />
          </span>
        ) : (
          <Name text={party.name} className={classes['name'] ?? ''} />
        )}
        <span className={classes['second']}>
          {party.name !== '' && (
            <span className={classes['mono']}>
              <Marked text={party.address} part={text} />
            </span>
          )}
          {party.name === '' && t('dial.directly')}
          {` \u00b7 ${when}`}
        </span>
      </span>
    </>
  )
}
