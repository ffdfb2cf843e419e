import { EventEmitter } from 'node:events'
import { registerHooks } from 'node:module'

/**
 * A module `electron` for one test file: what the rooms ask of it is written down, and the test plays the system. Import
 * what uses it with `await import(...)` after `fakeElectron()`.
 */

export class FakeEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

type Decide = (answer: boolean) => void
type Cancel = (answer: { readonly cancel?: boolean }) => void

export class FakeSession extends EventEmitter {
  request: (contents: unknown, permission: string, decide: Decide) => void = () => {}
  check: (contents: unknown, permission: string) => boolean = () => true
  device: () => boolean = () => true
  before: (details: { readonly url: string }, decide: Cancel) => void = () => {}
  urls: readonly string[] = []
  readonly webRequest = {
    onBeforeRequest: ({ urls }: { readonly urls: readonly string[] }, decide: FakeSession['before']) => {
      this.urls = urls
      this.before = decide
    },
  }
  setPermissionRequestHandler(handler: FakeSession['request']): void {
    this.request = handler
  }
  setPermissionCheckHandler(handler: FakeSession['check']): void {
    this.check = handler
  }
  setDevicePermissionHandler(handler: FakeSession['device']): void {
    this.device = handler
  }
}

export class FakeContents extends EventEmitter {
  readonly session = new FakeSession()
  openHandler: (details: { readonly url: string }) => { readonly action: string } = () => ({ action: 'allow' })
  setWindowOpenHandler(handler: FakeContents['openHandler']): void {
    this.openHandler = handler
  }
}

export class FakeWindow extends EventEmitter {
  static readonly all: FakeWindow[] = []
  readonly options: Readonly<Record<string, unknown>>
  readonly webContents = new FakeContents()
  readonly done: string[] = []
  visible = false
  overlay: unknown
  constructor(options: Readonly<Record<string, unknown>> = {}) {
    super()
    this.options = options
    FakeWindow.all.push(this)
  }
  loadFile = (path: string) => Promise.resolve(void this.done.push(`load ${path}`))
  show(): void {
    this.visible = true
    this.done.push('show')
    this.emit('show')
  }
  hide(): void {
    this.visible = false
    this.done.push('hide')
    this.emit('hide')
  }
  focus = () => void this.done.push('focus')
  restore = () => void this.done.push('restore')
  reload = () => void this.done.push('reload')
  isMinimized = () => false
  isDestroyed = () => false
  isVisible = () => this.visible
  isFocused = () => this.done.at(-1) === 'focus'
  getNormalBounds = () => ({ x: 0, y: 0, width: 400, height: 700 })
  setOverlayIcon = (icon: unknown, text: string) => void (this.overlay = icon === null ? undefined : text)
  flashFrame = (on: boolean) => void this.done.push(`flash ${on}`)
}

export class FakeNotification extends EventEmitter {
  static readonly all: FakeNotification[] = []
  readonly options: Readonly<Record<string, unknown>>
  state: 'new' | 'shown' | 'closed' = 'new'
  constructor(options: Readonly<Record<string, unknown>>) {
    super()
    this.options = options
    FakeNotification.all.push(this)
  }
  show(): void {
    this.state = 'shown'
  }
  close(): void {
    this.state = 'closed'
    this.emit('close')
  }
}

interface FakeMenuItem {
  readonly id?: string
  readonly label?: string
  readonly type?: string
  readonly checked?: boolean
  readonly enabled?: boolean
  readonly click?: () => void
  readonly submenu?: readonly FakeMenuItem[]
}

export class FakeTray extends EventEmitter {
  static readonly all: FakeTray[] = []
  /** A system without a place for it throws. */
  static refuses = false
  image: unknown
  tooltip = ''
  menu: readonly FakeMenuItem[] = []
  destroyed = false
  constructor(image: unknown) {
    super()
    if (FakeTray.refuses) throw new Error('there is no tray here')
    this.image = image
    FakeTray.all.push(this)
  }
  setImage = (image: unknown) => void (this.image = image)
  setToolTip = (text: string) => void (this.tooltip = text)
  setContextMenu = (menu: readonly FakeMenuItem[]) => void (this.menu = menu)
  isDestroyed = () => this.destroyed
  destroy = () => void (this.destroyed = true)
}

class FakeApp extends EventEmitter {
  name = 'Electron'
  isPackaged = false
  readonly done: string[] = []
  readonly clients = new Set<string>()
  loginItem: Readonly<Record<string, unknown>> = { openAtLogin: false }
  badge = 0
  readonly dock = { setBadge: (text: string) => void this.done.push(`dock ${text}`) }
  quit = () => void this.done.push('quit')
  exit = (code = 0) => void this.done.push(`exit ${code}`)
  getPreferredSystemLanguages = () => ['en-US']
  setAsDefaultProtocolClient = (scheme: string) => this.clients.add(scheme) !== undefined
  removeAsDefaultProtocolClient = (scheme: string) => this.clients.delete(scheme)
  isDefaultProtocolClient = (scheme: string) => this.clients.has(scheme)
  setLoginItemSettings = (settings: Readonly<Record<string, unknown>>) => void (this.loginItem = settings)
  getLoginItemSettings = () => this.loginItem
  setBadgeCount = (count: number) => ((this.badge = count), true)
}

export function fakeElectron() {
  const shortcuts = new Map<string, () => void>()
  const display = { id: 1, workArea: { x: 0, y: 0, width: 1280, height: 800 } }
  const electron = {
    app: new FakeApp(),
    BrowserWindow: FakeWindow,
    Notification: FakeNotification,
    Tray: FakeTray,
    Menu: { buildFromTemplate: (items: readonly FakeMenuItem[]) => items, setApplicationMenu: () => {} },
    nativeImage: {
      createFromDataURL: (url: string) => ({ url, addRepresentation: () => {}, setTemplateImage: () => {} }),
    },
    nativeTheme: { themeSource: 'system' },
    screen: { getAllDisplays: () => [display], getPrimaryDisplay: () => display, getDisplayMatching: () => display },
    globalShortcut: {
      /** Keys that another program has. */
      taken: new Set<string>(),
      register: (keys: string, callback: () => void) =>
        !electron.globalShortcut.taken.has(keys) && shortcuts.set(keys, callback) !== undefined,
      unregister: (keys: string) => shortcuts.delete(keys),
      unregisterAll: () => shortcuts.clear(),
    },
    systemPreferences: {
      status: 'not-determined',
      asked: 0,
      getMediaAccessStatus: () => electron.systemPreferences.status,
      askForMediaAccess: () => ((electron.systemPreferences.asked += 1), Promise.resolve(true)),
    },
    shortcuts,
  }
  Object.assign(globalThis, { fakeElectron: electron })
  const source = Object.keys(electron).map((name) => `export const ${name} = globalThis.fakeElectron.${name}`)
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'electron' ? { url: 'fake:electron', shortCircuit: true } : next(specifier, context),
    load: (url, context, next) =>
      url === 'fake:electron'
        ? { format: 'module', source: source.join('\n'), shortCircuit: true }
        : next(url, context),
  })
  return electron
}
