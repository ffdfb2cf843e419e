import type { RingingDialog } from './dialog-info.ts'
import type { Replaces } from './ports.ts'
import { parseTarget } from './target.ts'

/** How a call that rings at somebody else's phone is taken. */
export interface PickUp {
  readonly uri: string
  /** Whose place the new call takes at the caller; absent: the server sees to it, by its code. */
  readonly replaces?: Replaces
}

/** Tags and Call-IDs as RFC 3261 25.1 allows them: they come from strangers and go into a header field. */
const word = /^[\w\-.!%*+`'~()<>:\\"/[\]?{}@]{1,256}$/
const token = /^[\w\-.!%*+`'~]{1,256}$/

/**
 * The caller is called in the place of the phone that rings (RFC 3891 1), where the dialog is told well enough
 * (RFC 4235 4.1); else the server is called at its pick-up code with the extension behind it, where there is one.
 */
export function pickUpOf(
  dialog: RingingDialog | undefined,
  watched: string,
  pickupCode: string | undefined,
): PickUp | undefined {
  const { callId = '', localTag = '', remoteTag = '', target = '' } = dialog ?? {}
  if (word.test(callId) && !/[<>"]/.test(callId) && token.test(localTag) && token.test(remoteTag)) {
    const uri = readable(target)
    // To-tag is the one of whom the INVITE goes to: for the phone that rings that is the remote one (RFC 3891 6.1).
    if (uri !== undefined) return { uri, replaces: { callId, toTag: remoteTag, fromTag: localTag, earlyOnly: true } }
  }
  const parts = /^(sips?:)([^@;?]+)(@.+)$/i.exec(watched)
  if (pickupCode === undefined || pickupCode === '' || parts === null) return undefined
  const [, scheme = '', user = '', rest = ''] = parts
  return { uri: `${scheme}${pickupCode.replaceAll(/[^\w*+.!~-]/g, encodeURIComponent)}${user}${rest}` }
}

/** Only where the document names a SIP URI; headers and method in it are dropped. */
function readable(target: string): string | undefined {
  if (!/^sips?:[^\s]+$/i.test(target)) return undefined
  try {
    return parseTarget(target.replace(/\?.*$/, '')).uri
  } catch {
    return undefined
  }
}
