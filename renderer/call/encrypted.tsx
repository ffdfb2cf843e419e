import { Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import classes from './encrypted.module.css'

/** The lock of a call whose sound goes encrypted (SRTP). Nothing for one in clear. */
export function Encrypted({ srtp }: { srtp: boolean }) {
  const { t } = useTranslation()
  if (!srtp) return null
  return (
    <span
      className={classes['lock']}
      title={t('line.encrypted')}
      role="img"
      aria-label={t('line.encrypted')}
      data-test="lock"
    >
      <Lock size={12} />
    </span>
  )
}
