import { create } from 'zustand'
import type { TraceMessage } from '../../electron/ipc/contract.ts'
import { type Capture, readCapture } from '../../electron/dissect/capture.ts'
import { PhoneRequestError } from '../phone-request-error.ts'
import { phone } from '../state/connection.ts'

export type TraceFilter = 'all' | 'calls' | 'registrations' | 'problems'
export type MessagePaneTab = 'story' | 'explained' | 'text' | 'digest' | 'sdp'
export type TraceView = 'ladder' | 'list' | 'text' | 'rtp'
export type TimeStyle = 'start' | 'previous' | 'clock'

/** A capture of somebody else; it never leaves the page. */
export interface OpenFile {
  readonly id: string
  readonly name: string
  readonly capture: Capture
}

interface TraceState {
  /** Of this phone, oldest first. */
  readonly live: readonly TraceMessage[]
  readonly files: readonly OpenFile[]
  readonly recording: boolean
  readonly search: string
  readonly filter: TraceFilter
  /** Of a conversation: `SOURCE CALL-ID`, the source being `live` or a file. */
  readonly chosen: string | undefined
  /** The id of a message of it. */
  readonly message: number | undefined
  readonly view: TraceView
  readonly tab: MessagePaneTab
  readonly time: TimeStyle
  /** In a narrow window the message lies over the ladder. */
  readonly paneOpen: boolean
  /** The diagnostics bundle lies over everything. */
  readonly bundle: boolean
  /** Why the last file or export came to nothing. */
  readonly problem: { readonly what: 'file' | 'part' | 'export'; readonly name: string } | undefined
}

/** More than the phone keeps; older ones go. */
const mostLive = 10_000
const mostFiles = 20
/** Messages that come within this time are shown together. */
const breathMs = 50

export const useTrace = create<TraceState>()(() => ({
  live: [],
  files: [],
  recording: false,
  search: '',
  filter: 'all',
  chosen: undefined,
  message: undefined,
  view: 'ladder',
  tab: 'story',
  time: 'start',
  paneOpen: false,
  bundle: false,
  problem: undefined,
}))

export function change(part: Partial<TraceState>): void {
  useTrace.setState(part)
}

export function choose(chosen: string | undefined): void {
  if (chosen !== useTrace.getState().chosen) change({ chosen, message: undefined, tab: 'story', paneOpen: false })
}

/** Shows a message; what was looked at of the one before is looked at of it. */
export function chooseMessage(message: number): void {
  const { tab } = useTrace.getState()
  change({ message, tab: tab === 'story' ? 'explained' : tab })
}

/** Reads what the phone has kept, and hears of every further message until `stopWatching`. */
export async function startWatching(): Promise<void> {
  try {
    await phone().request('trace.subscribe', { on: true })
    const kept = await phone().request('trace.list', { limit: mostLive, text: true })
    const texts = kept.flatMap((message) => (message.text === undefined ? [] : [{ ...message, text: message.text }]))
    waiting = []
    change({ recording: true, live: joined(texts, useTrace.getState().live) })
  } catch (error) {
    if (!(error instanceof PhoneRequestError)) throw error
    change({ recording: false })
  }
}

export function stopWatching(): void {
  change({ recording: false })
  phone()
    .request('trace.subscribe', { on: false })
    .catch(() => {
      // The connection is gone, and the subscription with it.
    })
}

let waiting: TraceMessage[] = []

export function takeMessage(message: TraceMessage): void {
  waiting.push(message)
  if (waiting.length > 1) return
  setTimeout(() => {
    const fresh = waiting
    waiting = []
    if (fresh.length > 0) change({ live: joined(useTrace.getState().live, fresh) })
  }, breathMs)
}

/** Each once, by its id. */
function joined(before: readonly TraceMessage[], after: readonly TraceMessage[]): readonly TraceMessage[] {
  const last = before.at(-1)?.id ?? -1
  return [...before, ...after.filter(({ id }) => id > last)].slice(-mostLive)
}

let fileCount = 0

/** Reads captures in the page: nothing of them is sent anywhere. */
export async function openFiles(files: readonly File[]): Promise<void> {
  for (const file of files) {
    try {
      const capture = readCapture(new Uint8Array(await file.arrayBuffer()))
      if (capture.messages.length === 0) throw new Error('no SIP')
      const id = `file${++fileCount}`
      const first = capture.messages[0]
      change({
        files: [...useTrace.getState().files, { id, name: file.name, capture }].slice(-mostFiles),
        problem: capture.problem === undefined ? undefined : { what: 'part', name: `${file.name}: ${capture.problem}` },
        filter: 'all',
        search: '',
      })
      choose(keyOf(id, first?.sipCallId ?? ''))
    } catch {
      change({ problem: { what: 'file', name: file.name } })
    }
  }
}

export function closeFile(id: string): void {
  const { files, chosen } = useTrace.getState()
  change({ files: files.filter((file) => file.id !== id) })
  if (chosen?.startsWith(`${id} `) === true) choose(undefined)
}

export function keyOf(source: string, sipCallId: string): string {
  return `${source} ${sipCallId}`
}
