import { AccountRegistration, type RegistrationEnvironment } from './account-registration.ts'
import { lineChange } from './account-line.ts'
import type { Line, LineOptions, UserAgent } from './ports.ts'

/** What an account's fields ask for. */
interface Wanted {
  readonly options: LineOptions
  readonly registers: boolean
  /** How long a registration is asked for. */
  readonly seconds: number
}

/** An account that leads somewhere. */
export interface OpenAccount extends Wanted {
  readonly line: Line
  readonly registration: AccountRegistration
}

/** A line that gives way to another one, and is to go at once when `hurry` is called. */
interface Retiring {
  readonly id: string
  readonly account: OpenAccount
  readonly gone: Promise<void>
  readonly hurry: () => void
}

type Environment = Omit<RegistrationEnvironment, 'line' | 'registrar'> & { readonly userAgent: UserAgent }

/** The lines of the accounts and their registrations, which change no more than the accounts do. */
export class OpenAccounts {
  readonly #environment: Environment
  readonly #open = new Map<string, OpenAccount>()
  readonly #retiring = new Set<Retiring>()

  constructor(environment: Environment) {
    this.#environment = environment
  }

  get(id: string): OpenAccount | undefined {
    return this.#open.get(id)
  }

  all(): readonly OpenAccount[] {
    return [...this.#open.values()]
  }

  /** The account that a line is or was of. */
  idOf(line: Line): string | undefined {
    for (const [id, account] of this.#open) if (account.line === line) return id
    return [...this.#retiring].find(({ account }) => account.line === line)?.id
  }

  /**
   * Makes it so, with no more said to the registrar than it has to know, and with a binding at any time: another line
   * is registered before the one that it takes the place of is taken back. Undefined: it leads nowhere.
   */
  apply(id: string, wanted: Wanted | undefined): void {
    const before = this.#open.get(id)
    if (wanted === undefined) return this.end(id)
    if (before === undefined) return void this.#begin(id, wanted)
    const change = lineChange(before.options, wanted.options)
    if (change === 'another') return this.#retire(id, before, this.#begin(id, wanted))
    const { line, registration } = before
    line.change(wanted.options)
    this.#open.set(id, { ...wanted, line, registration })
    const anew = !before.registers || before.seconds !== wanted.seconds || change === 'register'
    if (wanted.registers && anew) void registration.register(wanted.seconds)
    else if (before.registers && !wanted.registers) void registration.unregister()
    // Somebody registered it by hand
    else if (change === 'register') registration.wake()
  }

  /** It leads nowhere any more, and its binding is taken back. */
  end(id: string): void {
    const account = this.#open.get(id)
    if (account === undefined) return
    this.#open.delete(id)
    this.#retire(id, account, Promise.resolve())
  }

  /** Resolves when every binding is taken back. Never rejects. */
  async endAll(): Promise<void> {
    for (const id of this.#open.keys()) this.end(id)
    const retiring = [...this.#retiring]
    for (const { hurry } of retiring) hurry()
    await Promise.all(retiring.map(({ gone }) => gone))
  }

  /** Nothing is sent any more. */
  close(): void {
    const accounts = [...this.all(), ...[...this.#retiring].map(({ account }) => account)]
    for (const { registration } of accounts) registration.close()
  }

  /** Resolves when the registration, if one is wanted, has settled. */
  #begin(id: string, wanted: Wanted): Promise<unknown> {
    const { options } = wanted
    const line = this.#environment.userAgent.openLine(options)
    const registration = new AccountRegistration({ ...this.#environment, line, registrar: options.registrar })
    this.#open.set(id, { ...wanted, line, registration })
    return wanted.registers ? registration.register(wanted.seconds) : Promise.resolve()
  }

  #retire(id: string, account: OpenAccount, successor: Promise<unknown>): void {
    let hurry = () => {}
    const hurried = new Promise<void>((resolve) => (hurry = resolve))
    const gone = Promise.race([successor, hurried]).then(() => takeBack(account))
    const retiring = { id, account, gone, hurry }
    this.#retiring.add(retiring)
    void gone.then(() => this.#retiring.delete(retiring))
  }
}

async function takeBack({ registration, line }: OpenAccount): Promise<void> {
  await registration.unregister()
  registration.close()
  line.close()
}
