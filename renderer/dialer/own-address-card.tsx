import { useTranslation } from 'react-i18next'
import { CopyButton } from '../controls/copy-button.tsx'
import { useOwnAddress, useTakenPort } from './own-address.ts'
import classes from './own-address-card.module.css'

/** The own address, to be told to the other side of a direct call. */
export function OwnAddressCard() {
  const { t } = useTranslation()
  const address = useOwnAddress()
  const taken = useTakenPort()
  if (address === undefined) return null
  return (
    <section className={classes['card']}>
      <h2 className={classes['title']}>{t('own.title')}</h2>
      <div className={classes['field']}>
        <span className={classes['address']}>{`sip:${address}`}</span>
        <CopyButton text={`sip:${address}`} label={t('account.copyAddress')} />
      </div>
      {taken !== undefined && <p className={classes['help']}>{t('own.portTaken', taken)}</p>}
    </section>
  )
}
