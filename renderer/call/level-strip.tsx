import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { columnCount, levelsOf } from '../state/levels.ts'
import classes from './level-strip.module.css'

const width = 264
const height = 22
const step = width / columnCount

/**
 * You and them over the last half minute; a tick is a lost packet. Drawn on a canvas when a level comes (at most 15
 * times a second), so that nothing else of the page is laid out again.
 */
export function LevelStrip({ callId, muted }: { callId: string; muted: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={classes['strip']} role="img" aria-label={t('levels.label')}>
      <span className={classes['label']}>{t('levels.you')}</span>
      <Wave callId={callId} side="microphone" faded={muted} />
      <span className={classes['label']}>{t('levels.them')}</span>
      <Wave callId={callId} side="speaker" faded={false} />
    </div>
  )
}

function Wave({ callId, side, faded }: { callId: string; side: 'microphone' | 'speaker'; faded: boolean }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const levels = levelsOf(callId)
    const draw = () => {
      const context = canvas.current?.getContext('2d')
      if (canvas.current === null || context === null || context === undefined || document.hidden) return
      const style = getComputedStyle(canvas.current)
      const [wave, lost] = [style.getPropertyValue('--wave'), style.getPropertyValue('--lost')]
      const scale = window.devicePixelRatio
      canvas.current.width = width * scale
      canvas.current.height = height * scale
      context.scale(scale, scale)
      const start = columnCount - levels.columns.length
      for (let index = 0; index < columnCount; index++) {
        const column = levels.columns[index - start]
        const tall = Math.max(1.5, (column?.[side] ?? 0) * height)
        context.fillStyle = wave
        context.fillRect(index * step + 1, (height - tall) / 2, 2, tall)
        if (side !== 'speaker' || column?.lost !== true) continue
        context.fillStyle = lost
        context.fillRect(index * step + 0.75, 0, 2.5, height)
      }
    }
    draw()
    const scheme = new MutationObserver(draw)
    scheme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-mantine-color-scheme'] })
    const stop = levels.listen(draw)
    return () => {
      scheme.disconnect()
      stop()
    }
  }, [callId, side])
  return <canvas ref={canvas} className={classes['wave']} data-side={side} data-faded={faded || undefined} />
}
