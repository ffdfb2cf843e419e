import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from './app.ts'
import { BrowserWindow } from './browser-window.ts'
import type { BrowserWindowOptions } from './browser-window.ts'
import { launchChromium } from './chromium.ts'
import type { CommandLine } from './command-line.ts'
import { seenOnly } from './seen-only.ts'
import { utilityProcess } from './utility-process.ts'
import { ipcMain } from './web-contents.ts'
import type { World } from './world.ts'

/** The module `electron`, as far as the phone uses it, and what starts it. */
export function createElectron(commandLine: CommandLine) {
  const world: World = {
    commandLine,
    paths: new Map([['userData', join(tmpdir(), `stand-in-${process.pid}`)]]),
    windows: new Map(),
    browser: undefined,
    leaving: false,
    onLastWindowClosed: () => {},
    onContentsMade: () => {},
    dark: false,
    seen: [],
  }
  const app = new App(world)
  const windows = () => [...world.windows.values()]

  class Window extends BrowserWindow {
    constructor(options: BrowserWindowOptions = {}) {
      super(world, options)
    }

    static getAllWindows(): BrowserWindow[] {
      return windows()
    }

    static fromWebContents(contents: { readonly id: number }): BrowserWindow | null {
      return world.windows.get(contents.id) ?? null
    }
  }

  const electron = {
    app,
    BrowserWindow: Window,
    ipcMain,
    utilityProcess,
    // How Playwright finds the window of a page.
    webContents: {
      fromDevToolsTargetId: (target: string) =>
        windows().find(({ webContents }) => webContents.targetId === target)?.webContents,
    },
    ...seenOnly(world),
    /** Only here: what the application has shown. */
    standIn: world,
  }

  async function start(): Promise<void> {
    if (world.leaving) return
    const userData = app.getPath('userData')
    mkdirSync(userData, { recursive: true })
    const browser = launchChromium(userData, commandLine.debugPort, commandLine.switches)
    world.browser = browser
    browser.process.on('exit', (code) => {
      if (world.leaving) return
      console.error(`Chromium ended with ${code}`)
      process.exit(1)
    })
    const { cdp } = browser
    await cdp.send('Target.setDiscoverTargets', { discover: true })
    cdp.on('Target.targetDestroyed', ({ targetId }: { targetId: string }) => {
      windows()
        .find(({ webContents }) => webContents.targetId === targetId)
        ?.close()
    })
    app.setReady()
  }
  return { electron, start }
}
