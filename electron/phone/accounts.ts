import { randomUUID } from 'node:crypto'
import { type Account, type AccountPatch, type AccountSettings, changeAccount } from './account.ts'
import { defaultAccount } from './default-account.ts'
import { type Dialled, dialThrough, lineOptionsOf, registers } from './account-line.ts'
import { type AccountTestProgress, type AccountTestStep, testAccount } from './account-test.ts'
import { type OpenAccount, OpenAccounts } from './open-accounts.ts'
import { ownAddresses } from './own-addresses.ts'
import { PhoneError } from './phone-error.ts'
import type { PhoneDependencies } from './phone.ts'
import type { Binding, Line, UserAgent } from './ports.ts'
import type { Settings } from './settings.ts'
import type { Registration, RemoteParty } from './shapes.ts'
import {
  mostAccounts,
  readAccounts,
  type StoredAccount,
  type StoredAccounts,
  writeAccounts,
} from './stored-accounts.ts'
import { parseTarget } from './target.ts'
import { WakeWatch } from './wake-watch.ts'

interface AccountsOptions {
  readonly dependencies: PhoneDependencies
  readonly userAgent: UserAgent
  readonly settings: () => Settings
  readonly onChanged: () => void
  /** The computer woke, or the network is another one. */
  readonly onWake?: () => void
  readonly notice: (text: string) => void
  /** A step of a test is over; `id` of an account that is kept. */
  readonly onTestStep?: (tested: AccountTestProgress) => void
}

/** An account whose calls go through its own servers. */
export interface CallingAccount {
  readonly accountId: string
  readonly line: Line
  readonly from: RemoteParty
  /** Undefined: those of the audio settings. */
  readonly codecs: AccountSettings['codecs'] | undefined
  readonly settings: AccountSettings
}

const unregistered: Registration = { state: 'unregistered' }
/** How long registrars may take to let us go. */
const closeLimitMs = 2000
/** The id of the account that the command line describes. */
const commandLineId = 'command-line'

/** The accounts of the profile: kept, open towards their servers, and registered where that is wanted. */
export class Accounts {
  readonly #options: AccountsOptions
  readonly #open: OpenAccounts
  readonly #given: StoredAccount | undefined
  readonly #watch: WakeWatch
  #stored: StoredAccounts

