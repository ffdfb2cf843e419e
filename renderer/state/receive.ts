import type { Call, CallEnded, CallQuality, CallStateChange, Snapshot } from '../../electron/ipc/contract.ts'
import type { AnyNotification } from '../phone-client.ts'
import { takeTestStep } from './account-drafts.ts'
import { noticeAccounts } from './accounts.ts'
import { refreshLog } from './call-log.ts'
import { keepLevelsOf, levelsOf } from './levels.ts'
import { fillDialField } from './navigation.ts'
import { traceCall, usePhone } from './phone.ts'
import { takeMessage as takeTraceMessage } from '../trace/state.ts'
import { refreshContacts } from './contacts.ts'
import { refreshFound } from './message-search.ts'
import { refreshMessages } from './messages.ts'

/** Takes in what the phone announces. */
export function receive(notification: AnyNotification): void {
  switch (notification.name) {
    case 'phone.snapshot':
      return takeSnapshot(notification.content)
    case 'call.ended':
      return takeEnded(notification.content)
    case 'call.dtmf': {
      const { callId, digit } = notification.content
      return traceCall(callId, ({ receivedDigits }) => ({ receivedDigits: (receivedDigits + digit).slice(-64) }))
    }
    case 'call.quality':
      return takeQuality(notification.content)
    case 'audio.levels':
      return levelsOf(notification.content.callId ?? '').add(notification.content, performance.now())
    case 'phone.link':
      return fillDialField(notification.content.target)
    case 'call.state':
      return takeState(notification.content)
    case 'trace.message':
      return takeTraceMessage(notification.content)
    case 'message.changed':
      refreshFound()
      return void refreshMessages()
    case 'accounts.testStep':
      return takeTestStep(notification.content)
    case 'contacts.changed':
      return void refreshContacts()
    // The conversation it belongs to has changed, and says so.
    case 'message.received':
    case 'phone.ready':
    // Only for carriers that begin with it.
  }
}

export function takeSnapshot(snapshot: Snapshot): void {
  const { traces } = usePhone.getState()
  const gone = Object.keys(traces).filter((callId) => !snapshot.calls.some((call) => call.callId === callId))
  keepLevelsOf(snapshot.calls.map(({ callId }) => callId))
  noticeAccounts(snapshot.accounts.map(({ id }) => id))
  usePhone.setState({
    snapshot,
    ...(gone.length > 0 && {
      traces: Object.fromEntries(Object.entries(traces).filter(([callId]) => !gone.includes(callId))),
    }),
  })
}

/** A call this window has just begun, until the next snapshot shows it: the screen need not wait for that. */
export function takeDialled(callId: string, uri: string): void {
  const { snapshot, ended } = usePhone.getState()
  if (snapshot.calls.some((call) => call.callId === callId) || ended?.ended.callId === callId) return
  usePhone.setState({ snapshot: { ...snapshot, calls: [...snapshot.calls, begun(callId, uri)] }, ended: undefined })
}

/** Each transition comes at once; the snapshot that tells the same may have to wait for its turn. */
function takeState({ callId, state }: CallStateChange): void {
  const { snapshot } = usePhone.getState()
  const call = snapshot.calls.find((call) => call.callId === callId)
  // How it ended comes with `call.ended`.
  if (call === undefined || call.state === state || state === 'terminated') return
  const answeredAt = state === 'confirmed' ? (call.answeredAt ?? new Date().toISOString()) : call.answeredAt
  const now: Call = { ...call, state, ...(answeredAt !== undefined && { answeredAt }) }
  usePhone.setState({ snapshot: { ...snapshot, calls: snapshot.calls.map((other) => (other === call ? now : other)) } })
}

function takeEnded(ended: CallEnded): void {
  const { snapshot } = usePhone.getState()
  const call = snapshot.calls.find(({ callId }) => callId === ended.callId)
  usePhone.setState({
    snapshot: { ...snapshot, calls: snapshot.calls.filter((other) => other !== call) },
    ...(call !== undefined && { ended: { ended, call } }),
  })
  keepLevelsOf(usePhone.getState().snapshot.calls.map(({ callId }) => callId))
  void refreshLog()
}

function takeQuality({ callId, quality, problem }: CallQuality): void {
  traceCall(callId, ({ quality: before, deafSeconds }) => {
    const { packets, lost } = quality.received
    if (before !== undefined && lost > before.received.lost) levelsOf(callId).lose(performance.now())
    const deaf = before === undefined ? packets === 0 : packets === before.received.packets
    return { quality, deafSeconds: deaf ? deafSeconds + 1 : 0, noAudio: problem }
  })
}

function begun(callId: string, uri: string): Call {
  return {
    callId,
    sipCallId: '',
    direction: 'outgoing',
    state: 'calling',
    remote: { uri },
    srtp: false,
    muted: false,
    onHold: { local: false, remote: false },
    recording: false,
    conference: false,
    startedAt: new Date().toISOString(),
  }
}
