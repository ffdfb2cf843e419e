import type { AccountSettings } from './account.ts'

/** An account as it is before anybody has typed anything. A file of its own, for the window begins with it as well. */
export const defaultAccount: AccountSettings = {
  enabled: true,
  isDefault: false,
  displayName: '',
  username: '',
  authorizationUser: '',
  domain: '',
  proxy: '',
  outboundProxy: '',
  useOutboundProxy: 'default',
  sendInternalIp: 'default',
  register: 'default',
  reregisterSeconds: 1800,
  directDialIp: true,
  dialPrefix: '',
  voicemail: '',
  forward: { noAnswerSeconds: 20 },
  transport: 'auto',
  srtp: 'off',
  dtmf: 'auto',
  codecs: [],
  sessionTimer: { on: false, seconds: 1800 },
}
