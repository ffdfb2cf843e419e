import { useTranslation } from 'react-i18next'
import { useAccounts } from '../state/accounts.ts'
import { accountName } from './account-name.ts'
import { isolated } from './plain-text.ts'

/** How a call goes or came: directly, or through an account. */
export function useWay(accountId: string | undefined): string {
  const { t } = useTranslation()
  const account = useAccounts(({ accounts }) => accounts.find(({ id }) => id === accountId))
  if (accountId === undefined) return t('way.direct')
  const name = account === undefined ? '' : accountName(account)
  return name === '' ? t('way.proxy') : t('way.account', { name: isolated(name) })
}
