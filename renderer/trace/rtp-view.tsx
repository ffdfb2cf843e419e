import { Info, VolumeX } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { explainSound } from '../../electron/dissect/explain/sound.ts'
import { say } from '../../electron/dissect/explain/say.ts'
import { Note } from '../controls/note.tsx'
import { type CallStream, type CallStreams, isRunning, useCallStreams } from './call-streams.ts'
import type { Entry } from './conversations.ts'
import { Listen } from './listen.tsx'
import { RecordPackets } from './record-packets.tsx'
import classes from './rtp.module.css'
import { StreamFigures } from './stream-figures.tsx'
import { StreamGraphs } from './stream-graphs.tsx'
import { usePlayed } from './use-played.ts'

/** The streams of a call, and of one of them how it was over time. */
export function RtpView({ entry }: { entry: Entry }) {
  const { t, i18n } = useTranslation()
  const call = useCallStreams(entry)
  const [chosen, setChosen] = useState('')
  if (call === undefined) return <div className={classes['rtp']} />
  const stream = call.streams.find((one) => keyOf(one) === chosen) ?? call.streams[0]
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
            <th scope="col">{t('trace.rtp.inARow')}</th>
            <th scope="col">{t('trace.rtp.swapped')}</th>
            <th scope="col">{t('trace.rtp.jitterMax')}</th>
            <th scope="col">{t('trace.rtp.deltaMax')}</th>
          </tr>
        </thead>
        <tbody>
          {call.streams.map((one) => (
            <tr key={keyOf(one)} data-chosen={one === stream || undefined} data-test="rtp-stream">
              <th scope="row">
                <button type="button" aria-pressed={one === stream} onClick={() => setChosen(keyOf(one))}>
                  {t('trace.fromTo', { from: one.from, to: one.to })}
                </button>
              </th>
              <td>{one.codec}</td>
              <td>{one.packets}</td>
              <td>{t('trace.rtp.lostOf', { n: one.lost, percent: one.lossPercent.toFixed(1) })}</td>
              <td>{one.longestLoss}</td>
              <td>{one.reordered}</td>
              <td>{t('trace.rtp.ms', { n: one.jitterMaxMs.toFixed(1) })}</td>
              <td>{t('trace.rtp.ms', { n: Math.round(one.deltaMaxMs) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {explainSound(call.streams).map((found) => {
        const { text, advice, section } = say(found, i18n.language)
        return (
          <Note
            key={`${found.name} ${String(found.values['from'])}`}
            tone={found.tone === 'fail' ? 'stop' : 'line'}
            icon={found.tone === 'fail' ? VolumeX : Info}
            className={classes['said'] ?? ''}
            test="rtp-finding"
          >
            <b>{text}</b> {advice} ({section})
          </Note>
        )
      })}
      {isRunning(entry) && <p className={classes['live']}>{t('trace.rtp.live')}</p>}
      <OneStream key={keyOf(stream)} call={call} stream={stream} own={entry.file === undefined} />
    </div>
  )
}

const keyOf = ({ from, to, ssrc }: CallStream) => `${from} ${to} ${ssrc}`

function OneStream({ call, stream, own }: { call: CallStreams; stream: CallStream; own: boolean }) {
  const played = usePlayed(call, stream)
  const [wanted, setAt] = useState(0)
  const at = Math.min(wanted, Math.max(0, stream.seconds.length - 1))
  const parts = { stream, played, at, onAt: setAt }
  return (
    <div className={classes['one']}>
      <StreamGraphs {...parts} />
      <div className={classes['figures']}>
        <Listen {...parts} own={own} />
        <StreamFigures {...parts} />
      </div>
    </div>
  )
}

function NoRtp({ live }: { live: boolean }) {
  const { t } = useTranslation()
  return (
    <div className={classes['none']} data-test="rtp-none">
      <p>{t('trace.rtp.none')}</p>
      {live && (
        <>
          <RecordPackets depth="headers" />
          <RecordPackets depth="whole" />
        </>
      )}
    </div>
  )
}
