import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Quality } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { QualityBars } from '../controls/quality-bars.tsx'
import {
  barsOf,
  bestMosOf,
  codecLabel,
  gradeOf,
  isWide,
  milliseconds,
  oneDigit,
  percent,
  equipmentOf,
} from './quality.ts'
import classes from './quality.module.css'

/** A verdict first, then both directions. A dash: not measured. */
export function QualityTable({ quality }: { quality: Quality }) {
  const { t } = useTranslation()
  const [counted, setCounted] = useState(false)
  const grade = gradeOf(quality)
  const { received, sent, delayMs } = quality
  const unknown = <NotMeasured />
  const rows: readonly (readonly [name: string, sent: React.ReactNode, received: React.ReactNode])[] = [
    [t('quality.codec'), codecLabel(sent.codec), codecLabel(received.codec)],
    [
      t('quality.lost'),
      sent.remoteLossPercent === undefined ? unknown : percent(sent.remoteLossPercent),
      percent(received.lossPercent),
    ],
    [t('quality.late'), unknown, received.late],
    [
      t('quality.jitter'),
      sent.remoteJitterMs === undefined ? unknown : milliseconds(sent.remoteJitterMs),
      milliseconds(received.jitterMs),
    ],
    [t('quality.buffer'), unknown, milliseconds(received.bufferMs)],
    [t('quality.bandwidth'), `${oneDigit(sent.kbpsEthernet)}\u00a0kbit/s`, unknown],
  ]
  return (
    <div className={classes['table']} data-test="quality-table">
      <div className={classes['verdict']}>
        <QualityBars bars={barsOf[grade]} />
        <b className={classes['grow']}>{t(`quality.${grade}`)}</b>
        <span>
          <b className={classes['mos']}>{oneDigit(received.mos)}</b>{' '}
          <span className={classes['of']}>{t('quality.ofMos', { best: oneDigit(bestMosOf(received.codec)) })}</span>
        </span>
      </div>
      {counted ? (
        <p className={classes['counted']}>
          {t(isWide(received.codec) ? 'quality.countedWide' : 'quality.counted', {
            r: oneDigit(received.rFactor),
            mos: oneDigit(received.mos),
            delay: milliseconds(delayMs.total),
            loss: percent(received.lossPercent),
            ...equipmentOf(received.codec),
          })}
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{t('quality.youSend')}</th>
              <th scope="col">{t('quality.youHear')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, out, back]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{out}</td>
                <td>{back}</td>
              </tr>
            ))}
          </tbody>
          <tbody className={classes['both']}>
            <tr>
              <th scope="row">{t('quality.roundTrip')}</th>
              <td colSpan={2}>
                {sent.roundTripMs === undefined ? (
                  <span className={classes['dash']}>{t('quality.waitingReport')}</span>
                ) : (
                  milliseconds(sent.roundTripMs)
                )}
              </td>
            </tr>
            <tr>
              <th scope="row">{t('quality.mouthToEar')}</th>
              <td colSpan={2}>{milliseconds(delayMs.total)}</td>
            </tr>
          </tbody>
        </table>
      )}
      <div className={classes['foot']}>
        <Button kind="bare" size="small" onClick={() => setCounted(!counted)} test="how-counted">
          {counted ? t('quality.showFigures') : t('quality.howCounted')}
        </Button>
      </div>
    </div>
  )
}

function NotMeasured() {
  const { t } = useTranslation()
  return (
    <span className={classes['dash']} title={t('quality.notMeasured')}>
      {'\u2013'}
    </span>
  )
}
