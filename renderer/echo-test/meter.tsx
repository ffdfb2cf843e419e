import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { heightOf, levelsOf } from '../state/levels.ts'
import classes from './echo-test.module.css'

const cells = 40
/** Judged over so many levels, about two seconds. */
const judged = 24

type Judgement = 'silent' | 'quiet' | 'good' | 'clipping'

/** -60 to 0 dBFS in cells: green to -12, amber to -3, red above; a sentence judges. */
export function Meter() {
  const { t } = useTranslation()
  const bar = useRef<HTMLDivElement>(null)
  const [judgement, setJudgement] = useState<Judgement>('silent')
  useEffect(() => {
    const levels = levelsOf('')
    const recent: number[] = []
    return levels.listen(() => {
      const full = `${heightOf(levels.microphoneDbfs) * 100}%`
      bar.current?.style.setProperty('--full', full)
      recent.push(levels.microphoneDbfs)
      if (recent.length > judged) recent.shift()
      setJudgement(judge(Math.max(...recent)))
    })
  }, [])
  return (
    <div className={classes['meter']}>
      <div ref={bar} className={classes['cells']} style={{ '--cells': cells } as React.CSSProperties} aria-hidden>
        <div className={classes['shade']} />
      </div>
      <p data-test="judgement">{t(`echo.${judgement}`)}</p>
    </div>
  )
}

function judge(peakDbfs: number): Judgement {
  if (peakDbfs > -3) return 'clipping'
  if (peakDbfs > -30) return 'good'
  return peakDbfs > -50 ? 'quiet' : 'silent'
}
