import type { Account, VoicemailCount } from '../../electron/ipc/contract.ts'

/** The one with something new, else the default account's, else the first there is. */
export function boxOf(
  accounts: readonly Account[],
  counts: readonly VoicemailCount[],
): { readonly account: Account; readonly newCount: number } | undefined {
  const boxes = accounts
    .filter(({ enabled, voicemail }) => enabled && voicemail !== '')
    .map((account) => ({
      account,
      newCount: counts.find(({ accountId }) => accountId === account.id)?.newCount ?? 0,
    }))
    .toSorted((a, b) => Number(b.account.isDefault) - Number(a.account.isDefault))
  return boxes.find(({ newCount }) => newCount > 0) ?? boxes[0]
}
