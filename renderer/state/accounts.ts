import { create } from 'zustand'
import type { Account, AccountTestStep, Registration } from '../../electron/ipc/contract.ts'
import { PhoneRequestError } from '../phone-request-error.ts'
import { phone } from './connection.ts'
import { usePhone } from './phone.ts'
import { report } from './report.ts'

/** The accounts of the phone. Passwords go in and never come out. */
export const useAccounts = create<{ readonly accounts: readonly Account[]; readonly loaded: boolean }>()(() => ({
  accounts: [],
  loaded: false,
}))

let asked = 0

export async function refreshAccounts(): Promise<void> {
  const turn = ++asked
  try {
    const accounts = await phone().request('accounts.list')
    if (turn === asked) useAccounts.setState({ accounts, loaded: true })
  } catch (error) {
    report('account', error)
  }
}

/** Another window, or a program, has made or removed one. */
export function noticeAccounts(ids: readonly string[]): void {
  const { accounts, loaded } = useAccounts.getState()
  if (!loaded || (ids.length === accounts.length && ids.every((id) => accounts.some((known) => known.id === id))))
    return
  void refreshAccounts()
}

type Saved = { readonly account: Account } | { readonly field: string | undefined }

/** A value the phone refuses is named by its field; whatever else goes wrong is shown. */
export async function saveAccount(account: Record<string, unknown>): Promise<Saved> {
  try {
    const saved = await phone().request('accounts.save', { account })
    await refreshAccounts()
    return { account: saved }
  } catch (error) {
    if (error instanceof PhoneRequestError && error.code === 'invalid-params') return { field: error.field }
    report('account', error)
    return { field: undefined }
  }
}

export async function removeAccount(id: string): Promise<void> {
  await attempt(() => phone().request('accounts.remove', { id }))
  await refreshAccounts()
}

export async function makeDefault(id: string): Promise<void> {
  await saveAccount({ id, isDefault: true })
}

export function register(id: string): Promise<void> {
  return attempt(() => phone().request('accounts.register', { id }))
}

export function unregister(id: string): Promise<void> {
  return attempt(() => phone().request('accounts.unregister', { id }))
}

type Tested =
  | { readonly steps: readonly AccountTestStep[] }
  /** It was not even begun: a field is missing or wrong. */
  | { readonly field: string | undefined; readonly message: string }

/** How far a registration would get with what is typed; saves nothing. */
export async function testAccount(account: Record<string, unknown>): Promise<Tested> {
  try {
    return await phone().request('accounts.test', { account })
  } catch (error) {
    if (!(error instanceof PhoneRequestError)) throw error
    return { field: error.field, message: error.message }
  }
}

/** The account that calls are made with. */
export function defaultAccountOf(accounts: readonly Account[]): Account | undefined {
  const enabled = accounts.filter((account) => account.enabled)
  return enabled.find(({ isDefault }) => isDefault) ?? enabled[0]
}

const unregistered: Registration = { state: 'unregistered' }

export function useRegistration(id: string | undefined): Registration {
  return usePhone(({ snapshot }) => snapshot.accounts.find((one) => one.id === id)?.registration ?? unregistered)
}

async function attempt(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    report('account', error)
  }
}
