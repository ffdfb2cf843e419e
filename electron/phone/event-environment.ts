import type { Accounts, CallingAccount } from './accounts.ts'
import type { Clock, EventAgent, Log, Originator, Trace } from './ports.ts'

/** What messages, presence and voicemail work with. */
export interface EventEnvironment {
  readonly agent: EventAgent
  readonly accounts: Pick<Accounts, 'dial' | 'calling' | 'usable' | 'describe'>
  readonly clock: Clock
  readonly log: Log
  readonly trace: Pick<Trace, 'noteInput'>
  /** Who we are where no account is. */
  readonly identity?: { readonly username: string; readonly displayName?: string } | undefined
  readonly onChanged: () => void
}

/** As whom a request goes out. Without an account we are whoever listens at this address. */
export function originator(through: CallingAccount | undefined, identity: EventEnvironment['identity']): Originator {
  if (through) return through.from
  const uri = `sip:${encodeURIComponent(identity?.username ?? 'dialtone')}@localhost`
  return identity?.displayName === undefined ? { uri } : { uri, displayName: identity.displayName }
}
