import { Equal, Minus, TriangleAlert, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { audioAddress, audioIn, codecsIn, type Exchange } from '../../electron/dissect/exchanges.ts'
import { explained } from '../../electron/dissect/explain/say.ts'
import { compareSdp, type SdpRow, sdpNoteSections } from '../../electron/dissect/sdp-comparison.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './sdp.module.css'

const relations = {
  agreed: [Equal, 'trace.sdp.agreed'],
  differs: [TriangleAlert, 'trace.sdp.differs'],
  'one-side': [Minus, 'trace.sdp.oneSide'],
  'not-taken': [X, 'trace.sdp.notTaken'],
} as const

/** What was agreed, and both descriptions line beside line. */
export function SdpView({ exchange }: { exchange: Exchange }) {
  const { t } = useTranslation()
  const { offer, answer } = exchange
  const codec = answer === undefined ? undefined : codecsIn(answer)[0]
  const address = answer === undefined ? undefined : audioAddress(answer)
  const audio = answer === undefined ? undefined : audioIn(answer.session)
  const direction = audio?.attributes.find(({ name }) => /^(?:sendonly|recvonly|inactive|sendrecv)$/.test(name))?.name
  const facts = [
    [t('trace.sdp.codec'), codec === undefined ? '\u2013' : `${codec.encoding}/${codec.clockRate}`],
    [t('trace.sdp.audioTo'), address === undefined ? '\u2013' : `${address.address}:${address.port}`],
    [t('trace.sdp.direction'), direction ?? 'sendrecv'],
  ] as const
  return (
    <div className={classes['sdp']} data-test="sdp">
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{plainText(value, 80)}</dd>
          </div>
        ))}
      </dl>
      <table className={classes['table']}>
        <thead>
          <tr>
            <th scope="col">{t('trace.sdp.offer')}</th>
            <th scope="col">
              <span className={classes['hiddenHead']}>{t('trace.sdp.relation')}</span>
            </th>
            <th scope="col">{t('trace.sdp.answer')}</th>
          </tr>
        </thead>
        {compareSdp({ offer, answer }).map((row, at) => (
          // The lines of a message stay where they are.
          // oxlint-disable-next-line react/no-array-index-key
          <Line key={at} row={row} answered={answer !== undefined} />
        ))}
      </table>
    </div>
  )
}

function Line({ row, answered }: { row: SdpRow; answered: boolean }) {
  const { t, i18n } = useTranslation()
  const [Icon, label] = relations[row.relation]
  const said = (line: string | undefined, other: boolean) =>
    line === undefined ? (
      <span className={classes['silent']}>{other ? t('trace.sdp.notSaid') : ''}</span>
    ) : (
      plainText(line, 400)
    )
  return (
    <tbody className={classes[row.relation]}>
      <tr>
        <td className={classes['line']}>{said(row.offer, true)}</td>
        <td className={classes['relation']}>
          <Icon size={14} role="img" aria-label={t(label)} />
        </td>
        <td className={classes['line']}>{said(row.answer, answered)}</td>
      </tr>
      {row.note !== undefined && (
        <tr>
          <td colSpan={3} className={classes['note']}>
            {explained('sdp', row.note, i18n.language)}{' '}
            <span className={classes['section']}>{sdpNoteSections[row.note]}</span>
          </td>
        </tr>
      )}
    </tbody>
  )
}
