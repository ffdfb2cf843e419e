import { Menu, app } from 'electron'
import type { MenuItemConstructorOptions } from 'electron'
import type { Texts } from './texts.ts'

interface MenuActions {
  readonly onAnotherPhone: () => void
  readonly onMinimize: () => void
}

/**
 * The application menu: on macOS at the top of the screen, elsewhere behind Alt. It takes no key that the page uses
 * (Ctrl+M, Ctrl+H ...), so it stays away from Electron's ready-made Window and View menus.
 */
export function setMenu(texts: Texts, actions: MenuActions): void {
  const mac = process.platform === 'darwin'
  const quit: MenuItemConstructorOptions = { role: 'quit', label: texts.quit }
  const phone: MenuItemConstructorOptions = {
    label: texts.phone,
    submenu: [
      { id: 'another-phone', label: texts.anotherPhone, click: actions.onAnotherPhone },
      ...(mac ? [] : [{ type: 'separator' } as const, { ...quit, accelerator: 'Ctrl+Q' }]),
    ],
  }
  // The commands of text fields have no other way to their keys on macOS.
  const edit: MenuItemConstructorOptions = {
    label: texts.edit,
    submenu: [
      { role: 'undo', label: texts.undo },
      { role: 'redo', label: texts.redo },
      { type: 'separator' },
      { role: 'cut', label: texts.cut },
      { role: 'copy', label: texts.copy },
      { role: 'paste', label: texts.paste },
      { role: 'selectAll', label: texts.selectAll },
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: texts.view,
    submenu: [
      { role: 'resetZoom', label: texts.actualSize },
      { role: 'zoomIn', label: texts.zoomIn },
      { role: 'zoomOut', label: texts.zoomOut },
      ...(app.isPackaged ? [] : [{ role: 'toggleDevTools', label: texts.developerTools } as const]),
    ],
  }
  const window: MenuItemConstructorOptions = {
    label: texts.window,
    submenu: [{ label: texts.minimize, click: actions.onMinimize }],
  }
  const ownMenu: MenuItemConstructorOptions = {
    label: app.name,
    submenu: [{ role: 'about' }, { type: 'separator' }, { role: 'services' }, { type: 'separator' }, quit],
  }
  Menu.setApplicationMenu(Menu.buildFromTemplate([...(mac ? [ownMenu] : []), phone, edit, view, window]))
}
