import { create } from 'zustand'
import type { Call } from '../../electron/ipc/contract.ts'
import { PhoneRequestError } from '../phone-request-error.ts'
import { phone } from './connection.ts'
import { show } from './navigation.ts'
import { usePhone } from './phone.ts'

/** A transfer under way in this window: choose, speak first, connect. */
export interface Transfer {
  /** Who is to be transferred. */
  readonly callId: string
  /** The call to whom they go, once it has been made. */
  readonly otherId?: string
  /** Waits for the other phone to say that it worked. */
  readonly asking?: boolean
  readonly failed?: { readonly code: string; readonly sipCode?: number | undefined }
}

export const useTransfer = create<{
  readonly current: Transfer | undefined
  /** The calls that ended because they were connected, and to whom. */
  readonly done: { readonly callIds: readonly string[]; readonly name: string } | undefined
}>()(() => ({ current: undefined, done: undefined }))

export function beginTransfer({ callId }: Call): void {
  show({ tab: 'phone', dialling: false, keypad: false })
  useTransfer.setState({ current: { callId } })
}

export function endTransfer(): void {
  useTransfer.setState({ current: undefined })
}

/** Blind: they are asked to call the target, and whether that worked is waited for. */
export function sendNow(callId: string, target: string, name: string): Promise<void> {
  return ask({ callId }, [callId], name, () => phone().request('call.transfer', { callId, target }))
}

/** Attended: the two are connected, and this phone leaves. */
export function connect(callId: string, otherId: string, name: string): Promise<void> {
  return ask({ callId, otherId }, [callId, otherId], name, () =>
    phone().request('call.transferTo', { callId, otherCallId: otherId }),
  )
}

/** Calls the target while they wait on hold. */
export async function speakFirst(call: Call, target: string): Promise<void> {
  const { callId } = call
  try {
    if (!call.onHold.local) await phone().request('call.hold', { callId })
    const { callId: otherId } = await phone().request('call.dial', { target })
    useTransfer.setState({ current: { callId, otherId } })
  } catch (error) {
    fail({ callId }, error)
  }
}

/** Ends the talk with the target, if there is one, and takes up the first again. */
export async function goBack({ callId, otherId }: Transfer): Promise<void> {
  endTransfer()
  const { calls } = usePhone.getState().snapshot
  try {
    if (calls.some((call) => call.callId === otherId)) await phone().request('call.hangup', { callId: otherId ?? '' })
    if (calls.find((call) => call.callId === callId)?.onHold.local === true)
      await phone().request('call.resume', { callId })
  } catch (error) {
    // Gone meanwhile: its summary says how.
    if (!(error instanceof PhoneRequestError)) throw error
  }
}

async function ask(
  transfer: Transfer,
  callIds: readonly string[],
  name: string,
  request: () => Promise<void>,
): Promise<void> {
  // Told beforehand: the calls end before the answer comes.
  useTransfer.setState({ current: { ...transfer, asking: true }, done: { callIds, name } })
  try {
    await request()
    useTransfer.setState({ current: undefined })
  } catch (error) {
    useTransfer.setState({ done: undefined })
    fail(transfer, error)
  }
}

function fail(transfer: Transfer, error: unknown): void {
  if (!(error instanceof PhoneRequestError)) throw error
  useTransfer.setState({ current: { ...transfer, failed: { code: error.code, sipCode: error.sipCode } } })
}
