import { randomUUID } from 'node:crypto'
import { type AccountSettings, changeAccount } from './account.ts'
import { defaultAccount } from './default-account.ts'
import { PhoneError } from './phone-error.ts'

/** What the accounts file holds. */
export interface StoredAccounts {
  /** Of this profile, for ever (RFC 5626 4.1). */
  readonly instanceId: string
  readonly accounts: readonly StoredAccount[]
}

export interface StoredAccount {
  readonly id: string
  readonly account: AccountSettings
}

export const mostAccounts = 100

/** As far as it makes sense: each field at fault keeps its default and is named in `problems`. */
export function readAccounts(stored: unknown): StoredAccounts & { readonly problems: readonly string[] } {
  const file = isRecord(stored) ? stored : {}
  const problems: string[] = []
  const given = file['instanceId']
  const list = Array.isArray(file['accounts']) ? (file['accounts'] as unknown[]).slice(0, mostAccounts) : []
  const accounts = list.flatMap((entry) => {
    if (!isRecord(entry) || typeof entry['id'] !== 'string') return []
    const { id, ...fields } = entry
    return [{ id: String(id), account: readAccount(fields, problems) }]
  })
  const usable = typeof given === 'string' && /^urn:uuid:[0-9a-f-]{36}$/.test(given)
  return { instanceId: usable ? given : `urn:uuid:${randomUUID()}`, accounts, problems }
}

/** The file's content. */
export function writeAccounts({ instanceId, accounts }: StoredAccounts): unknown {
  return { instanceId, accounts: accounts.map(({ id, account }) => ({ id, ...account })) }
}

function readAccount(fields: Readonly<Record<string, unknown>>, problems: string[]): AccountSettings {
  let account = defaultAccount
  for (const [name, value] of Object.entries(fields)) {
    try {
      account = changeAccount(account, { [name]: value })
    } catch (error) {
      if (!(error instanceof PhoneError)) throw error
      problems.push(error.message)
    }
  }
  return account
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
