import type { TraceMessage, TraceSummary } from '../phone/trace-message.ts'

/** A message with its text also shows the reason phrase and whether it carries SDP. */
type LadderMessage = TraceSummary & Partial<Pick<TraceMessage, 'text'>>

interface LadderOptions {
  /** Names for addresses (`127.0.0.1:5060` -> `alice`), shown above their columns. */
  readonly names?: Readonly<Record<string, string>>
  /** Numbers of messages by their ids, in front of the time; those without one repeat another. */
  readonly numbers?: ReadonlyMap<number, number>
}

const timeWidth = 10
const numberWidth = 4
const leastGap = 34

/**
 * The messages as a ladder: a column for each address in the order of appearance, an arrow for each message, seconds
 * since the first on the left. A message recorded at both of its ends is drawn once.
 */
export function ladder(messages: readonly LadderMessage[], options: LadderOptions = {}): string {
  const arrows = onceEach(messages.toSorted((one, other) => one.monotonicMs - other.monotonicMs))
  const columns = [...new Set(arrows.flatMap(ends))]
  const titles = columns.map((address) => {
    const name = options.names?.[address]
    return name === undefined ? address : `${name} ${address}`
  })
  const widest = Math.max(
    0,
    ...arrows.map((arrow) => label(arrow).length + 8),
    ...titles.map((title) => title.length + 2),
  )
  const gap = Math.max(leastGap, widest)
  const began = arrows[0]?.monotonicMs ?? 0
  const rows = arrows.map((arrow) => {
    const [from, to] = ends(arrow).map((address) => columns.indexOf(address)) as [number, number]
    const number = options.numbers?.get(arrow.id) ?? ''
    const place = options.numbers === undefined ? '' : String(number).padStart(numberWidth)
    return `${place}${seconds(arrow.monotonicMs - began)}${rung(columns.length, gap, from, to, label(arrow))}`
  })
  const indent = ' '.repeat(options.numbers === undefined ? 0 : numberWidth)
  return [`${indent}${header(titles, gap)}`, ...rows].map((line) => `${line.trimEnd()}\n`).join('')
}

/** Sender, receiver. */
function ends(message: TraceSummary): [string, string] {
  return message.direction === 'out' ? [message.local, message.remote] : [message.remote, message.local]
}

/** Two recorders on one host see each message twice: as it leaves and as it arrives. */
function onceEach(messages: readonly LadderMessage[]): LadderMessage[] {
  const waiting = new Map<string, number>()
  return messages.filter((message) => {
    const { sipCallId, method, code, cseq, branch, direction } = message
    const other = direction === 'in' ? 'out' : 'in'
    const what = JSON.stringify([...ends(message), sipCallId, method, code, cseq, branch])
    const pending = waiting.get(`${other}${what}`) ?? 0
    if (pending > 0) waiting.set(`${other}${what}`, pending - 1)
    else waiting.set(`${direction}${what}`, (waiting.get(`${direction}${what}`) ?? 0) + 1)
    return pending === 0
  })
}

function label({ method, code, text, retransmission, sipCallId }: LadderMessage): string {
  const reason = code === undefined ? undefined : /^SIP\/2\.0 \d{3} ([^\r\n]{0,40})/i.exec(text ?? '')?.[1]
  const what = code === undefined ? method : `${code} ${reason ?? `(${method})`}`
  const readable = what === '' || (sipCallId === '' && method === '') ? 'unreadable' : what
  const sdp = text !== undefined && /\r?\n\r?\nv=0\r?\n/.test(text) ? ' + SDP' : ''
  return `${readable}${sdp}${retransmission ? ' (again)' : ''}`
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} `.padStart(timeWidth)
}

function header(titles: readonly string[], gap: number): string {
  const line = titles.reduce((text, title, column) => {
    const centre = timeWidth + column * gap - Math.floor(title.length / 2)
    return text.padEnd(Math.max(centre, text === '' ? 0 : text.length + 1)) + title
  }, '')
  return line
}

/** One row: a bar in each column, and between two of them the arrow; to itself a loop beside its bar. */
function rung(columns: number, gap: number, from: number, to: number, text: string): string {
  const row = Array.from<unknown, string>({ length: (columns - 1) * gap + 1 }, (_, at) => (at % gap === 0 ? '|' : ' '))
  if (from === to) return `${row.slice(0, from * gap + 1).join('')}<> ${text}`
  const [left, right] = [Math.min(from, to) * gap, Math.max(from, to) * gap]
  for (let at = left + 1; at < right; at++) row[at] = '-'
  if (from < to) row[right - 1] = '>'
  else row[left + 1] = '<'
  const shown = ` ${text} `.slice(0, right - left - 4)
  const begin = left + Math.ceil((right - left + 1 - shown.length) / 2)
  row.splice(begin, shown.length, ...shown)
  return row.join('')
}
