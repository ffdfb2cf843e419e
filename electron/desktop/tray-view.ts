import type { MenuItemConstructorOptions } from 'electron'
import type { Call, Snapshot } from '../phone/shapes.ts'
import { readableText } from './readable-text.ts'
import type { Texts } from './texts.ts'
import type { TrayState } from './tray-pictures.ts'

/** What the tray shows and offers, of what there is. Pure. */

export interface TrayInput {
  readonly snapshot: Snapshot
  /** Calls missed since somebody last looked. */
  readonly missed: number
  readonly windowVisible: boolean
  readonly texts: Texts
  /** `Dialtone`, with the profile when it is not the usual one. */
  readonly title: string
}

export interface TrayActions {
  readonly onShow: () => void
  readonly onHide: () => void
  readonly onAnswer: (callId: string) => void
  readonly onDecline: (callId: string) => void
  readonly onHangUp: (callId: string) => void
  readonly onMute: (callId: string, on: boolean) => void
  readonly onDoNotDisturb: (on: boolean) => void
  readonly onAnotherPhone: () => void
  readonly onQuit: () => void
}

/** A call comes first, then what somebody should look at, then what they have chosen. */
export function trayState({ snapshot, missed }: Pick<TrayInput, 'snapshot' | 'missed'>): TrayState {
  if (snapshot.calls.length > 0) return 'calling'
  if (missed > 0) return 'missed'
  if (snapshot.accounts.some(({ registration }) => registration.state === 'failed')) return 'fault'
  return snapshot.doNotDisturb ? 'quiet' : 'ready'
}

export function stateLine(input: Pick<TrayInput, 'snapshot' | 'missed' | 'texts'>): string {
  const { snapshot, missed, texts } = input
  switch (trayState(input)) {
    case 'calling': {
      const [call] = snapshot.calls
      const words = call?.state === 'incoming' ? texts.incomingCall : texts.inCall
      return call === undefined ? words : `${words}: ${nameOf(call)}`
    }
    case 'missed':
      return `${texts.missedCalls}: ${missed}`
    case 'fault':
      return texts.accountFailed
    case 'quiet':
      return texts.doNotDisturb
    case 'ready':
      return texts.ready
  }
}

export function trayMenu(input: TrayInput, actions: TrayActions): readonly MenuItemConstructorOptions[] {
  const { snapshot, texts, windowVisible } = input
  const line: MenuItemConstructorOptions = { type: 'separator' }
  return [
    { id: 'state', label: stateLine(input), enabled: false },
    ...snapshot.calls.flatMap((call) => [line, ...callItems(call, texts, actions)]),
    line,
    windowVisible
      ? { id: 'hide', label: texts.hide, click: actions.onHide }
      : { id: 'show', label: texts.show, click: actions.onShow },
    {
      id: 'do-not-disturb',
      type: 'checkbox',
      label: texts.doNotDisturb,
      checked: snapshot.doNotDisturb,
      click: () => actions.onDoNotDisturb(!snapshot.doNotDisturb),
    },
    { id: 'another-phone', label: texts.anotherPhone, click: actions.onAnotherPhone },
    line,
    { id: 'quit', label: texts.quit, click: actions.onQuit },
  ]
}

function callItems(call: Call, texts: Texts, actions: TrayActions): readonly MenuItemConstructorOptions[] {
  const { callId, muted } = call
  const name = nameOf(call)
  if (call.state === 'incoming')
    return [
      { id: `answer ${callId}`, label: `${texts.answer}: ${name}`, click: () => actions.onAnswer(callId) },
      { id: `decline ${callId}`, label: `${texts.decline}: ${name}`, click: () => actions.onDecline(callId) },
    ]
  const end = { id: `hang-up ${callId}`, label: `${texts.hangUp}: ${name}`, click: () => actions.onHangUp(callId) }
  if (call.state !== 'confirmed') return [end]
  const label = muted ? texts.unmute : texts.mute
  return [{ id: `mute ${callId}`, label, click: () => actions.onMute(callId, !muted) }, end]
}

/** Menus take `&` for the mark of a key. */
function nameOf({ remote }: Call): string {
  const name = readableText(remote.displayName ?? '')
  return (name === '' ? readableText(remote.uri) : name).replaceAll('&', '&&')
}
