import { CircleAlert, CircleCheck, CircleDashed, RotateCw, Save, SquareX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { milliseconds } from '../call/quality.ts'
import { Button } from '../controls/button.tsx'
import { Lamp } from '../controls/lamp.tsx'
import { Note } from '../controls/note.tsx'
import { adviceOnStatus } from '../explain/advice.ts'
import type { AccountTest } from '../state/account-drafts.ts'
import { plainText } from '../text/plain-text.ts'
import { type ShownStep, shownSteps, verdictOf } from './test-steps.ts'
import classes from './account-test.module.css'

/** The way to a registered account, step by step, with what was seen at each and what to mend at the one that fails. */
export function AccountTestPanel({
  test,
  transport,
  typed,
  onTest,
  onMend,
}: {
  test: AccountTest | undefined
  transport: string
  typed: { readonly hasPassword: boolean; readonly proxy: string }
  onTest: () => void
  /** To the field at fault. */
  onMend: (field: string) => void
}) {
  const { t } = useTranslation()
  const running = test !== undefined && test.steps === undefined && test.refused === undefined
  const verdict = verdictOf(test?.steps ?? [], typed)
  const done = test?.steps !== undefined && verdict === undefined
  return (
    <section className={classes['panel']} aria-label={t('accountTest.title')} data-test="account-test">
      <div className={classes['head']}>
        <h2 className={classes['title']}>{t('accountTest.title')}</h2>
        <Button icon={RotateCw} disabled={running} onClick={onTest} test="test-account">
          {test === undefined ? t('accountTest.run') : t('accountTest.again')}
        </Button>
      </div>
      {test === undefined ? (
        <p className={classes['help']}>{t('accountTest.help')}</p>
      ) : test.refused !== undefined ? (
        <Note tone="stop" icon={CircleAlert} test="test-refused">
          <b>{t('accountTest.notBegun')}</b>
          <div lang="en">{plainText(test.refused, 200)}</div>
        </Note>
      ) : (
        <ol className={classes['steps']} aria-live="polite">
          {shownSteps(test.steps, transport, test.soFar).map((step) => (
            <Step key={step.step} step={step} />
          ))}
        </ol>
      )}
      {verdict !== undefined && (
        <Note tone="stop" icon={CircleAlert} test="test-verdict">
          <b>{t('accountTest.mostLikely', { cause: t(`accountTest.cause.${verdict.cause}.sentence`) })}</b>
          <div>{t(`accountTest.cause.${verdict.cause}.remedy`)}</div>
          <div className={classes['mend']}>
            <Button kind="primary" onClick={() => onMend(verdict.field)} test="mend">
              {t('accountTest.mend')}
            </Button>
          </div>
        </Note>
      )}
      {done && (
        <Note tone="go" icon={CircleCheck} test="test-passed">
          {t('accountTest.passed')}
        </Note>
      )}
      {test !== undefined && !done && !running && (
        <p className={classes['kept']}>
          <Save size={14} />
          <span>{t('accountTest.kept')}</span>
        </p>
      )}
    </section>
  )
}

function Step({ step: { step, state, code, detail, durationMs } }: { step: ShownStep }) {
  const { t, i18n } = useTranslation()
  const advice = code === undefined ? undefined : adviceOnStatus(code, i18n.language)
  return (
    <li className={classes['step']} data-state={state} data-test={`step-${step}`}>
      {state === 'ok' ? (
        <CircleCheck size={16} />
      ) : state === 'failed' ? (
        <SquareX size={16} />
      ) : state === 'running' ? (
        <Lamp state="work" size={16} />
      ) : (
        <CircleDashed size={16} />
      )}
      <div>
        <div className={classes['name']}>{t(`accountTest.step.${step}`)}</div>
        <div className={classes['detail']}>
          {state === 'waiting' ? null : state === 'notReached' || state === 'running' ? (
            t(`accountTest.${state}`)
          ) : code !== undefined ? (
            t('explain.withCode', { code, sentence: advice?.meaning ?? plainText(detail ?? '', 120) })
          ) : state === 'ok' && step !== 'register' ? (
            t(`accountTest.ok.${step}`, { address: plainText(/\S*$/.exec(detail ?? '')?.[0] ?? '', 60) })
          ) : (
            <span lang="en">{plainText(detail ?? '', 160)}</span>
          )}
          {durationMs !== undefined && ` \u00b7 ${milliseconds(durationMs)}`}
        </div>
      </div>
    </li>
  )
}
