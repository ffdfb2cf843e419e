import { contactAt } from './addresses.ts'
import type { Core } from './core.ts'
import type { AccountLine } from './line.ts'

/** Our end of a call, as it is now. */
export interface OwnEnd {
  /** Where packets leave from: an IP literal. */
  readonly localAddress: string
  /** The Contact of requests to come. */
  readonly contact: string
}

/** Where we are now for the peer of a call. Rejects with an error when there is no way to it. */
export async function ownEnd(
  core: Core,
  line: AccountLine | undefined,
  target: string,
  contact: string,
): Promise<OwnEnd> {
  const way = line?.firstHop(target) ?? target
  const { localAddress, told } = await core.place(way, line?.options.sendInternalIp ?? 'default')
  return { localAddress, contact: contactAt(contact, told) }
}
