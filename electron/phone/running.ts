import { isDeepStrictEqual } from 'node:util'
import { Accounts } from './accounts.ts'
import { Calls } from './calls.ts'
import { Events } from './events.ts'
import type { PhoneDelegate, PhoneDependencies } from './phone.ts'
import { Nat } from './nat.ts'
import type { Media, UserAgent } from './ports.ts'
import type { Settings } from './settings.ts'

/** What a phone has once it listens. */
export interface Running {
  readonly userAgent: UserAgent
  readonly media: Media
  readonly calls: Calls
  readonly accounts: Accounts
  readonly events: Events
  readonly nat: Nat
  /** Opens the accounts, as soon as it is known how we are seen. */
  begin(): void
  settingsChanged(before: Settings, now: Settings): void
}

interface RunningOptions {
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
  const { clock, log } = dependencies
  // Servers were told where we were seen before.
  const onMoved = () => {
    accounts.renew()
    events.wake()
  }
  const nat = new Nat({ clock, log, userAgent, settings, onMoved, notice })
  const accounts = new Accounts({
    dependencies,
    userAgent,
    settings,
    onChanged: () => {
      events.accountsChanged()
      onChanged()
    },
    onWake: () => {
      userAgent.networkChanged()
      calls.relocate()
      void nat.refresh()
      events.wake()
    },
    notice,
    onTestStep: (tested) => tell((delegate) => delegate.onTestStep?.(tested)),
  })
  const events = new Events({
    ...dependencies,
    agent: userAgent,
    accounts,
    settings: () => settings().calls,
    onChanged,
    book: dependencies.store.messages,
    tell: (message) => tell((delegate) => delegate.onMessage?.(message)),
    onConversation: (peer) => tell((delegate) => delegate.onConversation?.(peer)),
  })
  const calls = new Calls({ dependencies, userAgent, media, accounts, nat, settings, onChanged, tell })
  return {
    userAgent,
    media,
    calls,
    accounts,
    events,
    nat,
    begin: () => {
      const asking = nat.refresh()
      // A first REGISTER with another Contact would leave a second binding behind.
      if (asking === undefined) accounts.start()
      else void asking.then(() => !nat.closed && accounts.start())
    },
    settingsChanged: (before, now) => {
      const { sendInternalIp } = before.defaults
      if (!isDeepStrictEqual(before.network, now.network) || sendInternalIp !== now.defaults.sendInternalIp) {
        void nat.refresh()
        accounts.renew()
      }
      if (!isDeepStrictEqual(before.defaults, now.defaults)) accounts.defaultsChanged()
    },
  }
}
