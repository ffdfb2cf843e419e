import { create } from 'zustand'
import type {
  Call,
  CallEnded,
  CallQuality,
  DtmfMode,
  PhoneInfo,
  Quality,
  Settings,
  Snapshot,
} from '../../electron/ipc/contract.ts'
import type { Connection } from '../phone-client.ts'

/** What the window knows of the phone. The phone owns the truth; this is its last picture and what events added. */
export interface PhoneState {
  readonly connection: Connection
  readonly info: PhoneInfo | undefined
  /** Notices of it that the user has closed. */
  readonly readNotices: readonly string[]
  readonly settings: Settings | undefined
  readonly snapshot: Snapshot
  /** Of running calls, by callId. */
  readonly traces: Readonly<Record<string, CallTrace>>
  /** The last call that ended, until its summary goes. */
  readonly ended: EndedCall | undefined
  /** What went wrong with the last command, until it is closed. */
  readonly problem: Problem | undefined
}

/** What events told of a running call beside its state. */
interface CallTrace {
  readonly quality?: Quality
  readonly sentDigits: string
  readonly receivedDigits: string
  /** How the last digits went. */
  readonly dtmfMode?: DtmfMode | undefined
  /** What the user chose; absent leaves it to the phone. */
  readonly askedMode?: DtmfMode | undefined
  readonly silenced: boolean
  /** Quality reports in a row without a single new packet. */
  readonly deafSeconds: number
  /** Why there may be no sound, as the phone sees it. */
  readonly noAudio?: CallQuality['problem']
}

export interface EndedCall {
  readonly ended: CallEnded
  readonly call: Call
}

interface Problem {
  /** A code of the contract's errors. */
  readonly code: string
  readonly sipCode?: number | undefined
  readonly what: ProblemWhat
}

export type ProblemWhat =
  | 'dial'
  | 'answer'
  | 'pickUp'
  | 'reject'
  | 'forward'
  | 'hangup'
  | 'hold'
  | 'resume'
  | 'mute'
  | 'dtmf'
  | 'settings'
  | 'account'
  | 'contacts'
  | 'record'
  | 'join'
  | 'transfer'
  | 'certificate'
  | 'log'
  | 'message'
  | 'echo'
  | 'silence'

export const noTrace: CallTrace = { sentDigits: '', receivedDigits: '', silenced: false, deafSeconds: 0 }

const nothing: Snapshot = {
  accounts: [],
  calls: [],
  voicemail: [],
  presence: [],
  audio: { input: '', output: '', state: 'idle' },
  doNotDisturb: false,
}

export const usePhone = create<PhoneState>()(() => ({
  connection: 'connecting',
  info: undefined,
  readNotices: [],
  settings: undefined,
  snapshot: nothing,
  traces: {},
  ended: undefined,
  problem: undefined,
}))

/** Changes what is known of one call. */
export function traceCall(callId: string, change: (trace: CallTrace) => Partial<CallTrace>): void {
  usePhone.setState(({ traces }) => {
    const trace = traces[callId] ?? noTrace
    return { traces: { ...traces, [callId]: { ...trace, ...change(trace) } } }
  })
}

export function traceOf(callId: string) {
  return ({ traces }: PhoneState): CallTrace => traces[callId] ?? noTrace
}
