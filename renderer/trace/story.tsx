import { UnstyledButton } from '@mantine/core'
import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { Finding } from '../../electron/dissect/explain/finding.ts'
import { say } from '../../electron/dissect/explain/say.ts'
import { plainText } from '../text/plain-text.ts'
import type { Entry } from './conversations.ts'
import { chooseMessage } from './state.ts'
import classes from './message.module.css'

const icons = { fail: CircleX, warn: TriangleAlert, plain: Info, good: CircleCheck }

/** What the messages tell, the worst first; each leads to the messages it was read from. */
export function Story({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  const { findings } = entry.outline
  if (findings.length === 0) return <p className={classes['none']}>{t('trace.nothingToTell')}</p>
  return (
    <ul className={classes['story']} aria-label={t('trace.tab.story')} data-test="story">
      {findings.map((found) => (
        <li key={`${found.name} ${found.messages.join(' ')}`} className={classes[found.tone]}>
          <OneFinding found={found} entry={entry} />
        </li>
      ))}
    </ul>
  )
}

function OneFinding({ found, entry }: { found: Finding; entry: Entry }) {
  const { t, i18n } = useTranslation()
  const { text, advice, section } = say(found, i18n.language)
  const Icon = icons[found.tone]
  const numbers = found.messages.flatMap((id) => {
    const at = entry.conversation.steps.findIndex(({ read }) => read.message.id === id)
    return at < 0 ? [] : [{ id, number: at + 1 }]
  })
  return (
    <>
      <Icon size={18} />
      <div className={classes['said']}>
        <p>{plainText(text, 600)}</p>
        {advice !== '' && <p className={classes['advice']}>{plainText(advice, 600)}</p>}
        <p className={classes['sources']}>
          {numbers.slice(0, 6).map(({ id, number }) => (
            <UnstyledButton key={id} className={classes['source']} onClick={() => chooseMessage(id)}>
              {t('trace.messageNumber', { n: number })}
            </UnstyledButton>
          ))}
          <span className={classes['section']}>{section}</span>
        </p>
      </div>
    </>
  )
}
