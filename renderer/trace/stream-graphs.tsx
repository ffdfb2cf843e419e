import { useElementSize } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import type { Played } from '../../electron/dissect/rtp-playout.ts'
import type { ReceiverReport } from '../../electron/dissect/rtcp-reports.ts'
import { clockText } from '../text/duration.ts'
import type { CallStream } from './call-streams.ts'
import { Graph } from './graph.tsx'
import classes from './rtp.module.css'
import { useZoom } from './use-zoom.ts'

/** ITU-T G.107 annex B: above the first users are satisfied, below the second many are not. */
const [good, fair] = [4, 3.6]
const bestMos = 4.5

interface StreamGraphsProps {
  readonly stream: CallStream
  /** Undefined: still being computed. */
  readonly played: Played | undefined
  readonly at: number
  readonly onAt: (second: number) => void
}

/**
 * One stream over time, with one cursor: arrow keys move it by a second, `Shift` and `Page` keys by ten; `+` and `-` zoom
 * about it, `0` shows everything.
 */
export function StreamGraphs({ stream, played, at, onAt }: StreamGraphsProps) {
  const { t } = useTranslation()
  const { seconds, reports, startMs } = stream
  const { ref, width } = useElementSize()
  const reported = (of: (report: ReceiverReport) => number) => stepsOf(reports.received, startMs, seconds.length, of)
  const some = reports.received.length > 0
  const last = Math.max(0, seconds.length - 1)
  const zoom = useZoom(last)
  const { shown, near } = zoom
  const cursor = { width: Math.max(200, width), at, onAt, zoom }
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === '+' || event.key === '=') zoom.by(0.5, at)
    else if (event.key === '-') zoom.by(2, at)
    else if (event.key === '0') zoom.all()
    const far = event.key.startsWith('Page') || event.shiftKey ? 10 : 0
    const move = { ArrowLeft: -1, ArrowRight: 1, PageUp: -1, PageDown: 1 }[event.key]
    if (move === undefined || far === 0) return
    event.preventDefault()
    onAt(Math.min(shown.to, Math.max(shown.from, at + move * far)))
  }
  return (
    <div ref={ref} className={classes['graphs']}>
      <Graph
        title={t('trace.rtp.loss')}
        values={seconds.map(({ lossPercent }) => lossPercent)}
        least={5}
        kind="loss"
        {...(some && { other: reported(({ lossPercent }) => lossPercent), otherTitle: t('trace.rtp.reported') })}
        {...cursor}
      />
      <Graph
        title={t('trace.rtp.jitter')}
        values={seconds.map(({ jitterMs }) => jitterMs)}
        least={20}
        kind="jitter"
        {...(some && { other: reported(({ jitterMs }) => jitterMs), otherTitle: t('trace.rtp.reported') })}
        {...cursor}
      />
      <Graph
        title={t('trace.rtp.delta')}
        values={seconds.map(({ deltaMaxMs }) => deltaMaxMs)}
        least={60}
        kind="delta"
        {...cursor}
      />
      {played === undefined ? (
        <p className={classes['computing']}>{t('trace.rtp.computing')}</p>
      ) : (
        <>
          <Graph
            title={t('trace.rtp.buffer')}
            values={played.seconds.map(({ bufferMs }) => bufferMs)}
            least={60}
            kind="buffer"
            other={played.seconds.map(({ wantedMs }) => wantedMs)}
            otherTitle={t('trace.rtp.wanted')}
            marks={played.seconds.flatMap(({ late }, second) => (late > 0 ? [second] : []))}
            marksTitle={t('trace.rtp.cameLate')}
            {...cursor}
          />
          <Graph
            title={t('trace.rtp.mos')}
            values={played.seconds.map(({ mos }) => mos)}
            floor={1}
            least={bestMos}
            kind="mos"
            bands={[
              { from: good, to: bestMos, kind: 'good' },
              { from: fair, to: good, kind: 'fair' },
            ]}
            axis
            {...cursor}
          />
        </>
      )}
      <div className={classes['cursor']}>
        <input
          type="range"
          min={shown.from}
          max={shown.to}
          value={at}
          aria-label={t('trace.rtp.cursor')}
          aria-valuetext={clockText(at * 1000)}
          onKeyDown={onKeyDown}
          onChange={({ target }) => onAt(Number(target.value))}
        />
        <p className={classes['zoom']} data-test="rtp-zoom">
          {near ? (
            <>
              {t('trace.rtp.zoomed', { from: clockText(shown.from * 1000), to: clockText(shown.to * 1000) })}{' '}
              <button type="button" onClick={() => zoom.all()} data-test="rtp-zoom-all">
                {t('trace.rtp.zoomAll')}
              </button>
            </>
          ) : (
            t('trace.rtp.zoomHow')
          )}
        </p>
      </div>
    </div>
  )
}

/** A report speaks of the seconds since the one before it. */
function stepsOf(
  reports: readonly ReceiverReport[],
  startMs: number,
  count: number,
  of: (report: ReceiverReport) => number,
): (number | undefined)[] {
  const values = Array.from({ length: count }, (): number | undefined => undefined)
  let from = 0
  for (const report of reports) {
    const to = Math.min(count - 1, Math.floor((report.atMs - startMs) / 1000))
    if (to < from) continue
    values.fill(of(report), from, to + 1)
    from = to + 1
  }
  return values
}
