import { BrowserWindow, app, screen } from 'electron'
import { leastSize, placeWindow, readPlaces, rememberPlace } from './window-place.ts'

interface MainWindowOptions {
  readonly preload: string
  /** The page's HTML file. */
  readonly page: string
  readonly title: string
  /** What `savePlaces` was given the last time; anything if it was never called. */
  readonly storedPlaces: unknown
  readonly savePlaces: (places: unknown) => void
  /** Whether it stays out of sight for now; asked when there is something to show. */
  readonly startsHidden: () => Promise<boolean>
  /** It hangs, or does so no more. */
  readonly onHung: (hangs: boolean) => void
  readonly onLoadFailed: (error: unknown) => void
}

/** Moving a window tells of every pixel. */
const saveAfterMs = 1000
/** A page that dies again and again is left alone. */
const reloadAgainMs = 10_000

/** The one window of the phone. It is shown when it has something to show. */
export function openMainWindow(options: MainWindowOptions): BrowserWindow {
  let places = readPlaces(options.storedPlaces)
  const window = new BrowserWindow({
    ...placeWindow(places, screen.getAllDisplays(), screen.getPrimaryDisplay()),
    minWidth: leastSize.width,
    minHeight: leastSize.height,
    title: options.title,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  let saving: NodeJS.Timeout | undefined
  const save = () => {
    clearTimeout(saving)
    saving = undefined
    if (window.isDestroyed() || window.isMinimized()) return
    const bounds = window.getNormalBounds()
    places = rememberPlace(places, screen.getDisplayMatching(bounds), bounds)
    options.savePlaces(places)
  }
  const saveSoon = () => {
    clearTimeout(saving)
    saving = setTimeout(save, saveAfterMs)
  }
  window.on('move', saveSoon)
  window.on('resize', saveSoon)
  window.on('hide', save)
  window.on('close', save)
  window.on('closed', () => clearTimeout(saving))
  window.once('ready-to-show', () => {
    const show = (hidden: boolean) => {
      if (!hidden && !window.isDestroyed()) window.show()
    }
    // Why the phone did not open is told elsewhere.
    options.startsHidden().then(show, () => {})
  })
  // The page's own title is for browsers.
  window.on('page-title-updated', (event) => event.preventDefault())
  window.on('unresponsive', () => options.onHung(true))
  window.on('responsive', () => options.onHung(false))
  reviveDeadPage(window)
  window.loadFile(options.page).catch((error: unknown) => {
    // Whoever closes it while it loads has not met a fault.
    if (!window.isDestroyed()) options.onLoadFailed(error)
  })
  return window
}

/** In front of the user, wherever it was. */
export function bringForward(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

function reviveDeadPage(window: BrowserWindow): void {
  let last = -Infinity
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    const now = performance.now()
    if (reason === 'clean-exit' || now - last < reloadAgainMs) return
    last = now
    window.reload()
  })
}
