import type { Call } from '../../electron/ipc/contract.ts'
import type { LampState } from '../controls/lamp.tsx'
import { isAnswered } from '../state/lines.ts'

interface LineState {
  readonly lamp: LampState
  /** `line.NAME` of the translations. */
  readonly words:
    | 'calling'
    | 'ringing'
    | 'talking'
    | 'conference'
    | 'incoming'
    | 'heldByUs'
    | 'heldByThem'
    | 'heldByBoth'
}

export function lineStateOf(call: Call): LineState {
  if (call.state === 'incoming') return { lamp: 'ring', words: 'incoming' }
  if (!isAnswered(call)) return { lamp: 'work', words: call.state === 'calling' ? 'calling' : 'ringing' }
  const { local, remote } = call.onHold
  if (local && remote) return { lamp: 'held', words: 'heldByBoth' }
  if (local) return { lamp: 'held', words: 'heldByUs' }
  if (remote) return { lamp: 'held', words: 'heldByThem' }
  return { lamp: 'ok', words: call.conference ? 'conference' : 'talking' }
}
