import { EventEmitter } from 'node:events'
import { WebContents } from './web-contents.ts'
import { browserOf, ElectronEvent } from './world.ts'
import type { World } from './world.ts'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

export interface BrowserWindowOptions extends Partial<Bounds> {
  readonly show?: boolean
  readonly title?: string
  readonly webPreferences?: { readonly preload?: string }
}

/** A window: a page of Chromium, and the state a window manager would keep. */
export class BrowserWindow extends EventEmitter {
  readonly id: number
  readonly webContents: WebContents
  readonly #world: World
  readonly #opened: Promise<void>
  #bounds: Bounds
  #visible: boolean
  #focused = false
  #minimized = false

  constructor(world: World, options: BrowserWindowOptions) {
    super()
    this.#world = world
    this.id = world.windows.size + 1
    this.#visible = options.show !== false
    const { x = 0, y = 0, width = 800, height = 600 } = options
    this.#bounds = { x, y, width, height }
    this.webContents = new WebContents(world, this.id, options.webPreferences?.preload)
    world.windows.set(this.id, this)
    world.onContentsMade(this.webContents)
    this.#opened = this.#open()
    this.#opened.catch((error: unknown) => console.error('the window did not open', error))
    this.webContents.once('did-finish-load', () => this.emit('ready-to-show', new ElectronEvent()))
  }

  async loadFile(path: string): Promise<void> {
    await this.#opened
    await this.webContents.loadFile(path)
  }

  reload(): void {
    this.webContents.reload()
  }

  show(): void {
    this.#appear()
    this.focus()
  }

  showInactive(): void {
    this.#appear()
  }

  hide(): void {
    this.#visible = false
    this.#focused = false
    this.emit('hide')
  }

  focus(): void {
    this.#focused = true
    this.emit('focus')
  }

  blur(): void {
    this.#focused = false
    this.emit('blur')
  }

  isFocused(): boolean {
    return this.#focused
  }

  setOverlayIcon(): void {}

  minimize(): void {
    this.#minimized = true
    this.emit('minimize')
  }

  restore(): void {
    this.#minimized = false
    this.emit('restore')
  }

  isVisible(): boolean {
    return this.#visible
  }

  isMinimized(): boolean {
    return this.#minimized
  }

  isDestroyed(): boolean {
    return this.webContents.isDestroyed()
  }

  /** As a click on the cross. */
  close(): void {
    if (this.isDestroyed()) return
    const event = new ElectronEvent()
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  destroy(): void {
    if (this.isDestroyed()) return
    this.webContents.destroy()
    this.#world.windows.delete(this.id)
    void browserOf(this.#world)
      .cdp.send('Target.closeTarget', { targetId: this.webContents.targetId })
      .catch(() => {})
    this.emit('closed')
    if (this.#world.windows.size === 0) this.#world.onLastWindowClosed()
  }

  getBounds(): Bounds {
    return { ...this.#bounds }
  }

  getNormalBounds(): Bounds {
    return this.getBounds()
  }

  /** As if somebody moved or resized it. */
  setBounds(bounds: Partial<Bounds>): void {
    const before = this.#bounds
    this.#bounds = { ...before, ...bounds }
    const { x, y, width, height } = this.#bounds
    if (x !== before.x || y !== before.y) this.emit('move')
    if (width !== before.width || height !== before.height) this.emit('resize')
    void this.#opened.then(() => this.#showBounds())
  }

  #appear(): void {
    this.#visible = true
    this.emit('show')
  }

  async #open(): Promise<void> {
    const { cdp } = browserOf(this.#world)
    const { width, height } = this.#bounds
    const made = await cdp.send('Target.createTarget', { url: 'about:blank', newWindow: true, width, height })
    await this.webContents.attach(String(made['targetId']))
    await this.#showBounds()
  }

  async #showBounds(): Promise<void> {
    const { width, height } = this.#bounds
    await this.webContents.cdp('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: false,
    })
  }
}
