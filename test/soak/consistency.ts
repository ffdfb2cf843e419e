import type { LogEntry } from '../../electron/phone/shapes.ts'
import type { TraceSummary } from '../../electron/phone/trace-message.ts'
import type { Actor } from './cast.ts'

/** Whether the call log of a phone says what was announced, and what passed the wire. Contradictions, in words. */
export function contradictions({ name, phone, ended }: Actor): readonly string[] {
  const entries = allEntries(phone)
  const found: string[] = []
  if (entries.length !== ended.length)
    found.push(`${name}: ${ended.length} calls ended, ${entries.length} are in the log`)
  const byCall = Map.groupBy(entries, ({ sipCallId }) => sipCallId)
  for (const { sipCallId, code, cause } of ended) {
    const logged = byCall.get(sipCallId) ?? []
    if (!logged.some((entry) => entry.code === code && entry.cause === cause))
      found.push(`${name}: ${sipCallId} ended with ${code} ${cause}, and the log says otherwise`)
  }
  const messages = Map.groupBy(phone.trace.list({ limit: 10_000 }), ({ sipCallId }) => sipCallId)
  for (const entry of entries) {
    const fault = contradiction(entry, messages.get(entry.sipCallId) ?? [])
    if (fault !== undefined)
      found.push(`${name}: ${entry.sipCallId} (${entry.direction} ${entry.code} ${entry.cause}): ${fault}`)
  }
  return found
}

function allEntries(phone: Actor['phone']): readonly LogEntry[] {
  const all: LogEntry[] = []
  for (;;) {
    const before = all.at(-1)?.id
    const page = phone.listLog({ limit: 1000, ...(before === undefined ? {} : { before }) })
    all.push(...page)
    if (page.length < 1000) return all
  }
}

/** Of one call, as far as its beginning is still in the trace. */
function contradiction(entry: LogEntry, messages: readonly TraceSummary[]): string | undefined {
  const way = entry.direction === 'outgoing' ? 'out' : 'in'
  const begun = messages.some(
    ({ method, code, direction }) => method === 'INVITE' && code === undefined && direction === way,
  )
  if (!begun) return undefined
  // Answers come the other way. Whoever is sent elsewhere asks anew, in the same call.
  const finals = messages.filter(
    ({ method, code = 0, direction }) => method === 'INVITE' && code >= 200 && direction !== way,
  )
  const answered = finals.some(({ code = 0 }) => code < 300)
  const codes = finals.map(({ code }) => code).join(', ')
  if (entry.answered) {
    if (!answered) return 'the log says it was answered, the trace has no 200'
    const ended = messages.some(({ method }) => method === 'BYE')
    return entry.cause === 'normal' && entry.code === 200 && !ended ? 'it ended without a BYE' : undefined
  }
  // Who cancels may be refused, or answered, at the same moment: it stays what the user wanted.
  if (entry.cause === 'cancelled' || entry.code === 0 || finals.length === 0) return undefined
  return finals.some(({ code }) => code === entry.code) ? undefined : `the trace has ${codes}`
}
