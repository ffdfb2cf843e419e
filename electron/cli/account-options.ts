import type { AccountSettings } from '../phone/account.ts'
import { changeAccount } from '../phone/account.ts'
import { defaultAccount } from '../phone/default-account.ts'
import { PhoneError } from '../phone/phone-error.ts'
import type { CommandName } from './options.ts'
import { UsageError } from './usage-error.ts'

interface AccountOptions {
  readonly user: string | undefined
  readonly password: string | undefined
  readonly domain: string | undefined
  readonly proxy: string | undefined
  readonly transport: string | undefined
  readonly register: boolean
}

/** The account of this run that the command line describes. */
export interface GivenAccount {
  readonly fields: Partial<AccountSettings>
  /** Undefined: that of DIALTONE_PASSWORD, if any. */
  readonly password: string | undefined
}

/** Undefined where `--user` alone only says who we are. Throws a UsageError. */
export function readAccount(options: AccountOptions, kind?: CommandName): GivenAccount | undefined {
  const { user, password, domain, proxy, transport, register } = options
  if (domain === undefined && proxy === undefined) {
    const lonely = Object.entries({ password, transport, register: register || undefined }).find(
      ([, value]) => value !== undefined,
    )
    if (lonely !== undefined) throw new UsageError(`--${lonely[0]} needs --domain or --proxy`, undefined, kind)
    return undefined
  }
  if (user === undefined) throw new UsageError('an account needs --user', 'the part before the @ of its address', kind)
  const fields = {
    username: user,
    ...(domain !== undefined && { domain }),
    ...(proxy !== undefined && { proxy }),
    ...(transport !== undefined && { transport }),
    register: register ? 'always' : 'never',
  }
  try {
    const {
      username,
      domain: home,
      proxy: server,
      transport: by,
      register: tri,
    } = changeAccount(defaultAccount, fields)
    return { fields: { username, domain: home, proxy: server, transport: by, register: tri }, password }
  } catch (error) {
    if (error instanceof PhoneError) throw new UsageError(`--${error.message}`, undefined, kind)
    throw error
  }
}
