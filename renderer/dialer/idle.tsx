import { VisuallyHidden } from '@mantine/core'
import { Headphones, Phone, Repeat } from 'lucide-react'
import { useEffect, useId, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../controls/button.tsx'
import { DialPad } from '../controls/dial-pad.tsx'
import { Segmented } from '../controls/segmented.tsx'
import { announce } from '../shell/announce.ts'
import { useEscape } from '../shell/escape.ts'
import { FirstRunNote } from '../first-run/first-run-note.tsx'
import { NoticesNote } from '../shell/notices-note.tsx'
import { ProblemNote } from '../shell/problem-note.tsx'
import { defaultAccountOf, useAccounts } from '../state/accounts.ts'
import { dial } from '../state/commands.ts'
import { useLog } from '../state/call-log.ts'
import { focusDialField, show, useNavigation } from '../state/navigation.ts'
import { isolated } from '../text/plain-text.ts'
import { AccountStrip } from './account-strip.tsx'
import { choicesFor } from './choices.ts'
import { DialField } from './dial-field.tsx'
import { Hint } from './hint.tsx'
import { homeOf } from './home.ts'
import { BoardTitle, LampBoard, useBoard } from './lamp-board.tsx'
import { OwnAddressCard } from './own-address-card.tsx'
import { readTarget } from './read-target.ts'
import { RecentList } from './recent-list.tsx'
import { type Choice, SuggestionList } from './suggestion-list.tsx'
import { usePeople } from './use-people.ts'
import { VoicemailButton } from './voicemail-button.tsx'
import classes from './idle.module.css'

const bodies = ['keypad', 'recent', 'lamps'] as const
type Body = (typeof bodies)[number]
const bodyKey = 'dialtone-idle-body'

/** Nobody is on the phone: dial, and see whether one can be called. `wide`: recent calls stand beside it. */
export function Idle({ wide }: { wide: boolean }) {
  const { t } = useTranslation()
  const text = useNavigation(({ dialText }) => dialText)
  const byPad = useNavigation(({ byPad }) => byPad)
  const recent = useLog(({ recent }) => recent)
  const board = useBoard()
  const [wanted, setBody] = useState<Body>(
    () => bodies.find((one) => one === localStorage.getItem(bodyKey)) ?? 'keypad',
  )
  const body = wanted === 'lamps' && board.length === 0 ? 'keypad' : wanted
  const [chosen, setChosen] = useState(0)
  const [pressed, setPressed] = useState(false)
  const listId = useId()
  const hintId = useId()

  const people = usePeople()
  const home = useAccounts(({ accounts }) => defaultAccountOf(accounts))
  const reading = useMemo(() => readTarget(text, homeOf(home)), [text, home])
  const choices = useMemo(() => choicesFor(text, reading.kind === 'good', people), [text, reading, people])
  const lastDialled = recent.find(({ direction }) => direction === 'outgoing')?.remote.uri
  useEffect(() => {
    setChosen(0)
    setPressed(false)
  }, [text])
  useEffect(() => {
    if (document.activeElement === document.body) focusDialField()
  }, [])
  useEscape(text !== '', () => show({ dialText: '' }))

  const showList = !byPad && choices.length > (choices[0]?.kind === 'exact' ? 1 : 0)
  const choice = byPad ? undefined : choices[chosen]

  const putBack = () => {
    if (lastDialled === undefined) announce(t('dial.nothingToRedial'))
    else show({ dialText: lastDialled.replace(/^sip:/, ''), byPad: true })
    focusDialField()
  }
  const callText = () => {
    if (text.trim() === '') return putBack()
    if (reading.kind !== 'good') return setPressed(true)
    void dial(text).then((done) => done && show({ dialText: '' }))
  }
  const call = (picked: Choice | undefined) => {
    if (picked?.kind !== 'person') return callText()
    void dial(picked.suggestion.uri).then((done) => done && show({ dialText: '' }))
  }
  const onKey = (event: React.KeyboardEvent) => {
    const { key, ctrlKey, metaKey, nativeEvent } = event
    // Enter that ends the choice of a Chinese word is not a call.
    if (nativeEvent.isComposing) return
    if (key === 'Enter') {
      if (ctrlKey || metaKey) callText()
      else call(choice)
    } else if (key === 'ArrowDown' && showList) setChosen(Math.min(chosen + 1, choices.length - 1))
    else if (key === 'ArrowUp' && showList) setChosen(Math.max(chosen - 1, 0))
    else if (key === 'ArrowUp' && text === '') putBack()
    else if (key === 'Tab' && !event.shiftKey && showList) {
      const completed = choices.slice(choice?.kind === 'exact' ? 1 : chosen)[0]
      if (completed?.kind !== 'person') return
      show({ dialText: completed.suggestion.party.address })
    } else return
    event.preventDefault()
  }

  return (
    <div className={classes['idle']} data-test="idle">
      <VisuallyHidden component="h1">{t('tab.phone')}</VisuallyHidden>
      <AccountStrip withSettings={!wide} />
      <DialField
        listId={showList ? listId : undefined}
        chosenId={showList ? `${listId}-${chosen}` : undefined}
        hintId={hintId}
        wrong={reading.kind === 'wrong' || (pressed && reading.kind === 'incomplete')}
        onKey={onKey}
      />
      <Hint id={hintId} reading={reading} pressed={pressed} />
      <ProblemNote what={['dial']} />
      {text === '' && <NoticesNote />}
      {text === '' && <FirstRunNote />}
      {showList ? (
        <SuggestionList id={listId} choices={choices} chosen={chosen} text={text} onCall={call} />
      ) : text !== '' && !byPad ? (
        <div className={classes['beside']}>{!wide && <OwnAddressCard />}</div>
      ) : (
        <div className={classes['body']}>
          <div className={classes['choice']}>
            {!wide && (
              <Segmented
                small
                label={t('idle.body')}
                value={body}
                choices={[
                  { value: 'keypad', label: t('idle.keypad') },
                  { value: 'recent', label: t('recent.title') },
                  ...(board.length > 0
                    ? [{ value: 'lamps', label: <BoardTitle board={board} chosen={body === 'lamps'} /> } as const]
                    : []),
                ]}
                onChange={(value) => {
                  localStorage.setItem(bodyKey, value)
                  setBody(value)
                }}
              />
            )}
            <span className={classes['gap']} />
            <Button
              kind="bare"
              size="small"
              icon={Headphones}
              onClick={() => show({ echoTest: true })}
              test="open-echo"
            >
              {t('echo.title')}
            </Button>
          </div>
          {wide || body === 'keypad' ? (
            <div className={classes['pad']}>
              <DialPad tall onDigit={(digit) => show({ dialText: text + digit, byPad: true })} />
            </div>
          ) : body === 'recent' ? (
            <RecentList />
          ) : (
            <LampBoard board={board} />
          )}
        </div>
      )}
      <div className={classes['actions']}>
        {text === '' && (
          <Button icon={Repeat} iconSize={18} className={classes['side'] ?? ''} onClick={putBack} test="redial">
            {t('dial.redial')}
          </Button>
        )}
        <Button
          kind="go"
          size="call"
          icon={Phone}
          className={classes['call'] ?? ''}
          onClick={() => call(choice)}
          test="call"
        >
          {choice?.kind === 'person'
            ? t('dial.callName', { name: isolated(choice.suggestion.party.title) })
            : reading.kind === 'good' && reading.direct
              ? t('dial.callDirectly')
              : t('dial.call')}
        </Button>
        {text === '' && <VoicemailButton className={classes['side'] ?? ''} />}
      </div>
    </div>
  )
}
