import {
  ArrowLeft,
  ArrowLeftRight,
  Check,
  CircleX,
  Info,
  Phone,
  PhoneOff,
  Search,
  Send,
  UsersRound,
} from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Call } from '../../electron/ipc/contract.ts'
import { CallTimer } from '../call/call-timer.tsx'
import { lineStateOf } from '../call/line-state.ts'
import { Button, IconButton } from '../controls/button.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { Note } from '../controls/note.tsx'
import { choicesFor } from '../dialer/choices.ts'
import { homeOf } from '../dialer/home.ts'
import { readTarget } from '../dialer/read-target.ts'
import { type Choice, SuggestionList } from '../dialer/suggestion-list.tsx'
import { usePeople } from '../dialer/use-people.ts'
import { adviceOnFailure, adviceOnStatus } from '../explain/advice.ts'
import { useEscape } from '../shell/escape.ts'
import { defaultAccountOf, useAccounts } from '../state/accounts.ts'
import { join } from '../state/commands.ts'
import { isAnswered, lineNumber, useLines } from '../state/lines.ts'
import { usePhone } from '../state/phone.ts'
import { connect, endTransfer, goBack, sendNow, speakFirst, type Transfer as Running } from '../state/transfer.ts'
import { isolated } from '../text/plain-text.ts'
import { useParties } from '../contacts/use-parties.ts'
import classes from './transfer.module.css'

/** Blind and attended transfer in one flow: choose, speak first, connect. Nobody is lost on the way. */
export function Transfer({ transfer, call, other }: { transfer: Running; call: Call; other: Call | undefined }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const name = isolated(partyIn(call).title)
  const step = other === undefined ? 1 : isAnswered(other) ? 3 : 2
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (step > 1) head.current?.focus()
  }, [step])
  // Neither ends a call that talks: both lines stay.
  const back = () => (step === 3 ? endTransfer() : void goBack(transfer))
  useEscape(true, back)
  return (
    <div className={classes['transfer']} data-test="transfer" data-step={step}>
      <header className={classes['head']}>
        <IconButton icon={ArrowLeft} label={t('back')} keys="Esc" onClick={back} test="transfer-back" />
        <h1 ref={head} tabIndex={-1} className={classes['title']}>
          {t('transfer.title', { name })}
        </h1>
      </header>
      <ol className={classes['steps']}>
        {(['choose', 'speak', 'connect'] as const).map((word, index) => (
          <li
            key={word}
            className={classes['step']}
            data-done={index + 1 < step || undefined}
            aria-current={index + 1 === step ? 'step' : undefined}
          >
            <span className={classes['number']}>{index + 1 < step ? <Check size={12} /> : index + 1}</span>
            {t(`transfer.step.${word}`)}
          </li>
        ))}
      </ol>
      <Failure transfer={transfer} />
      {other === undefined ? (
        <Choose transfer={transfer} call={call} />
      ) : (
        <Connect transfer={transfer} call={call} other={other} />
      )}
    </div>
  )
}

function Failure({ transfer: { failed } }: { transfer: Running }) {
  const { t, i18n } = useTranslation()
  if (failed === undefined) return null
  const { code, sipCode } = failed
  const advice = sipCode === undefined ? adviceOnFailure(code, i18n.language) : adviceOnStatus(sipCode, i18n.language)
  return (
    <div role="alert" className={classes['note']}>
      <Note tone="stop" icon={CircleX} test="transfer-failed">
        <b>{t('transfer.failed')}</b>
        {advice !== undefined && (
          <div>
            {sipCode === undefined
              ? advice.meaning
              : t('explain.withCode', { code: sipCode, sentence: advice.meaning })}
          </div>
        )}
      </Note>
    </div>
  )
}

