import type { Account } from '../../electron/ipc/contract.ts'
import { defaultAccount } from '../../electron/phone/default-account.ts'
import { type Field, tri } from './field.ts'

const text = (longest: number) => ({ type: 'text', longest }) as const
const host = { type: 'host' } as const

/** In X-Lite's order. */
export const accountFields: readonly Field[] = [
  { path: 'displayName', label: 'Display Name', kind: text(128) },
  { path: 'username', label: 'Username', kind: { type: 'user' }, mono: true },
  { path: 'authorizationUser', label: 'Authorization User', kind: text(256), mono: true },
  { path: 'password', label: 'Password', kind: { type: 'password' }, mono: true },
  { path: 'domain', label: 'Domain/Realm', kind: host, mono: true },
  { path: 'proxy', label: 'SIP Proxy', kind: host, mono: true },
  { path: 'outboundProxy', label: 'Out Bound Proxy', kind: host, mono: true },
  { path: 'useOutboundProxy', label: 'Use Outbound Proxy', kind: tri },
  { path: 'sendInternalIp', label: 'Send Internal IP', kind: tri },
  { path: 'register', label: 'Register', kind: tri },
  { path: 'reregisterSeconds', label: 'Reregister Proxy', kind: { type: 'whole', least: 20, most: 86_400 } },
  { path: 'directDialIp', label: 'Direct Dial IP', kind: { type: 'yesNo' } },
  { path: 'dialPrefix', label: 'Dial Prefix', kind: { type: 'digits', longest: 16 }, mono: true },
  { path: 'voicemail', label: 'Voicemail', kind: text(256), mono: true, placeholder: '*97' },
  { path: 'pickupCode', label: 'Pickup Code', kind: text(32), mono: true, placeholder: '*8' },
  { path: 'forward.always', label: 'Forward To (always)', kind: text(512), mono: true },
  { path: 'forward.busy', label: 'Forward To (busy)', kind: text(512), mono: true },
  { path: 'forward.noAnswer', label: 'Forward To (no answer)', kind: text(512), mono: true },
  { path: 'forward.noAnswerSeconds', label: 'No answer after', kind: { type: 'whole', least: 5, most: 180 } },
  {
    path: 'transport',
    label: 'Transport',
    kind: { type: 'choice', values: ['auto', 'udp', 'tcp', 'tls'], names: ['Auto', 'UDP', 'TCP', 'TLS'] },
  },
  { path: 'srtp', label: 'SRTP', kind: { type: 'choice', values: ['off', 'optional', 'mandatory'] } },
  {
    path: 'dtmf',
    label: 'DTMF',
    kind: {
      type: 'choice',
      values: ['auto', 'rfc4733', 'info', 'inband'],
      names: ['Auto', 'RFC 4733', 'SIP INFO', 'In-band'],
    },
  },
  { path: 'codecs', label: 'Codecs', kind: { type: 'codecs', mayBeEmpty: true } },
  { path: 'sessionTimer.on', label: 'Session Timer', kind: { type: 'yesNo' } },
  { path: 'sessionTimer.seconds', label: 'Session Interval', kind: { type: 'whole', least: 90, most: 86_400 } },
]

/** Those that are all a newcomer needs stand above the line. */
export const firstFields = 6

/** The account as it is before anybody has typed anything. */
export const newAccount: Omit<Account, 'id'> = { ...defaultAccount, hasPassword: false }
