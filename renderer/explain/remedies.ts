import type { Verdict } from './explain.ts'

/** What the window can do about it at a click. */
export type RemedyAction = 'call' | 'edit' | 'settings' | 'allowCalls'

interface Remedy {
  /** `remedy.NAME` of the translations. */
  readonly name: RemedyName
  readonly action?: RemedyAction
}

type RemedyName =
  | 'callLater'
  | 'callBack'
  | 'askToStart'
  | 'callDirectly'
  | 'checkNumber'
  | 'wholeNumber'
  | 'checkAddress'
  | 'isItOn'
  | 'firewall'
  | 'network'
  | 'account'
  | 'mayYouCall'
  | 'codecs'
  | 'srtp'
  | 'newAddress'
  | 'tellThem'
  | 'tellServer'
  | 'doNotDisturbOff'
  | 'restart'

const callLater: Remedy = { name: 'callLater', action: 'call' }
const callBack: Remedy = { name: 'callBack', action: 'call' }
const checkNumber: Remedy = { name: 'checkNumber', action: 'edit' }
const checkAddress: Remedy = { name: 'checkAddress', action: 'edit' }
const tellThem: Remedy = { name: 'tellThem' }
const tellServer: Remedy = { name: 'tellServer' }

/** At most three things to try, the most promising first. */
export const remedies: Readonly<Partial<Record<Verdict, readonly Remedy[]>>> = {
  missed: [callBack],
  doNotDisturb: [callBack, { name: 'doNotDisturbOff', action: 'allowCalls' }],
  localBusy: [callBack],
  busy: [callLater],
  busyEverywhere: [callLater],
  declined: [callLater],
  unwanted: [{ name: 'mayYouCall' }],
  noAnswer: [callLater],
  timeout: [checkAddress, { name: 'isItOn' }, { name: 'firewall' }],
  unreachable: [checkAddress, { name: 'isItOn' }, { name: 'network' }],
  networkLost: [{ name: 'network' }, callLater],
  notRegistered: [{ name: 'askToStart' }, callLater, { name: 'callDirectly', action: 'edit' }],
  notFound: [checkNumber],
  gone: [{ name: 'newAddress' }],
  incomplete: [{ name: 'wholeNumber', action: 'edit' }],
  ambiguous: [{ name: 'wholeNumber', action: 'edit' }],
  passwordAsked: [{ name: 'account' }],
  proxyPassword: [{ name: 'account' }],
  forbidden: [{ name: 'mayYouCall' }, checkNumber],
  noCodec: [{ name: 'codecs' }, { name: 'srtp' }],
  extension: [tellThem],
  badRequest: [tellThem],
  method: [tellThem],
  loop: [tellServer],
  tooManyHops: [tellServer],
  noDialog: [callLater],
  collision: [callLater],
  moved: [{ name: 'newAddress' }],
  serverError: [callLater, tellServer],
  badGateway: [callLater, tellServer],
  overloaded: [callLater],
  version: [tellThem],
  tooLarge: [tellThem],
  security: [{ name: 'srtp' }, tellServer],
  secureMedia: [{ name: 'srtp' }],
  cancelled: [callLater],
  internal: [callLater, { name: 'restart' }],
  refused: [callLater],
}
