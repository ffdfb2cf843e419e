import { Notification, app } from 'electron'
import type { BrowserWindow } from 'electron'
import { bringForward } from './main-window.ts'
import type { Texts } from './texts.ts'

interface ClosingOptions {
  readonly window: BrowserWindow
  readonly texts: () => Texts
  readonly inCall: () => boolean
  /** Whether the phone goes on without its window: a setting, and the habit of macOS. */
  readonly keepRunning: () => boolean
  /** Ends the phone in order; in the end the process ends, too. */
  readonly end: () => Promise<void>
}

/**
 * What closing the window means: in a call it only hides, and the phone quits when the last call is over; otherwise the
 * phone quits, unless it is to go on. Quitting ends calls in order first.
 */
export class Closing {
  readonly #options: ClosingOptions
  #ending = false
  #leaveAfterCall = false
  #notice: Notification | undefined

  constructor(options: ClosingOptions) {
    const { window } = options
    this.#options = options
    window.on('close', (event) => {
      if (this.#ending || (!options.inCall() && !options.keepRunning())) return
      event.preventDefault()
      window.hide()
      if (options.keepRunning()) return
      this.#leaveAfterCall = true
      this.#tellThatItGoesOn()
    })
    window.on('show', () => this.#stay())
    // Windows ends the session of its user.
    window.on('session-end', () => this.quit())
    app.on('window-all-closed', () => app.quit())
    app.on('activate', () => bringForward(window))
    app.on('before-quit', (event) => {
      event.preventDefault()
      this.quit()
    })
  }

  /** Ends everything in order; asking again changes nothing. */
  quit(): void {
    if (this.#ending) return
    this.#ending = true
    this.#notice?.close()
    // Nobody needs to watch the calls being ended.
    if (!this.#options.window.isDestroyed()) this.#options.window.hide()
    void this.#options.end()
  }

  /** Whenever the number of calls has changed. */
  callsChanged(): void {
    if (this.#leaveAfterCall && !this.#options.inCall()) app.quit()
  }

  #stay(): void {
    this.#leaveAfterCall = false
    this.#notice?.close()
    this.#notice = undefined
  }

  #tellThatItGoesOn(): void {
    const { callGoesOn, callGoesOnHint } = this.#options.texts()
    const notice = new Notification({ title: callGoesOn, body: callGoesOnHint, silent: true })
    notice.on('click', () => bringForward(this.#options.window))
    notice.show()
    this.#notice = notice
  }
}
