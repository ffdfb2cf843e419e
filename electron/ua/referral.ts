import type { Headers } from 'drachtio-srf'
import type { Invite } from '../phone/ports.ts'
import { formatReplaces } from './replaces.ts'

/** What an INVITE says that somebody else asked for (RFC 3892 3, RFC 3891 5). */
export function referralHeaders({ referral }: Invite): Headers {
  const { referredBy, replaces, requiresReplaces } = referral ?? {}
  return {
    ...(referredBy !== undefined && { 'Referred-By': `<${referredBy}>` }),
    ...(replaces && { Replaces: formatReplaces(replaces) }),
    ...(replaces && requiresReplaces && { Require: 'replaces' }),
  }
}
