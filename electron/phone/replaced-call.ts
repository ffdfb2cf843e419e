import type { Refusal } from './admission.ts'
import type { PhoneCall } from './call.ts'
import type { IncomingInvite } from './ports.ts'

/** The call that a Replaces header means, or why there is none to be replaced (RFC 3891 3). */
export function findReplaced(
  { replaces }: IncomingInvite,
  calls: readonly PhoneCall[],
): { readonly old: PhoneCall } | Refusal {
  for (const old of calls) {
    switch (replaces && old.standing(replaces)) {
      case 'confirmed':
        // What was to be replaced before somebody answers has been answered.
        return replaces?.earlyOnly ? { status: 486, reason: 'Busy Here' } : { old }
      case 'early':
        return { old }
      case 'ended':
        return { status: 603, reason: 'Decline' }
      case 'another':
    }
  }
  // Also for an early dialog that others began: only who made the call may have it replaced.
  return { status: 481, reason: 'Call/Transaction Does Not Exist' }
}
