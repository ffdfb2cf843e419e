import { globalShortcut } from 'electron'
import type { Settings } from '../phone/settings.ts'
import type { Call } from '../phone/shapes.ts'

interface ShortcutActions {
  readonly onAnswer: (callId: string) => void
  readonly onHangUp: (callId: string) => void
  readonly onMute: (callId: string, on: boolean) => void
  /** Keys that another program has. */
  readonly onTaken: (keys: readonly string[]) => void
}

type Shortcuts = Settings['ui']['globalShortcuts']

/** Keys that work while other programs have the keyboard: answer the call that rings, end or mute the one that talks. */
export class GlobalShortcuts {
  readonly #calls: () => readonly Call[]
  readonly #actions: ShortcutActions
  #registered: readonly string[] = []
  #chosen = ''

  constructor(calls: () => readonly Call[], actions: ShortcutActions) {
    this.#calls = calls
    this.#actions = actions
  }

  apply(shortcuts: Shortcuts): void {
    const chosen = JSON.stringify(shortcuts)
    if (chosen === this.#chosen) return
    this.#chosen = chosen
    this.close()
    if (!shortcuts.on) return
    const { answer, hangUp, mute } = shortcuts
    const wanted: readonly (readonly [string, () => void])[] = [
      [answer, () => this.#answer()],
      [hangUp, () => this.#hangUp()],
      [mute, () => this.#mute()],
    ]
    const taken: string[] = []
    for (const [keys, work] of wanted) {
      if (keys === '') continue
      if (register(keys, work)) this.#registered = [...this.#registered, keys]
      else taken.push(keys)
    }
    if (taken.length > 0) this.#actions.onTaken(taken)
  }

  close(): void {
    for (const keys of this.#registered) globalShortcut.unregister(keys)
    this.#registered = []
  }

  #answer(): void {
    const ringing = this.#calls().find(({ state }) => state === 'incoming')
    if (ringing !== undefined) this.#actions.onAnswer(ringing.callId)
  }

  #hangUp(): void {
    const call =
      this.#active() ?? this.#calls().find(({ direction, state }) => direction === 'outgoing' && state !== 'terminated')
    if (call !== undefined) this.#actions.onHangUp(call.callId)
  }

  #mute(): void {
    const call = this.#active()
    if (call !== undefined) this.#actions.onMute(call.callId, !call.muted)
  }

  #active(): Call | undefined {
    const talking = this.#calls().filter(({ state }) => state === 'confirmed')
    return talking.find(({ onHold }) => !onHold.local) ?? talking[0]
  }
}

/** The same keys twice, or ones that this system does not know, are as good as taken. */
function register(keys: string, work: () => void): boolean {
  try {
    return globalShortcut.register(keys, work)
  } catch {
    return false
  }
}
