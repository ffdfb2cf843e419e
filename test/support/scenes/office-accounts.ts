import type { ScriptedPhone } from '../scripted-phone.ts'

export const office = { username: '1001', displayName: 'Front desk', domain: 'office.lan', proxy: '192.168.11.175' }

/** One registered, one that fails, one that is off. */
export function withAccounts(phone: ScriptedPhone): void {
  const expiresAt = new Date(new Date().setHours(15, 2, 0, 0)).toISOString()
  phone.addAccount({ ...office, isDefault: true, hasPassword: true }, { state: 'registered', expiresAt })
  phone.addAccount(
    { ...office, username: '1009', hasPassword: true },
    { state: 'failed', code: 401, reason: 'Unauthorized', step: 'register' },
  )
  phone.addAccount({ username: '101', domain: '192.168.1.132', enabled: false })
}
