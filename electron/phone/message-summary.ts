/** Waiting messages (RFC 3842). Pure; never throws. */

export const messageSummaryType = 'application/simple-message-summary'

interface MessageSummary {
  readonly waiting: boolean
  /** Of voice messages. */
  readonly newCount: number
  readonly oldCount: number
}

const mostLines = 100
const mostMessages = 99_999

/** Undefined where it does not say whether anything waits. */
export function parseMessageSummary(body: string): MessageSummary | undefined {
  const lines = body.slice(0, 16_384).split(/\r?\n/, mostLines)
  let waiting: boolean | undefined
  let counts: readonly [number, number] | undefined
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (name === 'messages-waiting') waiting ??= readWaiting(value)
    else if (name === 'voice-message') counts ??= readCounts(value)
  }
  if (waiting === undefined && counts === undefined) return undefined
  // RFC 3842 5.2: the counts are optional; a plain "yes" is one message at least.
  const [newCount, oldCount] = counts ?? [waiting === true ? 1 : 0, 0]
  return { waiting: waiting ?? newCount > 0, newCount, oldCount }
}

function readWaiting(value: string): boolean | undefined {
  const word = value.toLowerCase()
  return word === 'yes' ? true : word === 'no' ? false : undefined
}

/** `new/old (urgent new/urgent old)` */
function readCounts(value: string): readonly [number, number] | undefined {
  const [, fresh, old] = /^(\d{1,9})\s?\/\s?(\d{1,9})/.exec(value) ?? []
  if (fresh === undefined || old === undefined) return undefined
  return [Math.min(Number(fresh), mostMessages), Math.min(Number(old), mostMessages)]
}
