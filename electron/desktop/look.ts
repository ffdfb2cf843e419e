import { app, nativeTheme } from 'electron'
import type { BrowserWindow } from 'electron'
import type { Settings } from '../phone/settings.ts'
import { startAnotherPhone } from './another-phone.ts'
import { setMenu } from './menu.ts'
import { type Texts, textsFor } from './texts.ts'

/** Whatever is not the page follows the settings of the page: frame, menu, notifications. */
export class Look {
  readonly #window: BrowserWindow
  /** Starts one more, with data of its own. */
  readonly anotherPhone: () => void
  #texts: Texts = textsFor('auto', [])

  constructor(window: BrowserWindow, profile: string, onFault: (thrown: unknown) => void) {
    this.#window = window
    this.anotherPhone = () => startAnotherPhone(profile, onFault)
  }

  readonly texts = (): Texts => this.#texts

  apply({ ui }: Settings): void {
    nativeTheme.themeSource = ui.theme === 'auto' ? 'system' : ui.theme
    this.#texts = textsFor(ui.language, app.getPreferredSystemLanguages())
    setMenu(this.#texts, { onAnotherPhone: this.anotherPhone, onMinimize: () => this.#window.minimize() })
  }
}
