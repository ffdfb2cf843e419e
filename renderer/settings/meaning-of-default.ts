import type { Settings } from '../../electron/ipc/contract.ts'
import type { Values } from './field.ts'

/** What an account's `Default` means now, and why: `defaultMeaning.WHY` of the translations. */
interface Meaning {
  readonly always: boolean
  readonly why: 'settings' | 'noProxy' | 'proxyGiven' | 'registers' | 'sameSubnet'
}

/** X-Lite's rule: the account, else the settings, else what the situation suggests. */
export function meaningOfDefault(path: string, values: Values, defaults: Settings['defaults']): Meaning | undefined {
  if (path !== 'useOutboundProxy' && path !== 'sendInternalIp' && path !== 'register') return undefined
  if (values[path] !== 'default') return undefined
  const given = String(values['outboundProxy'] ?? '').trim() !== ''
  if (path === 'useOutboundProxy' && !given) return { always: false, why: 'noProxy' }
  const global = defaults[path]
  if (global !== 'auto') return { always: global === 'always', why: 'settings' }
  if (path === 'useOutboundProxy') return { always: true, why: 'proxyGiven' }
  return path === 'register' ? { always: true, why: 'registers' } : { always: true, why: 'sameSubnet' }
}
