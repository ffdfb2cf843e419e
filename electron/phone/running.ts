import { Accounts } from './accounts.ts'
import { Calls } from './calls.ts'
import { Events } from './events.ts'
import type { PhoneDelegate, PhoneDependencies } from './phone.ts'
import type { Media, UserAgent } from './ports.ts'
import type { Settings } from './settings.ts'

/** What a phone has once it listens. */
export interface Running {
  readonly userAgent: UserAgent
  readonly media: Media
  readonly calls: Calls
  readonly accounts: Accounts
  readonly events: Events
}

export interface RunningOptions {
  readonly dependencies: PhoneDependencies
  readonly userAgent: UserAgent
  readonly media: Media
  readonly settings: () => Settings
  readonly onChanged: () => void
  readonly tell: (announce: (delegate: PhoneDelegate) => void) => void
  /** For people. */
  readonly notice: (text: string) => void
}

/** Puts together what the phone is made of. Nothing is sent yet: the accounts still have to be started. */
export function startRunning(options: RunningOptions): Running {
  const { dependencies, userAgent, media, settings, onChanged, tell, notice } = options
  const accounts = new Accounts({
    dependencies,
    userAgent,
    settings,
    onChanged: () => {
      events.accountsChanged()
      onChanged()
    },
    onWake: () => events.wake(),
    notice,
  })
  const events = new Events({
    ...dependencies,
    agent: userAgent,
    accounts,
    settings: () => settings().calls,
    onChanged,
    tell: (message) => tell((delegate) => delegate.onMessage?.(message)),
  })
  const calls = new Calls({ dependencies, userAgent, media, accounts, settings, onChanged, tell })
  return { userAgent, media, calls, accounts, events }
}
