import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Check, CircleX } from 'lucide-react'
import type { DigestSteps } from '../../electron/dissect/digest.ts'
import type { Step } from '../../electron/dissect/steps.ts'
import { phone } from '../state/connection.ts'
import { plainText } from '../text/plain-text.ts'
import classes from './digest.module.css'

const typingMs = 150
/** As RFC 7616 3.4 has them, in every language. */
const names = { ha1: 'HA1', ha2: 'HA2' }

/** The digest of a request step by step. A password that is typed to check it is counted by the phone and kept nowhere. */
export function DigestView({ step, steps }: { step: Step; steps: readonly Step[] }) {
  const { t } = useTranslation()
  const field = useId()
  const [password, setPassword] = useState('')
  const [digests, setDigests] = useState<readonly DigestSteps[]>([])
  const { text } = step.read.message
  useEffect(() => {
    let wanted = true
    const timer = setTimeout(
      () => {
        phone()
          .request('trace.digest', { text: text.slice(0, 65_536), ...(password !== '' && { password }) })
          .then(({ digests }) => wanted && setDigests(digests))
          .catch(() => wanted && setDigests([]))
      },
      password === '' ? 0 : typingMs,
    )
    return () => {
      wanted = false
      clearTimeout(timer)
    }
  }, [text, password])
  return (
    <div className={classes['digest']} data-test="digest">
      <div className={classes['check']}>
        <label htmlFor={field}>{t('trace.digest.password')}</label>
        <input
          id={field}
          type="password"
          autoComplete="off"
          maxLength={256}
          value={password}
          data-test="digest-password"
          onChange={({ target }) => setPassword(target.value)}
        />
        <span className={classes['dim']}>{t('trace.digest.stays', { n: steps.indexOf(step) + 1 })}</span>
      </div>
      {digests.map((digest) => (
        <OneDigest key={digest.response} digest={digest} />
      ))}
      <p className={classes['legend']}>
        <span>{t('trace.digest.from')}</span>
        <span className={classes['challenge']}>{t('trace.digest.challenge')}</span>
        <span className={classes['request']}>{t('trace.digest.request')}</span>
        <span className={classes['account']}>{t('trace.digest.account')}</span>
        <span className={classes['earlier']}>{t('trace.digest.earlier')}</span>
      </p>
    </div>
  )
}

function OneDigest({ digest }: { digest: DigestSteps }) {
  const { t } = useTranslation()
  const { algorithm, a1, ha1, a2, ha2, formula, response, expected } = digest
  const [user = '', realm = ''] = splitA1(a1)
  const cut = a2.indexOf(':')
  const middle = formula.slice('HA1:'.length, -':HA2'.length)
  const right = expected !== undefined && expected === response
  return (
    <>
      <ol className={classes['steps']}>
        <li>
          <h3>{t('trace.digest.who')}</h3>
          <p className={classes['formula']}>
            {`${algorithm}( `}
            <span className={classes['account']}>{plainText(user, 80)}</span>
            {' : '}
            <span className={classes['challenge']}>{plainText(realm, 120)}</span>
            {' : '}
            <span className={classes['account']}>{'\u2022\u2022\u2022'}</span>
            {' )'}
          </p>
          <p className={classes['formula']}>{`= ${ha1 ?? t('trace.digest.hidden')}`}</p>
          <p className={classes['dim']}>{t('trace.digest.whoNote')}</p>
        </li>
        <li>
          <h3>{t('trace.digest.what')}</h3>
          <p className={classes['formula']}>
            {`${algorithm}( `}
            <span className={classes['request']}>{plainText(a2.slice(0, cut), 40)}</span>
            {' : '}
            <span className={classes['request']}>{plainText(a2.slice(cut + 1), 300)}</span>
            {' )'}
          </p>
          <p className={classes['formula']}>{`= ${ha2}`}</p>
          <p className={classes['dim']}>{t('trace.digest.whatNote')}</p>
        </li>
        <li>
          <h3>{t('trace.digest.answer')}</h3>
          <p className={classes['formula']}>
            {`${algorithm}( `}
            <span className={classes['earlier']}>{names.ha1}</span>
            {' : '}
            <span className={classes['challenge']}>{plainText(middle, 400)}</span>
            {' : '}
            <span className={classes['earlier']}>{names.ha2}</span>
            {' )'}
          </p>
          <p className={classes['formula']}>{`= ${expected ?? '\u2026'}`}</p>
        </li>
      </ol>
      <div
        className={`${classes['result']} ${expected === undefined ? '' : classes[right ? 'right' : 'wrong']}`}
        data-test="digest-result"
        role="status"
      >
        {expected === undefined ? null : right ? <Check size={18} /> : <CircleX size={18} />}
        <div>
          <p>
            <b>
              {expected === undefined
                ? t('trace.digest.sent')
                : right
                  ? t('trace.digest.equal')
                  : t('trace.digest.different')}
            </b>
          </p>
          <p className={classes['formula']}>{`response="${plainText(response, 160)}"`}</p>
        </div>
      </div>
    </>
  )
}

/** `user:realm:•••`; the user may not have a colon, the realm may. */
function splitA1(a1: string): [user: string, realm: string] {
  const cut = a1.indexOf(':')
  return [a1.slice(0, cut), a1.slice(cut + 1, a1.lastIndexOf(':'))]
}
