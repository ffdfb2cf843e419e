import { create } from 'zustand'
import type { AccountTestProgress, AccountTestStep } from '../../electron/ipc/contract.ts'
import type { Value, Values } from '../settings/field.ts'
import type { Fault } from '../settings/validate.ts'

/** What somebody has typed into the form of an account and not yet saved. It outlives the form, and every failure. */
interface AccountDraft {
  /** Only what differs from the account as it is kept. */
  readonly changes: Values
  readonly faults: Readonly<Record<string, Fault>>
  readonly test?: AccountTest
}

export interface AccountTest {
  /** While it runs: the steps that are over. */
  readonly soFar?: readonly AccountTestStep[]
  /** Absent while it runs. */
  readonly steps?: readonly AccountTestStep[]
  /** Why it could not begin, in the phone's words. */
  readonly refused?: string
}

/** The draft of an account that is not there yet. */
export const newDraft = 'new'

const empty: AccountDraft = { changes: {}, faults: {} }

const useDrafts = create<Readonly<Record<string, AccountDraft>>>()(() => ({}))

export function useDraft(id: string): AccountDraft {
  return useDrafts((drafts) => drafts[id] ?? empty)
}

export function changeDraft(id: string, change: (draft: AccountDraft) => Partial<AccountDraft>): void {
  const draft = useDrafts.getState()[id] ?? empty
  useDrafts.setState({ [id]: { ...draft, ...change(draft) } })
}

export function typeInDraft(id: string, path: string, value: Value): void {
  changeDraft(id, ({ changes, faults }) => {
    const { [path]: _mended, ...others } = faults
    return { changes: { ...changes, [path]: value }, faults: others }
  })
}

export function clearDraft(id: string, kept: Partial<AccountDraft> = {}): void {
  useDrafts.setState({ [id]: { ...empty, ...kept } })
}

/** A test goes on. Of one that no longer runs, or another window's, nothing is shown. */
export function takeTestStep({ id = newDraft, step }: AccountTestProgress): void {
  const test = useDrafts.getState()[id]?.test
  if (test === undefined || test.steps !== undefined || test.refused !== undefined) return
  changeDraft(id, () => ({ test: { soFar: [...(test.soFar ?? []), step] } }))
}
