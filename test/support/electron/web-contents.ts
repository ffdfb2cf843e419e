import { randomBytes } from 'node:crypto'
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import type { CdpParams } from './cdp.ts'
import { IpcMain } from './ipc-main.ts'
import type { IpcEvent, WebFrame } from './ipc-main.ts'
import { bindingName, pageScripts, preloadWorldName } from './page-bridge.ts'
import type { FromPage, ToPage } from './page-bridge.ts'
import { Session } from './session.ts'
import { cloner, makeCloner } from './structured-clone.ts'
import { browserOf, ElectronEvent } from './world.ts'
import type { World } from './world.ts'

type WindowOpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

export const ipcMain = new IpcMain()
const session = new Session()

/** The page of a window, over the DevTools protocol. */
export class WebContents extends EventEmitter {
  readonly id: number
  readonly ipc = new IpcMain()
  readonly session = session
  readonly #world: World
  readonly #preload: string | undefined
  #target = ''
  #cdpSession = ''
  #frame = ''
  #preloadContext: number | undefined
  #url = ''
  #destroyed = false
  #windowOpenHandler: WindowOpenHandler = () => ({ action: 'allow' })
  /** Where the page itself has asked to go. */
  readonly #asked = new Set<string>()

  constructor(world: World, id: number, preload: string | undefined) {
    super()
    this.#world = world
    this.id = id
    this.#preload = preload
  }

  get targetId(): string {
    return this.#target
  }

  get mainFrame(): WebFrame {
    return { url: this.#url, parent: null }
  }

  /** To the page's own session of the protocol. */
  cdp(method: string, params: CdpParams = {}): Promise<CdpParams> {
    return browserOf(this.#world).cdp.send(method, params, this.#cdpSession)
  }

  /** Takes a page of the browser for its own; before anything is loaded. */
  async attach(target: string): Promise<void> {
    const { cdp } = browserOf(this.#world)
    this.#target = target
    const attached = await cdp.send('Target.attachToTarget', { targetId: target, flatten: true })
    this.#cdpSession = String(attached['sessionId'])
    this.#listen()
    const { frameTree } = (await this.cdp('Page.getFrameTree')) as { frameTree: { frame: { id: string } } }
    this.#frame = frameTree.frame.id
    await Promise.all([
      this.cdp('Page.enable'),
      this.cdp('Runtime.enable'),
      this.cdp('Fetch.enable', {
        patterns: [{ urlPattern: 'http*' }, { urlPattern: 'file*', resourceType: 'Document' }],
      }),
    ])
    await this.showColours()
    // Chromium asks nobody before it opens a window, so the answer has to be there before.
    if (this.#windowOpenHandler({ url: 'about:blank' }).action === 'deny')
      await this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: 'window.open = () => null' })
    if (this.#preload === undefined) return
    const scripts = pageScripts(randomBytes(8).toString('hex'), readFileSync(this.#preload, 'utf8'), makeCloner)
    await Promise.all([
      this.cdp('Runtime.addBinding', { name: bindingName, executionContextName: preloadWorldName }),
      this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: scripts.main }),
      this.cdp('Page.addScriptToEvaluateOnNewDocument', { source: scripts.isolated, worldName: preloadWorldName }),
    ])
  }

  showColours(): Promise<unknown> {
    const value = this.#world.dark ? 'dark' : 'light'
    return this.cdp('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }

  async loadFile(path: string): Promise<void> {
    const { errorText } = await this.cdp('Page.navigate', { url: pathToFileURL(path).href })
    if (typeof errorText === 'string') throw new Error(`${errorText} loading ${path}`)
  }

  reload(): void {
    void this.cdp('Page.reload')
  }

  send(channel: string, ...values: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed')
    this.#deliver({ kind: 'event', channel, values })
  }

  setWindowOpenHandler(handler: WindowOpenHandler): void {
    this.#windowOpenHandler = handler
  }

  isDestroyed(): boolean {
    return this.#destroyed
  }

  destroy(): void {
    this.#destroyed = true
  }

  close(): void {
    this.#world.windows.get(this.id)?.close()
  }

  #listen(): void {
    const { cdp } = browserOf(this.#world)
    const on = <Params>(method: string, listener: (params: Params) => void) =>
      cdp.on(method, listener, this.#cdpSession)
    on<{ context: { id: number; name: string; auxData?: { frameId?: string } } }>(
      'Runtime.executionContextCreated',
      ({ context }) => {
        if (context.name === preloadWorldName && context.auxData?.frameId === this.#frame)
          this.#preloadContext = context.id
      },
    )
    on('Runtime.executionContextsCleared', () => (this.#preloadContext = undefined))
    on<{ name: string; payload: string; executionContextId: number }>('Runtime.bindingCalled', (called) => {
      if (called.name !== bindingName) return
      this.#preloadContext ??= called.executionContextId
      void this.#hear(cloner.read(called.payload) as FromPage)
    })
    on('Page.loadEventFired', () => this.emit('did-finish-load', new ElectronEvent()))
    on<{ frame: { id: string; parentId?: string; url: string } }>('Page.frameNavigated', ({ frame }) => {
      if (frame.parentId !== undefined) return
      this.#frame = frame.id
      this.#url = frame.url
    })
    on<{ url: string; disposition: string }>('Page.frameRequestedNavigation', ({ url, disposition }) => {
      if (disposition === 'currentTab') this.#asked.add(url)
    })
    on<{ requestId: string; request: { url: string }; resourceType: string }>('Fetch.requestPaused', (paused) => {
      void this.#judge(paused.requestId, paused.request.url, paused.resourceType)
    })
    on('Inspector.targetCrashed', () => this.emit('render-process-gone', new ElectronEvent(), { reason: 'crashed' }))
  }

  async #judge(requestId: string, url: string, type: string): Promise<void> {
    const event = new ElectronEvent()
    if (type === 'Document' && this.#asked.delete(url)) this.emit('will-navigate', event, url)
    const allowed = !event.defaultPrevented && (await session.allows(url))
    const answer = allowed ? 'Fetch.continueRequest' : 'Fetch.failRequest'
    await this.cdp(answer, { requestId, ...(allowed ? {} : { errorReason: 'Aborted' }) }).catch(() => {})
  }

  async #hear(message: FromPage): Promise<void> {
    const event: IpcEvent = { sender: this, senderFrame: this.mainFrame }
    if (message.kind === 'preload-error') console.error(`Unable to load preload script: ${message.message}`)
    else if (message.kind === 'send') {
      for (const ipc of [this.ipc, ipcMain]) ipc.emit(message.channel, event, ...message.values)
    } else {
      const { id, channel, values } = message
      const handler = this.ipc.handlerOf(channel) ?? ipcMain.handlerOf(channel)
      try {
        if (handler === undefined) throw new Error(`No handler registered for '${channel}'`)
        this.#deliver({ kind: 'answer', id, value: await handler(event, ...values) })
      } catch (error) {
        this.#deliver({ kind: 'answer', id, value: undefined, failure: String(error) })
      }
    }
  }

  #deliver(message: ToPage): void {
    // As in Electron: what nobody is there to hear is lost.
    if (this.#preloadContext === undefined) return
    void this.cdp('Runtime.callFunctionOn', {
      functionDeclaration: 'function (text) { standInFromHost(text) }',
      executionContextId: this.#preloadContext,
      arguments: [{ value: cloner.write(message) }],
      silent: true,
    }).catch(() => {})
  }
}
