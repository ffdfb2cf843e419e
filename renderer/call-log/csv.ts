import type { LogEntry } from '../../electron/ipc/contract.ts'

const columns = [
  'at',
  'direction',
  'name',
  'uri',
  'answered',
  'missed',
  'code',
  'reason',
  'cause',
  'durationSeconds',
  'codec',
  'lossPercent',
  'jitterMs',
  'mos',
  'callId',
] as const

/** The log as RFC 4180 has it, with a byte order mark, so that spreadsheets read Chinese names. */
export function csvOf(entries: readonly LogEntry[]): string {
  const rows = entries.map((entry) => {
    const received = entry.quality?.received
    return [
      entry.at,
      entry.direction,
      entry.remote.displayName ?? '',
      entry.remote.uri,
      entry.answered ? 'yes' : 'no',
      entry.missed ? 'yes' : 'no',
      entry.code === 0 ? '' : entry.code,
      entry.reason,
      entry.cause,
      Math.round(entry.durationMs / 1000),
      received?.codec ?? '',
      received?.lossPercent ?? '',
      received?.jitterMs ?? '',
      received?.mos ?? '',
      entry.sipCallId,
    ]
  })
  return `\ufeff${[columns, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`
}

/** Names come from strangers: what a spreadsheet would take for a formula is a text here. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
