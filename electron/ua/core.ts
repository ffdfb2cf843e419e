import type Srf from 'drachtio-srf'
import type { Request, Response } from 'drachtio-srf'
import type { Clock, Log, UserAgentDelegate } from '../phone/ports.ts'
import type { DrachtioLink } from '../sip/index.ts'
import type { AccountLine } from './line.ts'
import type { Subscriptions } from './subscribe.ts'
import type { UnderWay } from './under-way.ts'
import type { Wrap } from './wrap.ts'

/** What every part of the user agent works with. */
export interface Core {
  readonly srf: Srf
  readonly clock: Pick<Clock, 'after'>
  readonly log: Log
  readonly wrap: Wrap
  readonly delegate: UserAgentDelegate
  readonly random: (bytes: number) => Uint8Array
  readonly underWay: UnderWay
  /** Answers past drachtio-srf. */
  readonly respond: DrachtioLink['respond']
  /** Our end of the way to `uri`, as it is and as the peer is told of it. `mark`: the account's Send Internal IP. */
  readonly place: (uri: string, mark: string) => Promise<Place>
  /** Confirmed dialogs by the engine's dialog id. */
  readonly dialogs: Map<string, LiveDialog>
  /** Subscriptions of ours that are open. */
  readonly subscriptions: Subscriptions
  /** Accounts that are open. */
  readonly lines: Set<AccountLine>
}

interface Place {
  /** Where packets leave from: an IP literal. */
  readonly localAddress: string
  readonly told: { readonly address: string; readonly port: number }
}

export interface LiveDialog {
  /** A request in this dialog other than BYE. */
  receive(request: Request, response: Response): void
  /** The user agent closes: nobody is to wait for anything any more. */
  abandon(): void
}

/** Unpredictable, and a token (RFC 3261 19.3, 8.1.1.4). */
export function randomToken(core: Core, bytes: number): string {
  return Buffer.from(core.random(bytes)).toString('hex')
}
