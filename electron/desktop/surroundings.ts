import type { BrowserWindow } from 'electron'
import type { Log } from '../phone/ports.ts'
import type { Phone } from '../phone/phone.ts'
import type { Settings } from '../phone/settings.ts'
import type { CallEnded, MessageReceived, Snapshot } from '../phone/shapes.ts'
import { showBadge } from './badge.ts'
import { GlobalShortcuts } from './global-shortcuts.ts'
import { openLinks } from './link-handler.ts'
import { bringForward } from './main-window.ts'
import { News } from './news.ts'
import { PhoneTray } from './phone-tray.ts'
import { type LoginStart, startAtLogin } from './start-at-login.ts'
import type { Texts } from './texts.ts'

interface SurroundingsOptions {
  readonly window: BrowserWindow
  readonly phone: Phone
  readonly title: string
  readonly texts: () => Texts
  readonly login: LoginStart
  readonly onAnotherPhone: () => void
  readonly onQuit: () => void
  /** Puts an address into the dial field. */
  readonly onDialText: (target: string) => void
  /** Changes settings as the window does. */
  readonly changeSettings: (patch: unknown) => unknown
  readonly log: Log
}

/** The phone outside of its window: tray, badge, notices, keys, login, links. */
export class Surroundings {
  readonly #options: SurroundingsOptions
  readonly #tray: PhoneTray | undefined
  readonly #shortcuts: GlobalShortcuts
  readonly #news: News
  #snapshot: Snapshot
  #missed = 0
  #applied: { readonly startAtLogin: boolean; readonly openLinks: boolean }

  constructor(options: SurroundingsOptions) {
    const { window, phone, texts } = options
    this.#options = options
    this.#snapshot = phone.snapshot()
    this.#news = new News(texts)
    // As the last start has left them; a profile that is new changes nothing of the system.
    this.#applied = phone.settings().ui
    const calls = {
      onAnswer: (callId: string) => this.#try('answered', () => phone.answer(callId)),
      onDecline: (callId: string) => this.#try('declined', () => phone.reject(callId)),
      onHangUp: (callId: string) => this.#try('ended', () => phone.hangup(callId)),
      onMute: (callId: string, on: boolean) => this.#try('muted', () => phone.mute(callId, on)),
    }
    this.#shortcuts = new GlobalShortcuts(() => this.#snapshot.calls, {
      ...calls,
      onTaken: (keys) => this.#news.keysTaken(keys),
    })
    this.#tray = PhoneTray.open({
      ...calls,
      onShow: () => bringForward(window),
      onHide: () => window.hide(),
      onDoNotDisturb: (doNotDisturb) => this.#try('set', () => options.changeSettings({ calls: { doNotDisturb } })),
      onAnotherPhone: options.onAnotherPhone,
      onQuit: options.onQuit,
    })
    if (this.#tray === undefined) options.log.info('this system has no tray')
    window.on('show', () => this.#refresh())
    window.on('hide', () => this.#refresh())
    window.on('focus', () => this.#looked())
    this.apply(phone.settings())
  }

  /** Of these settings, whatever has changed; the language, too. */
  apply({ ui }: Settings): void {
    this.#shortcuts.apply(ui.globalShortcuts)
    const before = this.#applied
    this.#applied = ui
    if (before.startAtLogin !== ui.startAtLogin)
      this.#try('set for the login', () => startAtLogin(ui.startAtLogin, this.#options.login))
    if (before.openLinks !== ui.openLinks) this.#try('set for links', () => openLinks(ui.openLinks))
    this.#refresh()
  }

  update(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    this.#refresh()
  }

  /** The log says whether it was missed. */
  ended({ sipCallId }: CallEnded): void {
    const { phone, window, onDialText } = this.#options
    const entry = phone.listLog({ limit: 20 }).find((one) => one.sipCallId === sipCallId)
    if (entry?.missed !== true || window.isFocused()) return
    this.#missed += 1
    const onShow = () => bringForward(window)
    this.#news.missed(phone.contacts.named(entry).remote, {
      onShow,
      // It fills the dial field: whoever called may not be who they say.
      onCallBack: () => {
        onShow()
        onDialText(entry.remote.uri)
      },
    })
    this.#badge()
  }

  message(message: MessageReceived): void {
    const { window, phone } = this.#options
    if (window.isFocused()) return
    const { from: uri, displayName, accountId } = message
    const { remote } = phone.contacts.named({
      remote: displayName === undefined ? { uri } : { uri, displayName },
      accountId,
    })
    this.#news.message({ ...message, ...remote }, () => bringForward(window))
  }

  close(): void {
    this.#shortcuts.close()
    this.#news.clear()
    this.#tray?.close()
  }

  #looked(): void {
    this.#news.clear()
    if (this.#missed === 0) return
    this.#missed = 0
    this.#badge()
  }

  #badge(): void {
    const { window, texts } = this.#options
    showBadge(window, this.#missed, `${texts().missedCalls}: ${this.#missed}`)
    this.#refresh()
  }

  #refresh(): void {
    const { window, texts, title } = this.#options
    if (window.isDestroyed()) return
    this.#tray?.update({
      snapshot: this.#snapshot,
      missed: this.#missed,
      windowVisible: window.isVisible(),
      texts: texts(),
      title,
    })
  }

  /** What cannot be done is told in the log: nobody sits at a window. */
  #try(what: string, work: () => unknown): void {
    const failed = (error: unknown) => this.#options.log.warn(`not ${what}`, { error })
    try {
      Promise.resolve(work()).catch(failed)
    } catch (error) {
      failed(error)
    }
  }
}
