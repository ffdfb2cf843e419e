import { app } from 'electron'
import type { Session, WebContents } from 'electron'

/** What the page may ask of the browser. Sound lives in the main process, so not even the microphone. */
const granted: ReadonlySet<string> = new Set([
  // Copying an address, in answer to a click.
  'clipboard-sanitized-write',
])

/** No page leaves its place, opens another, or gets anything of the system. Before any window is made. */
export function lockDown(): void {
  app.on('web-contents-created', (_event, contents) => confine(contents))
  app.on('session-created', confineSession)
}

function confine(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  contents.on('will-frame-navigate', (event) => event.preventDefault())
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
}

function confineSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, decide) => decide(granted.has(permission)))
  session.setPermissionCheckHandler((_contents, permission) => granted.has(permission))
  session.setDevicePermissionHandler(() => false)
  // What the page has made itself (an exported trace) may be saved; Electron asks where.
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:')) event.preventDefault()
  })
  // The page is all local; its policy says the same.
  session.webRequest.onBeforeRequest({ urls: ['http://*/*', 'https://*/*', 'ws://*/*', 'wss://*/*'] }, (_, decide) =>
    decide({ cancel: true }),
  )
}
