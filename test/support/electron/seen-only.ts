import { EventEmitter } from 'node:events'
import type { World } from './world.ts'

/** What only a person could see or feel: dialogs, menus, notifications, colours, power. Written down for tests. */

interface MenuItemOptions {
  readonly id?: string
  readonly type?: string
  readonly checked?: boolean
  readonly enabled?: boolean
  readonly label?: string
  readonly role?: string
  readonly click?: () => void
  readonly submenu?: readonly MenuItemOptions[]
}

class MenuItem {
  readonly id: string | undefined
  readonly label: string
  readonly submenu: Menu | undefined
  readonly click: () => void

  constructor({ id, label, role, click, submenu }: MenuItemOptions) {
    this.id = id
    this.label = label ?? role ?? ''
    this.submenu = submenu === undefined ? undefined : new Menu(submenu)
    this.click = click ?? (() => {})
  }
}

class Menu {
  static #application: Menu | null = null
  readonly items: readonly MenuItem[]

  constructor(items: readonly MenuItemOptions[]) {
    this.items = items.map((item) => new MenuItem(item))
  }

  getMenuItemById(id: string): MenuItem | null {
    for (const item of this.items) {
      const found = item.id === id ? item : (item.submenu?.getMenuItemById(id) ?? null)
      if (found !== null) return found
    }
    return null
  }

  static buildFromTemplate(items: readonly MenuItemOptions[]): Menu {
    return new Menu(items)
  }

  static setApplicationMenu(menu: Menu | null): void {
    Menu.#application = menu
  }

  static getApplicationMenu(): Menu | null {
    return Menu.#application
  }
}

const turned = (text: string) => [...text].reverse().join('')

export function seenOnly(world: World) {
  const see = (what: string, detail: unknown) => void world.seen.push({ what, detail })

  class Notification extends EventEmitter {
    readonly title: string
    readonly body: string

    constructor({ title = '', body = '' }: { title?: string; body?: string }) {
      super()
      this.title = title
      this.body = body
    }

    show(): void {
      see('notification', this)
    }

    close(): void {
      see('notification closed', this)
      this.emit('close')
    }
  }

  class Tray extends EventEmitter {
    tooltip = ''
    menu: Menu | null = null
    image: unknown

    constructor(image: unknown) {
      super()
      this.image = image
      see('tray', this)
    }

    setImage(image: unknown): void {
      this.image = image
    }

    setToolTip(text: string): void {
      this.tooltip = text
    }

    setContextMenu(menu: Menu | null): void {
      this.menu = menu
    }

    isDestroyed(): boolean {
      return false
    }

    destroy(): void {
      see('tray gone', this)
    }
  }

  const shortcuts = new Map<string, () => void>()

  class NativeTheme extends EventEmitter {
    #source = 'system'

    get themeSource(): string {
      return this.#source
    }

    set themeSource(source: string) {
      this.#source = source
      world.dark = source === 'dark'
      for (const window of world.windows.values()) void window.webContents.showColours().catch(() => {})
    }
  }

  let blockers = 0
  const blocking = new Set<number>()
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1280, height: 800 } }
  return {
    Menu,
    Notification,
    Tray,
    nativeImage: {
      createFromDataURL: (url: string) => ({
        url,
        addRepresentation: () => {},
        setTemplateImage: () => {},
      }),
    },
    globalShortcut: {
      register: (keys: string, work: () => void) => shortcuts.set(keys, work) !== undefined,
      unregister: (keys: string) => void shortcuts.delete(keys),
      isRegistered: (keys: string) => shortcuts.has(keys),
    },
    systemPreferences: {
      getMediaAccessStatus: () => 'granted',
      askForMediaAccess: () => Promise.resolve(true),
    },
    nativeTheme: new NativeTheme(),
    /** Seals so that it can be told from the plain text; the backend is what a test says. */
    safeStorage: {
      isAsyncEncryptionAvailable: () => Promise.resolve(true),
      getSelectedStorageBackend: () => process.env['STANDIN_KEYCHAIN'] ?? 'gnome_libsecret',
      encryptStringAsync: (text: string) => Promise.resolve(Buffer.from(`sealed ${turned(text)}`)),
      decryptStringAsync: (sealed: Buffer) => {
        const text = sealed.toString()
        if (!text.startsWith('sealed ')) return Promise.reject(new Error('not sealed here'))
        return Promise.resolve({ result: turned(text.slice(7)), shouldReEncrypt: false })
      },
    },
    dialog: {
      showErrorBox(title: string, content: string) {
        see('error box', { title, content })
      },
    },
    /** A test emits `suspend` and the like. */
    powerMonitor: new EventEmitter(),
    powerSaveBlocker: {
      start(type: string) {
        see('power save blocker', type)
        blocking.add(++blockers)
        return blockers
      },
      stop: (id: number) => blocking.delete(id),
      isStarted: (id: number) => blocking.has(id),
    },
    screen: Object.assign(new EventEmitter(), {
      getPrimaryDisplay: () => display,
      getAllDisplays: () => [display],
      getDisplayMatching: () => display,
    }),
  }
}
