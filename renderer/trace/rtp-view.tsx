import { Radio } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { patternOf } from '../../electron/dissect/rtp-pattern.ts'
import type { RtpSecond, RtpStream } from '../../electron/dissect/rtp-streams.ts'
import { Button } from '../controls/button.tsx'
import { announce } from '../shell/announce.ts'
import { phone } from '../state/connection.ts'
import { clockText } from '../text/duration.ts'
import { useCallStreams } from './call-streams.ts'
import type { Entry } from './conversations.ts'
import classes from './rtp.module.css'

/** The streams of a call, and of one of them loss, jitter and gaps over time. */
export function RtpView({ entry }: { entry: Entry }) {
  const { t } = useTranslation()
  const streams = useCallStreams(entry)
  const [chosen, setChosen] = useState(0)
  const stream = streams?.[chosen] ?? streams?.[0]
  if (streams === undefined) return <div className={classes['rtp']} />
  if (stream === undefined) return <NoRtp live={entry.file === undefined} />
  return (
    <div className={classes['rtp']} tabIndex={0} role="region" aria-label={t('trace.rtp.view')} data-test="rtp">
      <table className={classes['streams']}>
        <thead>
          <tr>
            <th scope="col">{t('trace.rtp.stream')}</th>
            <th scope="col">{t('trace.rtp.codec')}</th>
            <th scope="col">{t('trace.rtp.packets')}</th>
            <th scope="col">{t('trace.rtp.lost')}</th>
            <th scope="col">{t('trace.rtp.swapped')}</th>
            <th scope="col">{t('trace.rtp.jitterMax')}</th>
            <th scope="col">{t('trace.rtp.deltaMax')}</th>
          </tr>
        </thead>
        <tbody>
          {streams.map((one, at) => (
            <tr
              key={`${one.from} ${one.to} ${one.ssrc}`}
              data-chosen={one === stream || undefined}
              data-test="rtp-stream"
            >
              <th scope="row">
                <button type="button" aria-pressed={one === stream} onClick={() => setChosen(at)}>
                  {t('trace.fromTo', { from: one.from, to: one.to })}
                </button>
              </th>
              <td>{one.codec}</td>
              <td>{one.packets}</td>
              <td>{t('trace.rtp.lostOf', { n: one.lost, percent: one.lossPercent.toFixed(1) })}</td>
              <td>{one.reordered}</td>
              <td>{t('trace.rtp.ms', { n: one.jitterMaxMs.toFixed(1) })}</td>
              <td>{t('trace.rtp.ms', { n: Math.round(one.deltaMaxMs) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <StreamGraphs key={`${stream.from} ${stream.ssrc}`} stream={stream} />
    </div>
  )
}

function StreamGraphs({ stream }: { stream: RtpStream }) {
  const { t } = useTranslation()
  const field = useId()
  const { seconds } = stream
  const [at, setAt] = useState(0)
  const here = seconds[at]
  const patterns = {
    clean: t('trace.rtp.clean'),
    burst: t('trace.rtp.burst'),
    steady: t('trace.rtp.steady'),
    gaps: t('trace.rtp.gaps'),
    jitter: t('trace.rtp.shaky'),
  }
  return (
    <>
      <p className={classes['pattern']}>{patterns[patternOf(stream)]}</p>
      <Graph
        title={t('trace.rtp.loss')}
        values={seconds.map(({ lossPercent }) => lossPercent)}
        least={5}
        at={at}
        kind="loss"
      />
      <Graph
        title={t('trace.rtp.jitter')}
        values={seconds.map(({ jitterMs }) => jitterMs)}
        least={20}
        at={at}
        kind="jitter"
      />
      <Graph
        title={t('trace.rtp.delta')}
        values={seconds.map(({ deltaMaxMs }) => deltaMaxMs)}
        least={60}
        at={at}
        kind="delta"
      />
      <div className={classes['cursor']}>
        <label htmlFor={field}>{t('trace.rtp.cursor')}</label>
        <input
          id={field}
          type="range"
          min={0}
          max={Math.max(0, seconds.length - 1)}
          value={at}
          aria-valuetext={clockText(at * 1000)}
          onChange={({ target }) => setAt(Number(target.value))}
        />
        {here !== undefined && <Figures second={here} at={at} />}
      </div>
    </>
  )
}

function Figures({ second, at }: { second: RtpSecond; at: number }) {
  const { t } = useTranslation()
  const { packets, lossPercent, jitterMs, deltaMaxMs } = second
  return (
    <output className={classes['figures']} data-test="rtp-figures">
      {t('trace.rtp.figures', {
        time: clockText(at * 1000),
        packets,
        loss: lossPercent.toFixed(1),
        jitter: jitterMs.toFixed(1),
        delta: Math.round(deltaMaxMs),
      })}
    </output>
  )
}

const [width, height, left, right] = [640, 88, 44, 8]

interface GraphProps {
  readonly title: string
  readonly values: readonly number[]
  /** The scale goes at least so far. */
  readonly least: number
  readonly at: number
  readonly kind: 'loss' | 'jitter' | 'delta'
}

/** One figure over time; the numbers of the cursor's second stand below. */
function Graph({ title, values, least, at, kind }: GraphProps) {
  const most = Math.max(least, ...values)
  const x = (index: number) => left + ((width - left - right) * index) / Math.max(1, values.length - 1)
  const y = (value: number) => 6 + (height - 12) * (1 - value / most)
  const line = values.map((value, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
  const bars = values.map((value, index) => (value > 0 ? `M${x(index).toFixed(1)} ${y(0)}V${y(value).toFixed(1)}` : ''))
  return (
    <figure className={classes['graph']}>
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} aria-hidden>
        {[0, most / 2, most].map((mark) => (
          <g key={mark}>
            <path d={`M${left} ${y(mark)}H${width - right}`} stroke="var(--hair)" />
            <text x={left - 6} y={y(mark) + 4} textAnchor="end" fontSize={11} fill="var(--dim)">
              {mark.toFixed(mark < 10 && mark > 0 ? 1 : 0)}
            </text>
          </g>
        ))}
        <path className={classes[kind]} d={kind === 'loss' ? bars.join('') : line.join('')} />
        <path d={`M${x(at)} 0V${height}`} stroke="var(--text)" strokeDasharray="2 2" />
      </svg>
    </figure>
  )
}

function NoRtp({ live }: { live: boolean }) {
  const { t } = useTranslation()
  const [on, setOn] = useState(false)
  const record = () => {
    phone()
      .request('trace.packets', { depth: 'headers' })
      .then(
        () => {
          setOn(true)
          announce(t('trace.rtp.recording'))
        },
        () => announce(t('trace.exportFailed')),
      )
  }
  return (
    <div className={classes['none']} data-test="rtp-none">
      <p>{t('trace.rtp.none')}</p>
      {live && !on && (
        <Button icon={Radio} onClick={record} test="rtp-record">
          {t('trace.rtp.record')}
        </Button>
      )}
      {on && <p>{t('trace.rtp.recording')}</p>}
    </div>
  )
}
