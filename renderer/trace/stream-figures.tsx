import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { patternOf } from '../../electron/dissect/rtp-pattern.ts'
import type { Played } from '../../electron/dissect/rtp-playout.ts'
import { clockText } from '../text/duration.ts'
import type { CallStream } from './call-streams.ts'
import classes from './rtp.module.css'

/** Of one stream: the cursor's second, what it looks like, how MOS comes about, what the ends report, keypad events. */
export function StreamFigures({ stream, played, at }: { stream: CallStream; played: Played | undefined; at: number }) {
  const { t } = useTranslation()
  const ms = (value: number | undefined) =>
    value === undefined ? '\u2013' : t('trace.rtp.ms', { n: Math.round(value) })
  const second = stream.seconds[at]
  const here = played?.seconds[at]
  const missing = second === undefined ? 0 : Math.max(0, second.expected - second.packets)
  const patterns = {
    clean: t('trace.rtp.clean'),
    burst: t('trace.rtp.burst'),
    steady: t('trace.rtp.steady'),
    gaps: t('trace.rtp.gaps'),
    jitter: t('trace.rtp.shaky'),
  }
  return (
    <>
      <h3 className={classes['at']}>{t('trace.rtp.at', { time: clockText(at * 1000) })}</h3>
      {second !== undefined && (
        <Rows
          test="rtp-figures"
          rows={[
            [t('trace.rtp.lostHere'), t('trace.rtp.of', { n: missing, all: second.expected })],
            [t('trace.rtp.gapHere'), ms(second.deltaMaxMs)],
            [t('trace.rtp.jitterHere'), ms(second.jitterMs)],
            [t('trace.rtp.bufferHere'), ms(here?.bufferMs)],
            [t('trace.rtp.lateHere'), here?.late ?? '\u2013'],
            [t('trace.rtp.concealed'), ms(here?.concealedMs)],
            [t('trace.rtp.mosHere'), here?.mos?.toFixed(1) ?? '\u2013'],
          ]}
        />
      )}
      <p className={classes['pattern']}>{patterns[patternOf(stream)]}</p>
      <Ends stream={stream} />
      {played !== undefined && <Sum played={played} />}
      {stream.events.length > 0 && (
        <>
          <h3>{t('trace.rtp.events')}</h3>
          <p className={classes['events']} data-test="rtp-events">
            {stream.events
              .map(({ atMs, digit }) => `${clockText(atMs - stream.startMs)} ${digit ?? t('trace.rtp.unknownDigit')}`)
              .join(' \u00b7 ')}
          </p>
        </>
      )}
    </>
  )
}

/** What was seen here beside what RTCP says. */
function Ends({ stream }: { stream: CallStream }) {
  const { t } = useTranslation()
  const { received, sent } = stream.reports
  const last = received.at(-1)
  const trip = received.findLast(({ roundTripMs }) => roundTripMs !== undefined)?.roundTripMs
  const tenth = (value: number) => t('trace.rtp.ms', { n: value.toFixed(1) })
  return (
    <>
      <h3>{t('trace.rtp.ends')}</h3>
      {last === undefined && sent === undefined ? (
        <p className={classes['quiet']} data-test="rtp-ends">
          {stream.sound === 'encrypted' ? t('trace.rtp.reportsEncrypted') : t('trace.rtp.noReports')}
        </p>
      ) : (
        <table className={classes['ends']} data-test="rtp-ends">
          <thead>
            <tr>
              <td />
              <th scope="col">{t('trace.rtp.seenHere')}</th>
              <th scope="col">{t('trace.rtp.said')}</th>
            </tr>
          </thead>
          <tbody>
            <tr>
              <th scope="row">{t('trace.rtp.packets')}</th>
              <td>{stream.packets}</td>
              <td>{sent?.packets ?? '\u2013'}</td>
            </tr>
            <tr>
              <th scope="row">{t('trace.rtp.lost')}</th>
              <td>{stream.lost}</td>
              <td>{last?.lost ?? '\u2013'}</td>
            </tr>
            <tr>
              <th scope="row">{t('trace.rtp.jitterHere')}</th>
              <td>{tenth(stream.jitterMs)}</td>
              <td>{last === undefined ? '\u2013' : tenth(last.jitterMs)}</td>
            </tr>
            <tr>
              <th scope="row">{t('trace.rtp.roundTrip')}</th>
              <td />
              <td>{trip === undefined ? '\u2013' : tenth(trip)}</td>
            </tr>
          </tbody>
        </table>
      )}
    </>
  )
}

/** The E-model as a sum. */
function Sum({ played: { rating } }: { played: Played }) {
  const { t } = useTranslation()
  const tenth = (value: number) => value.toFixed(1)
  return (
    <>
      <h3>{t('trace.rtp.sum')}</h3>
      <Rows
        test="rtp-sum"
        rows={[
          [t('trace.rtp.best', { codec: rating.codec }), tenth(rating.best)],
          [t('trace.rtp.forDelay', { n: Math.round(rating.delayMs) }), `\u2212 ${tenth(rating.delay)}`],
          [t('trace.rtp.forLoss', { percent: tenth(rating.lossPercent) }), `\u2212 ${tenth(rating.loss)}`],
          ['R', tenth(rating.rating)],
          ['MOS', tenth(rating.mos)],
        ]}
      />
      <p className={classes['quiet']}>{t('trace.rtp.formula')}</p>
    </>
  )
}

function Rows({ rows, test }: { rows: readonly (readonly [name: string, value: ReactNode])[]; test: string }) {
  return (
    <dl className={classes['rows']} data-test={test}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
