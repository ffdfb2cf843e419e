import type { Account } from '../../electron/ipc/contract.ts'
import { plainText } from './plain-text.ts'

/** `1001@office.lan`, as far as it is known; empty for an account without a name and a place. */
export function accountName({ username, domain, proxy, displayName }: Omit<Account, 'id'>): string {
  const place = domain || proxy
  if (username === '' && place === '') return plainText(displayName, 60)
  return plainText(place === '' ? username : `${username}@${place}`, 120)
}
