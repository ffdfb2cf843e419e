import { ShieldAlert } from 'lucide-react'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import type { UntrustedCertificate } from '../../electron/ipc/contract.ts'
import { Button } from '../controls/button.tsx'
import { Note } from '../controls/note.tsx'
import { answerCertificate } from '../state/commands.ts'
import { dayText } from '../text/dates.ts'
import { isolated, plainText } from '../text/plain-text.ts'
import classes from './questions.module.css'

/** A server whose certificate nobody vouches for: what it says of itself, its fingerprint, and three ways to decide. */
export function CertificatePrompt({ certificate }: { certificate: UntrustedCertificate }) {
  const { t, i18n } = useTranslation()
  const { host, fingerprint, subject, issuer, validTo, fault, changed } = certificate
  const decide = (accept: 'once' | 'always' | 'never') => void answerCertificate(fingerprint, accept)
  const facts: readonly (readonly [name: string, value: string])[] = [
    [t('certificate.subject'), plainText(subject, 200)],
    [t('certificate.issuer'), plainText(issuer, 200)],
    ...(validTo === '' ? [] : [[t('certificate.validTo'), dayText(validTo, i18n.language, 0)] as const]),
  ]
  return (
    <section aria-label={t('certificate.title')} data-test="certificate" role="alert">
      <Note tone={changed ? 'stop' : 'hold'} icon={ShieldAlert}>
        <b>{t(changed ? 'certificate.changed' : 'certificate.asks', { host: isolated(plainText(host, 100)) })}</b>
        <div>{t(`certificate.fault.${fault}`)}</div>
        <dl className={classes['facts']}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
          <div>
            <dt>{t('certificate.fingerprint')}</dt>
            <dd className={classes['fingerprint']} data-test="fingerprint">
              <Fingerprint text={plainText(fingerprint, 200)} />
            </dd>
          </div>
        </dl>
        <div className={classes['help']}>{t('certificate.help')}</div>
        <div className={classes['buttons']}>
          <Button kind="primary" onClick={() => decide('always')} test="trust-always">
            {t('certificate.always')}
          </Button>
          <Button onClick={() => decide('once')} test="trust-once">
            {t('certificate.once')}
          </Button>
          <Button onClick={() => decide('never')} test="trust-never">
            {t('certificate.never')}
          </Button>
        </div>
      </Note>
    </section>
  )
}

/** A line of it ends with a colon, never with half a byte. */
function Fingerprint({ text }: { text: string }) {
  return text.split(/(?<=:)/).map((byte, index) => (
    <Fragment key={index}>
      {byte}
      <wbr />
    </Fragment>
  ))
}