function Choose({ transfer, call }: { transfer: Running; call: Call }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const { running } = useLines()
  const calls = usePhone(({ snapshot }) => snapshot.calls)
  const account = useAccounts(({ accounts }) => defaultAccountOf(accounts))
  const people = usePeople()
  const [text, setText] = useState('')
  const [chosen, setChosen] = useState(0)
  const [pressed, setPressed] = useState(false)
  const listId = useId()
  const field = useRef<HTMLInputElement>(null)
  const reading = useMemo(() => readTarget(text, homeOf(account)), [text, account])
  const choices = useMemo(() => choicesFor(text, reading.kind === 'good', people), [text, reading, people])
  const choice = choices[chosen]
  const others = running.filter((one) => one !== call && isAnswered(one))
  const name = isolated(partyIn(call).title)
  const asking = transfer.asking === true
  const target = choice?.kind === 'person' ? choice.suggestion.uri : text.trim()
  const targetName = choice?.kind === 'person' ? choice.suggestion.party.title : text.trim()
  const good = choice?.kind === 'person' || reading.kind === 'good'
  const go = (how: 'speak' | 'send') => {
    if (!good) {
      setPressed(true)
      return field.current?.focus()
    }
    void (how === 'speak' ? speakFirst(call, target) : sendNow(call.callId, target, targetName))
  }
  const pick = (picked: Choice) => setChosen(choices.indexOf(picked))
  return (
    <>
      <div className={classes['field']} data-wrong={(pressed && !good) || undefined}>
        <Search size={16} />
        <input
          ref={field}
          role="combobox"
          aria-label={t('transfer.to')}
          aria-expanded={choices.length > 0}
          aria-controls={listId}
          aria-autocomplete="list"
          {...(choices.length > 0 && { 'aria-activedescendant': `${listId}-${chosen}` })}
          placeholder={t('transfer.to')}
          autoFocus
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
          value={text}
          onChange={({ target }) => {
            setText(target.value)
            setChosen(0)
            setPressed(false)
          }}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return
            if (event.key === 'ArrowDown') setChosen(Math.min(chosen + 1, choices.length - 1))
            else if (event.key === 'ArrowUp') setChosen(Math.max(chosen - 1, 0))
            else if (event.key === 'Enter') go('speak')
            else return
            event.preventDefault()
          }}
        />
      </div>
      {pressed && !good && (
        <p className={classes['wrong']} role="alert">
          {t('transfer.nobody')}
        </p>
      )}
      {others.length > 0 && (
        <section>
          <h2 className={classes['heading']}>{t('transfer.onLine')}</h2>
          {others.map((other) => (
            <div key={other.callId} className={classes['line']}>
              <Lamp state={lineStateOf(other).lamp} size={14} />
              <span className={classes['words']}>
                <bdi className={classes['name']}>{partyIn(other).title}</bdi>
                <span className={classes['second']}>{t('line.number', { n: lineNumber(other, calls) })}</span>
              </span>
              <Button
                size="small"
                icon={ArrowLeftRight}
                disabled={asking}
                onClick={() => void connect(call.callId, other.callId, partyIn(other).title)}
                test="connect-them"
              >
                {t('transfer.connectThem')}
              </Button>
            </div>
          ))}
        </section>
      )}
      <div className={classes['list']}>
        {choices.length > 0 && (
          <SuggestionList id={listId} choices={choices} chosen={chosen} text={text} onCall={pick} />
        )}
      </div>
      <div className={classes['foot']}>
        <Note tone="line" icon={Info}>
          {asking ? t('transfer.asking', { name }) : t('transfer.waits', { name })}
        </Note>
        <div className={classes['two']}>
          <Button size="call" icon={Send} disabled={asking} onClick={() => go('send')} test="send-now">
            {t('transfer.sendNow')}
          </Button>
          <Button kind="go" size="call" icon={Phone} disabled={asking} onClick={() => go('speak')} test="speak-first">
            {t('transfer.speakFirst')}
          </Button>
        </div>
      </div>
    </>
  )
}

function Connect({ transfer, call, other }: { transfer: Running; call: Call; other: Call }) {
  const partyIn = useParties()
  const { t } = useTranslation()
  const first = isolated(partyIn(call).title)
  const second = isolated(partyIn(other).title)
  const talking = isAnswered(other)
  const asking = transfer.asking === true
  return (
    <>
      <div className={classes['both']}>
        <LineCard call={call} words={t('transfer.cannotHear')} />
        <LineCard
          call={other}
          words={talking ? t('transfer.inPrivate') : t(`line.${lineStateOf(other).words}`)}
          active
        />
        <Button
          kind="primary"
          size="call"
          icon={ArrowLeftRight}
          disabled={!talking || asking}
          hint={talking ? undefined : t('control.whenAnswered')}
          onClick={() => void connect(call.callId, other.callId, partyIn(other).title)}
          test="connect"
        >
          {asking ? t('transfer.connecting') : t('transfer.connect')}
        </Button>
        <p className={classes['help']}>
          {talking ? t('transfer.connectHelp', { first, second }) : t('transfer.rings', { first, second })}
        </p>
      </div>
      <div className={classes['foot']}>
        {talking && (
          <Button
            size="medium"
            icon={UsersRound}
            onClick={() => {
              endTransfer()
              void join([call, other])
            }}
            test="join-three"
          >
            {t('transfer.join')}
          </Button>
        )}
        <Button size="medium" icon={PhoneOff} onClick={() => void goBack(transfer)} test="end-other">
          {t('transfer.endOther', { first, second })}
        </Button>
        <Button kind="bare" size="medium" onClick={endTransfer} test="keep-both">
          {t('transfer.keepBoth')}
        </Button>
      </div>
    </>
  )
}

function LineCard({ call, words, active = false }: { call: Call; words: string; active?: boolean }) {
  const partyIn = useParties()
  return (
    <div className={classes['card']} data-active={active || undefined}>
      <Lamp state={lineStateOf(call).lamp} size={16} />
      <span className={classes['words']}>
        <bdi className={classes['cardName']}>{partyIn(call).title}</bdi>
        <span className={classes['second']}>{words}</span>
      </span>
      <CallTimer call={call} className={classes['timer'] ?? ''} />
    </div>
  )
}
