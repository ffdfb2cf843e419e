import { UnstyledButton } from '@mantine/core'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Conversation } from '../../electron/dissect/conversation.ts'
import { explained, meaningOf } from '../../electron/dissect/explain/say.ts'
import { type HeaderParts, partsOf } from '../../electron/dissect/header-parts.ts'
import { headerSections } from '../../electron/dissect/header-sections.ts'
import type { Step } from '../../electron/dissect/steps.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './message.module.css'

/** What a message is, which one it answers, the way it came, and each header with what it is there for. */
export function Explained({ step, conversation }: { step: Step; conversation: Conversation }) {
  const { t, i18n } = useTranslation()
  const { message, headers, startLine } = step.read
  const { method, code } = message
  const meaning = code === undefined ? explained('methods', method, i18n.language) : sentence(code, i18n.language)
  const partner = partnerOf(step, conversation)
  const vias = headers.filter(({ name }) => name === 'Via')
  const way = vias.map(({ value }) => /^\S+\s+([^;\s]+)/.exec(value)?.[1] ?? value)
  return (
    <div className={classes['explained']} data-test="explained">
      <div className={`${classes['verdict']} ${classes[toneOf(code)]}`}>
        <p>
          <b>{meaning === '' ? plainText(startLine, 120) : meaning}</b>
        </p>
        {partner !== undefined && <p className={classes['advice']}>{t(partner.text, partner.values)}</p>}
        {message.note !== undefined && <p className={classes['advice']}>{plainText(message.note, 400)}</p>}
      </div>
      {way.length > 1 && (
        <p className={classes['way']}>
          <b>{t('trace.way')}</b> {plainText(way.toReversed().join(' \u2192 '), 400)}
        </p>
      )}
      <div className={classes['header']}>
        <span className={classes['headerLine']}>
          <span />
          <span className={classes['plainName']}>{t('trace.startLine')}</span>
          <span className={classes['value']}>{plainText(startLine, 400)}</span>
        </span>
      </div>
      {headers.map((header, at) => (
        // Headers never change their places: a message is what it was.
        // oxlint-disable-next-line react/no-array-index-key
        <HeaderRow key={`${message.id} ${at}`} parts={partsOf(header)} opened={matters(header.name)} />
      ))}
    </div>
  )
}

const matters = (name: string) => /Authenticate$|Authorization$|^(?:Reason|Warning|Min-Expires)$/.test(name)

function HeaderRow({ parts, opened }: { parts: HeaderParts; opened: boolean }) {
  const { i18n } = useTranslation()
  const [open, setOpen] = useState(opened)
  const hint = explained('headers', parts.name, i18n.language)
  const section = headerSections[parts.name] ?? ''
  const content = (
    <>
      {hint === '' ? <span /> : open ? <ChevronDown size={14} /> : <ChevronRight size={14} />}
      <span className={classes['name']}>{plainText(parts.name, 40)}</span>
      <span className={classes['value']}>{plainText(parts.value, 400)}</span>
    </>
  )
  return (
    <div className={classes['header']} data-open={open || undefined}>
      {hint === '' ? (
        <span className={classes['headerLine']}>{content}</span>
      ) : (
        <UnstyledButton
          className={classes['headerLine']}
          aria-expanded={open}
          data-test={`header-${parts.name}`}
          onClick={() => setOpen(!open)}
        >
          {content}
        </UnstyledButton>
      )}
      {open && hint !== '' && (
        <>
          <p className={classes['hint']}>
            {hint} <span className={classes['section']}>{section}</span>
          </p>
          {parts.params.slice(0, 24).map(({ name, value }) => (
            <Param key={name} name={name} value={value} />
          ))}
        </>
      )}
    </div>
  )
}

function Param({ name, value }: { name: string; value: string }) {
  const { i18n } = useTranslation()
  const hint = explained('params', name.toLowerCase(), i18n.language)
  return (
    <div className={classes['param']}>
      <span className={classes['headerLine']}>
        <span />
        <span className={classes['paramName']}>{plainText(name, 40)}</span>
        <span className={classes['value']}>{plainText(value, 300)}</span>
      </span>
      {hint !== '' && <p className={classes['hint']}>{hint}</p>}
    </div>
  )
}

function sentence(code: number, language: string): string {
  const meaning = meaningOf(code, language)
  const [first = '', ...rest] = meaning
  const chinese = language.startsWith('zh')
  return meaning === ''
    ? ''
    : `${code}${chinese ? '\uff1a' : ': '}${first.toUpperCase()}${rest.join('')}${chinese ? '\u3002' : '.'}`
}

function toneOf(code: number | undefined): 'plain' | 'good' | 'warn' | 'fail' {
  if (code === undefined || code < 200) return 'plain'
  if (code < 300) return 'good'
  return code < 400 || code === 401 || code === 407 ? 'warn' : 'fail'
}

/** Of a request its final answer, of an answer its request: which message, and how long it took. */
function partnerOf({ read, transaction }: Step, { steps }: Conversation) {
  const { message } = read
  const own = steps.filter((other) => other.transaction === transaction)
  const isAnswer = message.code !== undefined
  const partner = isAnswer
    ? own.find(({ read }) => read.message.code === undefined && read.message.method !== 'ACK')
    : own.find(({ read }) => (read.message.code ?? 0) >= 200)
  if (partner === undefined)
    return isAnswer || message.method === 'ACK' ? undefined : ({ text: 'trace.noAnswer', values: {} } as const)
  const ms = Math.round(Math.abs(partner.read.message.monotonicMs - message.monotonicMs))
  return {
    text: isAnswer ? 'trace.answersTo' : 'trace.answeredBy',
    values: { n: steps.indexOf(partner) + 1, ms },
  } as const
}
