import type { AudioTest, Call, DtmfMode, SettingsPatch } from '../../electron/ipc/contract.ts'
import { PhoneRequestError } from '../phone-request-error.ts'
import { phone } from './connection.ts'
import { show } from './navigation.ts'
import { type ProblemWhat, traceCall, usePhone } from './phone.ts'
import { takeDialled } from './receive.ts'
import { report } from './report.ts'

/** What the user can ask of the phone. Nothing here rejects: what goes wrong is shown. */

/** `target` as it will be dialled. Resolves with false when the phone refused. */
export async function dial(target: string, accountId?: string): Promise<boolean> {
  usePhone.setState({ problem: undefined })
  return attempt('dial', async () => {
    const { callId } = await phone().request('call.dial', { target, ...(accountId !== undefined && { accountId }) })
    takeDialled(callId, target)
    show({ tab: 'phone', dialling: false })
  })
}

/** Takes a call that rings at somebody else's phone. */
export function pickUp(target: string): Promise<boolean> {
  return attempt('pickUp', async () => {
    const { callId } = await phone().request('call.pickUp', { target })
    takeDialled(callId, target)
    show({ tab: 'phone', dialling: false })
  })
}

/** Takes a ringing call; the phone holds the others by itself. */
export function answer(call: Call): void {
  show({ tab: 'phone', dialling: false })
  void attempt('answer', () => phone().request('call.answer', { callId: call.callId }))
}

/** RFC 3261 21.4.24: busy here, so that a proxy may try another of the user's phones. */
export const declineCode = 486

export function decline(call: Call): void {
  void attempt('reject', () => phone().request('call.reject', { callId: call.callId, code: declineCode }))
}

export function silence(call: Call): void {
  traceCall(call.callId, () => ({ silenced: true }))
  void attempt('silence', () => phone().request('call.silence', { callId: call.callId }))
}

export function forward(call: Call, target: string): Promise<boolean> {
  return attempt('forward', () => phone().request('call.redirect', { callId: call.callId, target }))
}

export function hangUp(call: Call): Promise<boolean> {
  return attempt('hangup', () => phone().request('call.hangup', { callId: call.callId }))
}

export function toggleHold(call: Call): void {
  const { callId } = call
  if (call.onHold.local) void attempt('resume', () => phone().request('call.resume', { callId }))
  else void attempt('hold', () => phone().request('call.hold', { callId }))
}

/** Takes up a held call; the phone holds the one that talks by itself. */
export function swapTo(call: Call): void {
  void attempt('resume', () => phone().request('call.resume', { callId: call.callId }))
}

export function toggleMute(call: Call): void {
  void attempt('mute', () => phone().request('call.mute', { callId: call.callId, on: !call.muted }))
}

/** Digits go one after another; the field shows them at once. */
export function sendDigit(call: Call, digit: string): void {
  const { callId } = call
  const mode = usePhone.getState().traces[callId]?.askedMode
  traceCall(callId, ({ sentDigits }) => ({ sentDigits: (sentDigits + digit).slice(-64) }))
  void attempt('dtmf', async () => {
    const { mode: went } = await phone().request('call.dtmf', { callId, digits: digit, mode })
    traceCall(callId, () => ({ dtmfMode: went }))
  })
}

export function chooseDtmfMode(call: Call, mode: DtmfMode | undefined): void {
  traceCall(call.callId, () => ({ askedMode: mode, dtmfMode: mode }))
}

export async function changeSettings(patch: SettingsPatch): Promise<void> {
  await saveSetting(patch as Record<string, unknown>)
}

/** False when the phone refused. */
export function saveSetting(patch: Record<string, unknown>): Promise<boolean> {
  return attempt('settings', async () => {
    const settings = await phone().request('settings.set', { patch })
    usePhone.setState({ settings })
  })
}

export function join(calls: readonly Call[]): Promise<boolean> {
  return attempt('join', () => phone().request('call.conference', { callIds: calls.map(({ callId }) => callId) }))
}

/** Out of the conference, on hold. */
export function leave({ callId }: Call): Promise<boolean> {
  return attempt('join', () => phone().request('call.split', { callId }))
}

export function toggleRecord({ callId, recording }: Call): Promise<boolean> {
  return attempt('record', () => phone().request('call.record', { callId, on: !recording }))
}

export function answerTransfer(callId: string, accept: boolean): Promise<boolean> {
  return attempt('transfer', () => phone().request('call.answerTransfer', { callId, accept }))
}

export function answerCertificate(fingerprint: string, accept: 'once' | 'always' | 'never'): Promise<boolean> {
  return attempt('certificate', () => phone().request('certificates.answer', { fingerprint, accept }))
}

export function testEcho(on: boolean): Promise<boolean> {
  return testSound('echo', on)
}

export function testSound(what: AudioTest, on: boolean): Promise<boolean> {
  return attempt('echo', () => phone().request('audio.test', { what, on }))
}

async function attempt(what: ProblemWhat, work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    if (!(error instanceof PhoneRequestError)) throw error
    report(what, error)
    return false
  }
}
