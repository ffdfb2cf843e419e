import type { Account, Settings } from '../../electron/ipc/contract.ts'

/** A profile as a file: settings, accounts and contacts, without a single secret. */
interface ProfileFile {
  readonly settings: Record<string, unknown>
  readonly accounts: readonly Record<string, unknown>[]
  readonly contacts: string
}

const mark = 'dialtone-profile'

export function writeProfile(settings: Settings, accounts: readonly Account[], contacts: string): string {
  const told = accounts.map(({ id: _id, hasPassword: _has, ...fields }) => fields)
  return `${JSON.stringify({ format: mark, version: 1, settings, accounts: told, contacts }, undefined, 2)}\n`
}

/** Undefined when it is no such file. What is inside is for the phone to judge. */
export function readProfile(text: string): ProfileFile | undefined {
  let tree: unknown
  try {
    tree = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
  if (!isRecord(tree) || tree['format'] !== mark) return undefined
  const { settings, accounts, contacts } = tree
  return {
    settings: isRecord(settings) ? settings : {},
    accounts: Array.isArray(accounts)
      ? accounts
          .filter(isRecord)
          .slice(0, 100)
          .map(({ id: _id, password: _password, hasPassword: _has, ...fields }) => fields)
      : [],
    contacts: typeof contacts === 'string' ? contacts : '',
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
