import { EventEmitter } from 'node:events'
import { mkdirSync, readFileSync, renameSync, rmSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { utilityMetrics } from './utility-process.ts'
import { ElectronEvent } from './world.ts'
import type { World } from './world.ts'

/** The application's life: ready, one instance a folder, and the end. */
export class App extends EventEmitter {
  name = 'Electron'
  readonly isPackaged = false
  readonly #world: World
  readonly #ready = Promise.withResolvers<void>()
  #unlock: () => void = () => {}

  constructor(world: World) {
    super()
    this.#world = world
    world.onLastWindowClosed = () => {
      if (!world.leaving) this.emit('window-all-closed')
    }
    world.onContentsMade = (contents) => {
      this.emit('session-created', contents.session)
      this.emit('web-contents-created', new ElectronEvent(), contents)
    }
  }

  setReady(): void {
    this.emit('ready')
    this.#ready.resolve()
  }

  whenReady(): Promise<void> {
    return this.#ready.promise
  }

  setName(name: string): void {
    this.name = name
  }

  getPath(name: string): string {
    const path = this.#world.paths.get(name)
    if (path === undefined) throw new Error(`Failed to get '${name}' path`)
    return path
  }

  setPath(name: string, path: string): void {
    this.#world.paths.set(name, path)
  }

  setBadgeCount(count: number): boolean {
    this.#world.seen.push({ what: 'badge', detail: count })
    return true
  }

  setLoginItemSettings(settings: unknown): void {
    this.#world.seen.push({ what: 'login item', detail: settings })
  }

  setAsDefaultProtocolClient(scheme: string): boolean {
    this.#world.seen.push({ what: 'protocol', detail: scheme })
    return true
  }

  isDefaultProtocolClient(): boolean {
    return false
  }

  removeAsDefaultProtocolClient(): boolean {
    return true
  }

  getPreferredSystemLanguages(): string[] {
    return ['en-US']
  }

  getAppMetrics() {
    return utilityMetrics()
  }

  /** A file with our process id; a later start leaves its arguments beside it. */
  requestSingleInstanceLock(data?: unknown): boolean {
    const folder = join(this.getPath('userData'), 'single-instance')
    mkdirSync(folder, { recursive: true })
    const lock = join(folder, 'pid')
    const holder = takeLock(lock)
    if (holder !== undefined) {
      const note = join(folder, `${process.pid}.json`)
      writeFileSync(`${note}.new`, JSON.stringify({ argv: process.argv, folder: process.cwd(), data }))
      renameSync(`${note}.new`, note)
      return false
    }
    const watcher = watch(folder, (_event, name) => {
      if (name === null || !name.endsWith('.json')) return
      const called = readOnce(join(folder, name))
      if (called !== undefined)
        this.emit('second-instance', new ElectronEvent(), called.argv, called.folder, called.data)
    })
    watcher.unref()
    this.#unlock = () => {
      watcher.close()
      rmSync(lock, { force: true })
    }
    return true
  }

  quit(): void {
    if (this.#world.leaving) return
    const event = new ElectronEvent()
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    for (const window of this.#world.windows.values()) window.close()
    if (this.#world.windows.size === 0) this.exit()
  }

  exit(code = 0): void {
    this.#world.leaving = true
    this.#unlock()
    for (const window of this.#world.windows.values()) window.destroy()
    const { browser } = this.#world
    const end = () => process.exit(code)
    if (browser === undefined || browser.process.exitCode !== null) return end()
    browser.process.once('exit', end)
    void browser.cdp.send('Browser.close').catch(() => {})
    setTimeout(() => browser.process.kill('SIGKILL'), 3000)
  }
}

/** The process that has it; undefined when it is ours now. */
function takeLock(path: string): number | undefined {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' })
      return undefined
    } catch {
      const holder = Number(readFileSync(path, 'utf8'))
      if (isAlive(holder)) return holder
      rmSync(path, { force: true })
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** A note may be told of twice, and is gone the second time. */
function readOnce(path: string): { argv: string[]; folder: string; data: unknown } | undefined {
  try {
    const note = JSON.parse(readFileSync(path, 'utf8')) as { argv: string[]; folder: string; data: unknown }
    rmSync(path)
    return note
  } catch {
    return undefined
  }
}
