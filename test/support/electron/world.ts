import type { Browser } from './chromium.ts'
import type { CommandLine } from './command-line.ts'
import type { BrowserWindow } from './browser-window.ts'
import type { WebContents } from './web-contents.ts'

/** What the parts of the stand-in share: one application, its browser, its windows. */
export interface World {
  readonly commandLine: CommandLine
  readonly paths: Map<string, string>
  readonly windows: Map<number, BrowserWindow>
  browser: Browser | undefined
  /** `app.quit` is under way and will not be stopped any more. */
  leaving: boolean
  /** All windows are closed. */
  onLastWindowClosed: () => void
  onContentsMade: (contents: WebContents) => void
  /** Whether the system shows dark colours. */
  dark: boolean
  /** What the application did that only a person could see, for tests to look at. */
  readonly seen: { readonly what: string; readonly detail: unknown }[]
}

export function browserOf(world: World): Browser {
  if (world.browser === undefined) throw new Error('not before app is ready')
  return world.browser
}

/** An event whose default can be prevented. */
export class ElectronEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}