  constructor(options: AccountsOptions) {
    this.#options = options
    const { store, account, clock, log, trace } = options.dependencies
    const { userAgent, onChanged } = options
    const keepAliveSeconds = () => options.settings().network.keepAliveSeconds
    this.#open = new OpenAccounts({
      userAgent,
      clock,
      log,
      keepAliveSeconds,
      onChanged,
      noteInput: trace.noteInput.bind(trace),
    })
    const addresses = () => ownAddresses(options.settings().network.listenIp).join(' ')
    this.#watch = new WakeWatch(clock, addresses, () => this.wake())
    const { problems, ...stored } = readAccounts(store.storedAccounts)
    for (const problem of problems) options.notice(`A stored account was not read in full: ${problem}`)
    this.#stored = stored
    this.#given = account && {
      id: commandLineId,
      account: { ...changeAccount(defaultAccount, account.fields), isDefault: true },
    }
  }

  /** Opens and registers them all, but those that somebody has saved meanwhile. */
  start(): void {
    for (const { id } of this.#all()) if (!this.#open.get(id)) this.#apply(id)
  }

  list(): Account[] {
    return this.#all().map((stored) => this.#shown(stored))
  }

  describe(): { readonly id: string; readonly registration: Registration }[] {
    return this.#all().map(({ id }) => ({ id, registration: this.#open.get(id)?.registration.shown ?? unregistered }))
  }

  /** Kept, and used at once; calls come in meanwhile. Throws a PhoneError. */
  save({ id: known, password, ...patch }: AccountPatch): Account {
    const { hasPassword: _shown, ...fields } = patch as Readonly<Record<string, unknown>>
    const before = known === undefined ? undefined : this.#findKept(known)
    if (before === undefined && this.#stored.accounts.length >= mostAccounts) {
      throw new PhoneError('bad-state', `There are ${mostAccounts} accounts already`)
    }
    const account = changeAccount(before?.account ?? defaultAccount, fields)
    const id = before?.id ?? randomUUID()
    const changed = { id, account }
    const others = this.#stored.accounts.map((other) => (account.isDefault ? withoutDefault(other) : other))
    const accounts = before ? others.map((other) => (other.id === id ? changed : other)) : [...others, changed]
    if (password !== undefined) this.#keep(() => this.#secrets.write(id, password ?? undefined))
    this.#write({ ...this.#stored, accounts })
    this.#apply(id)
    // Whoever saves it once more wants it tried once more
    const registration = this.#open.get(id)?.registration
    if (registration?.shown.state === 'failed') registration.wake()
    this.#options.onChanged()
    return this.#shown(this.#find(id))
  }

  remove(id: string): void {
    this.#findKept(id)
    void this.#open.end(id)
    if (this.#secrets.has(id)) this.#keep(() => this.#secrets.write(id, undefined))
    this.#write({ ...this.#stored, accounts: this.#stored.accounts.filter((account) => account.id !== id) })
    this.#options.onChanged()
  }

  /** Resolves when it has settled. Throws a PhoneError, or the StoreError of a password that cannot be read. */
  register(id: string): Promise<Registration> {
    const { account } = this.#find(id)
    if (this.#options.dependencies.password === undefined) this.#secrets.read(id)
    return this.#mustBeOpen(id).registration.register(account.reregisterSeconds)
  }

  async unregister(id: string): Promise<Registration> {
    this.#find(id)
    return this.#open.get(id)?.registration.unregister() ?? unregistered
  }

  async bindings(id: string): Promise<readonly Binding[]> {
    this.#find(id)
    const { status, reason, source, bindings } = await this.#mustBeOpen(id).line.register({ expiresSeconds: undefined })
    if (status < 300) return bindings
    const { line, options } = this.#mustBeOpen(id)
    if (source === 'unreachable') await this.#options.userAgent.route(options.registrar, line)
    if (source === 'timeout') throw new PhoneError('timeout', 'The registrar did not answer')
    if (source === 'unreachable') throw new PhoneError('unreachable', `The registrar cannot be reached: ${reason}`)
    throw new PhoneError('rejected', `The registrar answered ${status} ${reason}`, { sipCode: status, reason })
  }

  /** How far a registration would get, with these changes to an account or with a new one. Saves nothing. */
  async test({ id, password, ...patch }: AccountPatch): Promise<readonly AccountTestStep[]> {
    const { hasPassword: _shown, ...fields } = patch as Readonly<Record<string, unknown>>
    const account = changeAccount(id === undefined ? defaultAccount : this.#find(id).account, fields)
    const { settings, userAgent, dependencies } = this.#options
    const kept = id === undefined ? dependencies.password : this.#password(id, () => {})
    const facts = { password: password ?? kept, instanceId: this.#stored.instanceId, defaults: settings().defaults }
    const options = lineOptionsOf(account, facts)
    if (options === undefined) throw notUsable({ ...account, enabled: true })
    const { onTestStep } = this.#options
    return testAccount(userAgent, options, {
      now: () => dependencies.clock.now(),
      onStep: (step) => onTestStep?.({ ...(id !== undefined && { id }), step }),
    })
  }

  /** The network changed or the computer woke: every binding may be wrong. */
  wake(): void {
    this.#options.onWake?.()
    this.renew()
  }

  /** Tells the registrars anew where we are. */
  renew(): void {
    for (const { registration } of this.#open.all()) registration.wake()
  }

  /** What kept them from registering may be gone. */
  retryFailed(): void {
    for (const { registration } of this.#open.all()) {
      if (registration.shown.state === 'failed') registration.wake()
    }
  }

  /** The global choices behind the accounts' `default` are others: those are used that they make a difference for. */
  defaultsChanged(): void {
    for (const { id } of this.#all()) this.#apply(id)
    this.#options.onChanged()
  }

  /** Whom to call, and as whom; without an account it is a direct call. Throws a PhoneError. */
  dial(target: string, accountId: string | undefined): Pick<Dialled, 'uri'> & { readonly through?: CallingAccount } {
    const stored = accountId === undefined ? this.#default() : this.#find(accountId)
    if (stored === undefined) return { uri: parseTarget(target).uri }
    const { uri, direct } = dialThrough(target, stored.account)
    const open = direct ? undefined : this.#open.get(stored.id)
    if (open !== undefined) return { uri, through: callingAs(stored, open) }
    // Whoever may call in encrypted form only must not call past the account instead
    if (!direct && (accountId !== undefined || stored.account.srtp === 'mandatory')) throw notUsable(stored.account)
    return { uri }
  }

  /** Whom a typed target means in a call of this account; undefined: in a direct one. Throws a PhoneError. */
  uriOf(target: string, accountId: string | undefined): string {
    const account = this.#all().find(({ id }) => id === accountId)?.account
    return account === undefined ? parseTarget(target).uri : dialThrough(target, account).uri
  }

  /** The account that calls `uri` in the place of a call of that account; undefined: it is called directly. */
  through(uri: string, accountId: string | undefined): CallingAccount | undefined {
    const stored = this.#all().find(({ id }) => id === accountId)
    const open = stored && this.#open.get(stored.id)
    return open && !isDirect(uri, stored.account) ? callingAs(stored, open) : undefined
  }

  /** Those that lead somewhere. */
  usable(): readonly CallingAccount[] {
    return this.#all().flatMap((stored) => {
      const open = this.#open.get(stored.id)
      return open ? [callingAs(stored, open)] : []
    })
  }

  /** The account that a call came in for. */
  calling(line: Line | undefined): CallingAccount | undefined {
    const id = line && this.#open.idOf(line)
    const stored = this.#all().find((each) => each.id === id)
    const open = stored && this.#open.get(stored.id)
    return open && callingAs(stored, open)
  }

  /** Takes every binding back, as far as the registrars play along. Never rejects. */
  async close(): Promise<void> {
    const { clock } = this.#options.dependencies
    this.#watch.close()
    let stop = () => {}
    const late = new Promise<void>((resolve) => (stop = clock.after(closeLimitMs, resolve)))
    await Promise.race([this.#open.endAll(), late])
    stop()
    this.#open.close()
  }

  get #secrets() {
    return this.#options.dependencies.store.secrets
  }

  #all(): readonly StoredAccount[] {
    return this.#given ? [this.#given, ...this.#stored.accounts] : this.#stored.accounts
  }

  #find(id: string): StoredAccount {
    const found = this.#all().find((stored) => stored.id === id)
    if (found === undefined) throw new PhoneError('not-found', `There is no account ${id}`, { field: 'id' })
    return found
  }

  #findKept(id: string): StoredAccount {
    if (id === this.#given?.id) throw new PhoneError('bad-state', 'The account of the command line cannot be changed')
    return this.#find(id)
  }

  #default(): StoredAccount | undefined {
    const enabled = this.#all().filter(({ account }) => account.enabled)
    return enabled.find(({ account }) => account.isDefault) ?? enabled[0]
  }

  #shown({ id, account }: StoredAccount): Account {
    const given = id === commandLineId && this.#options.dependencies.account?.password !== undefined
    return { id, ...account, hasPassword: given || this.#secrets.has(id) }
  }

  #mustBeOpen(id: string): OpenAccount {
    const open = this.#open.get(id)
    if (open === undefined) throw notUsable(this.#find(id).account)
    return open
  }

  #apply(id: string): void {
    const { settings, notice } = this.#options
    const { account } = this.#find(id)
    const { defaults } = settings()
    const facts = { password: this.#password(id, notice), instanceId: this.#stored.instanceId, defaults }
    const options = account.enabled ? lineOptionsOf(account, facts) : undefined
    const wanted = options && { options, registers: registers(account, defaults), seconds: account.reregisterSeconds }
    this.#open.apply(id, wanted)
    if (wanted) this.#watch.start()
  }

  /** Undefined where there is none, or none that can be read here; then the registration says what is missing. */
  #password(id: string, notice: (text: string) => void): string | undefined {
    const { account, password } = this.#options.dependencies
    if (id === commandLineId) return account?.password ?? password
    try {
      return this.#secrets.read(id) ?? password
    } catch (error) {
      if (password !== undefined) return password
      notice(error instanceof Error ? error.message : String(error))
      return undefined
    }
  }

  #write(stored: StoredAccounts): void {
    this.#keep(() => this.#options.dependencies.store.saveAccounts(writeAccounts(stored)))
    this.#stored = stored
  }

  #keep(write: () => void): void {
    try {
      write()
    } catch (error) {
      throw new PhoneError('internal', 'The account could not be saved', {}, { cause: error })
    }
  }
}

function callingAs({ id, account: settings }: StoredAccount, open: OpenAccount): CallingAccount {
  const { line } = open
  const { from } = open.options
  const { codecs } = settings
  return { accountId: id, line, from, codecs: codecs.length > 0 ? codecs : undefined, settings }
}

function isDirect(uri: string, account: AccountSettings): boolean {
  try {
    return dialThrough(uri, account).direct
  } catch {
    // Nothing that anybody would type: for the account's server to judge.
    return false
  }
}

function notUsable({ enabled, username }: AccountSettings): PhoneError {
  if (!enabled) return new PhoneError('bad-state', 'The account is not enabled')
  const missing = username === '' ? 'Username' : 'Domain/Realm or SIP Proxy'
  return new PhoneError('bad-state', `The account lacks a ${missing}`)
}

function withoutDefault({ id, account }: StoredAccount): StoredAccount {
  return { id, account: { ...account, isDefault: false } }
}
