import type { IncomingInvite } from './ports.ts'
import type { Settings } from './settings.ts'

/** After how many milliseconds the settings let the phone answer by itself; undefined: not at all. */
export function autoAnswerAfter(invite: IncomingInvite, { autoAnswer }: Settings['calls']): number | undefined {
  const { mode, delaySeconds } = autoAnswer
  if (mode === 'all') return delaySeconds * 1000
  if (mode === 'off') return undefined
  // RFC 5373 4.1: who asks for a person does not want a machine.
  const answerMode = /^\s*(auto|manual)\b/i.exec(
    invite.header('Answer-Mode') ?? invite.header('Priv-Answer-Mode') ?? '',
  )?.[1]
  if (answerMode?.toLowerCase() === 'manual') return undefined
  const asked = /;\s*answer-after\s*=\s*"?(\d{1,3})/i.exec(outside(invite.header('Call-Info')))?.[1]
  if (asked !== undefined) return Math.max(Number(asked), delaySeconds) * 1000
  const alert = /\b(?:info=)?(?:alert-autoanswer|auto answer|ring answer|intercom)\b/i
  const wanted = answerMode !== undefined || alert.test(outside(invite.header('Alert-Info')))
  return wanted ? delaySeconds * 1000 : undefined
}

/** What is said around the addresses of a header field: what stands in one of them is no wish. */
function outside(value = ''): string {
  return value.replace(/<[^<>]*>/g, '<>')
}
