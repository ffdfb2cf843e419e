import { Menu, nativeImage, Tray } from 'electron'
import { trayPictures, type TrayState } from './tray-pictures.ts'
import { stateLine, type TrayActions, type TrayInput, trayMenu, trayState } from './tray-view.ts'

/** The phone in the tray: Windows, Linux, and the menu bar of macOS. */
export class PhoneTray {
  readonly #tray: Tray
  readonly #actions: TrayActions
  #shown = ''

  /** Undefined where the system has no place for it. */
  static open(actions: TrayActions): PhoneTray | undefined {
    try {
      return new PhoneTray(new Tray(pictureOf('ready')), actions)
    } catch {
      return undefined
    }
  }

  private constructor(tray: Tray, actions: TrayActions) {
    this.#tray = tray
    this.#actions = actions
    // On Linux and macOS a click opens the menu.
    tray.on('click', () => {
      if (process.platform === 'win32') actions.onShow()
    })
  }

  update(input: TrayInput): void {
    const menu = trayMenu(input, this.#actions)
    const state = trayState(input)
    // A menu that is open is closed when it is replaced: only what has changed is told.
    const shown = JSON.stringify([state, input.title, menu])
    if (shown === this.#shown || this.#tray.isDestroyed()) return
    this.#shown = shown
    this.#tray.setImage(pictureOf(state))
    this.#tray.setToolTip(`${input.title}: ${stateLine(input)}`.replaceAll('&&', '&'))
    this.#tray.setContextMenu(Menu.buildFromTemplate([...menu]))
  }

  close(): void {
    if (!this.#tray.isDestroyed()) this.#tray.destroy()
  }
}

function pictureOf(state: TrayState) {
  const mac = process.platform === 'darwin'
  const [small, large] = trayPictures[state][mac ? 'template' : 'colour']
  const image = nativeImage.createFromDataURL(small)
  image.addRepresentation({ scaleFactor: 2, width: 32, height: 32, dataURL: large })
  image.setTemplateImage(mac)
  return image
}
