import { CircleX, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { adviceOnFailure, adviceOnStatus } from '../explain/advice.ts'
import { type ProblemWhat, usePhone } from '../state/phone.ts'
import classes from './shell.module.css'

/** What of the last command went wrong, and why. `what`: the commands whose problems belong here; absent: all. */
export function ProblemNote({ what }: { what?: readonly ProblemWhat[] }) {
  const { t, i18n } = useTranslation()
  const problem = usePhone(({ problem }) => problem)
  if (problem === undefined || (what !== undefined && !what.includes(problem.what))) return null
  const why = `errorCode.${problem.code}`
  const { sipCode } = problem
  const advice = sipCode === undefined ? undefined : adviceOnStatus(sipCode, i18n.language)
  const remedy = (advice ?? adviceOnFailure(problem.code, i18n.language))?.remedy
  return (
    <div role="alert" className={classes['problem']}>
      <Note
        tone="stop"
        icon={CircleX}
        test="problem"
        actions={
          <IconButton
            icon={X}
            iconSize={16}
            label={t('close')}
            onClick={() => usePhone.setState({ problem: undefined })}
          />
        }
      >
        <b>{t(`problem.${problem.what}`)}</b>
        <div>
          {advice !== undefined
            ? t('explain.withCode', { code: sipCode, sentence: advice.meaning })
            : i18n.exists(why)
              ? t(why as 'errorCode.internal')
              : t('errorCode.internal')}
        </div>
        {remedy !== undefined && <div>{remedy}</div>}
      </Note>
    </div>
  )
}
