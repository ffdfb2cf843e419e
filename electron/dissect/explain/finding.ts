import type { Step } from '../steps.ts'

/** What a trace tells somebody who can read it, as data: `say` has the words. */
export interface Finding {
  readonly name: FindingName
  /** Nothing wrong; good to know; deserves a look; the reason why it failed. */
  readonly tone: 'good' | 'plain' | 'warn' | 'fail'
  /** What stands for the `{{names}}` in the text. */
  readonly values: Readonly<Record<string, FindingValue>>
  /** The messages it was read from, by their ids. */
  readonly messages: readonly number[]
}

/** A word is looked up in the texts of the language. */
export type FindingValue = string | number | { readonly word: 'self' }

/** Each with the section that says so. */
export const findingSections = {
  'ended.bye': 'RFC 3261 §15',
  'ended.byeReason': 'RFC 3326 §2',
  'ended.byeNoReply': 'RFC 3261 §15.1.1',
  'ended.byeUnknown': 'RFC 3261 §15.1.2',
  'ended.refused': 'RFC 3261 §21',
  'ended.cancelled': 'RFC 3261 §9.1',
  'ended.elsewhere': 'RFC 3326 §3',
  'ended.lateAnswer': 'RFC 3261 §9.1',
  'ended.noReply': 'RFC 3261 §17.1.1.2',
  'ended.notAnswered': 'RFC 3261 §16.8',
  'ended.noFinal': 'RFC 3261 §13.3.1.1',
  'ended.noAck': 'RFC 3261 §13.3.1.4',
  'ended.ackLost': 'RFC 3261 §13.3.1.4',
  'ended.session': 'RFC 4028 §10',
  'ended.reinvite': 'RFC 3261 §14.1',
  'ended.transferred': 'RFC 3515 §2.4',
  'ended.redirected': 'RFC 3261 §8.1.3.4',
  'ended.noCredentials': 'RFC 3261 §22.2',
  'ended.running': 'RFC 3261 §12',
  'ended.forked': 'RFC 3261 §12.1.2',
  'digest.asked': 'RFC 3261 §22.1',
  'digest.accepted': 'RFC 7616 §3.4',
  'digest.refused': 'RFC 3261 §22.1',
  'digest.forbidden': 'RFC 3261 §21.4.4',
  'digest.realm': 'RFC 3261 §22.1',
  'digest.nonce': 'RFC 7616 §3.4',
  'digest.stale': 'RFC 7616 §3.3',
  'digest.uri': 'RFC 3261 §22.4',
  'digest.algorithm': 'RFC 8760 §2.4',
  'digest.qop': 'RFC 7616 §3.4',
  'digest.replay': 'RFC 7616 §3.4',
  'digest.proxyRegistrar': 'RFC 3261 §22.3',
  'registration.registered': 'RFC 3261 §10.2.4',
  'registration.shorter': 'RFC 3261 §10.3',
  'registration.refreshed': 'RFC 3261 §10.2.4',
  'registration.expired': 'RFC 3261 §10.2.1',
  'registration.removed': 'RFC 3261 §10.2.2',
  'registration.tooBrief': 'RFC 3261 §10.2.8',
  'registration.refused': 'RFC 3261 §10.3',
  'registration.noReply': 'RFC 3261 §17.1.2.2',
  'registration.contactMissing': 'RFC 3261 §10.2.4',
  'registration.others': 'RFC 3261 §10.2.3',
  'nat.mapped': 'RFC 3581 §4',
  'nat.noRport': 'RFC 3581 §3',
  'nat.contact': 'RFC 3261 §8.1.1.8',
  'nat.alg': 'RFC 3261 §8.2.6.2',
  'nat.length': 'RFC 3261 §18.3',
  'media.agreed': 'RFC 3264 §6.1',
  'media.noCodec': 'RFC 3264 §6',
  'media.encryption': 'RFC 3264 §6',
  'media.warning': 'RFC 3261 §20.43',
  'media.refused': 'RFC 3264 §6',
  'media.noTones': 'RFC 4733 §2.5.1.1',
  'media.loopback': 'RFC 8866 §5.7',
  'media.private': 'RFC 8866 §5.7',
  'media.elsewhere': 'RFC 8866 §5.7',
  'media.nowhere': 'RFC 3264 §8.4',
  'media.family': 'RFC 8866 §5.7',
  'media.oneWay': 'RFC 3264 §5.1',
  'media.hold': 'RFC 3264 §8.4',
  'sound.oneWay': 'RFC 3264 §5.1',
  'sound.elsewhere': 'RFC 4961 §4',
  'sound.unknownType': 'RFC 3264 §6.1',
  'request.accepted': 'RFC 3261 §21.2',
  'request.refused': 'RFC 3261 §21',
  'request.noReply': 'RFC 3261 §17.1.2.2',
} as const

type FindingName = keyof typeof findingSections

/** One finding, read from those messages. */
export function finding(
  tone: Finding['tone'],
  name: FindingName,
  steps: readonly (Step | undefined)[],
  values: Finding['values'] = {},
): Finding {
  const messages = steps.flatMap((step) => (step === undefined ? [] : [step.read.message.id]))
  return { name, tone, values, messages }
}
