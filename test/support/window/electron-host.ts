import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from 'playwright-core'
import { browserMissing } from '../browser.ts'
import { builtOutput } from '../build.ts'
import { Program } from '../process.ts'
import { faultsOf } from '../page-faults.ts'
import { descendants, isAlive } from '../running-process.ts'
import type { Scope } from '../scope.ts'
import { until, within } from '../until.ts'
import { type PhoneWindow, quietly, type WindowHost, type WindowOptions } from './phone-window.ts'

/** The binary of a real Electron; without it the stand-in runs the same bundles. */
const real = process.env['DIALTONE_ELECTRON']
const standIn = fileURLToPath(new URL('../electron/electron', import.meta.url))

const electronProgram = real ?? standIn
/** Whether what only a person could see can be looked at. */
export const canLook = real === undefined

export const electronMissing: string | false = real === undefined && browserMissing

/** The phone in Electron, or in its stand-in: main, preload and renderer as they are built. */
export class ElectronWindow implements PhoneWindow {
  readonly app: ElectronApplication
  readonly page: Page
  readonly faults: readonly string[]
  /** What the main process has printed. */
  readonly printed: () => string
  readonly main: ChildProcess

  /** `main`: built code that lies elsewhere. */
  static async open(
    scope: Scope,
    { data, args = [], env = {} }: WindowOptions,
    main?: string,
  ): Promise<ElectronWindow> {
    const { app, printed } = await launch(scope, ['--data', data, ...quietly, ...args], env, main)
    const page = await app.firstWindow()
    const window = new ElectronWindow(app, page, printed)
    await page.locator('[data-test="idle"]').waitFor()
    return window
  }

  private constructor(app: ElectronApplication, page: Page, printed: () => string) {
    this.app = app
    this.page = page
    this.faults = faultsOf(page)
    this.printed = printed
    // Playwright forgets it when the application is closed.
    this.main = app.process()
  }

  /** The process id of one of its children, by the name it goes under. */
  async child(name: string): Promise<number> {
    return until(`the process ${name}`, () =>
      this.app.evaluate(({ app }, wanted) => app.getAppMetrics().find((one) => one.name === wanted)?.pid, name),
    )
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    const { main } = this
    await until('the end of the application', () => main.exitCode !== null || main.signalCode !== null, 20_000)
    return main.exitCode
  }

  async quit(): Promise<number | null> {
    const children = descendants(this.main.pid ?? 0)
    await within('the end of the application', this.app.close(), 20_000)
    for (const { pid, command } of children) await until(`the end of ${command}`, () => !isAlive(pid))
    return this.main.exitCode
  }
}

/** The program alone, without anybody who looks into it. */
export async function startElectron(scope: Scope, args: readonly string[]): Promise<Program> {
  const noSandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const main = join(await builtOutput(), 'main', 'main.js')
  return Program.start(scope, electronProgram, [...noSandbox, main, ...quietly, ...args], {
    env: { STANDIN_HEADLESS: '1' },
  })
}

async function launch(
  scope: Scope,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  built?: string,
) {
  const app = await _electron.launch({
    executablePath: electronProgram,
    args: [built ?? join(await builtOutput(), 'main', 'main.js'), ...args],
    env: { ...ownEnvironment(), STANDIN_HEADLESS: '1', ...env },
    timeout: 60_000,
  })
  let printed = ''
  const keep = (chunk: Buffer) => (printed = (printed + chunk.toString()).slice(-1_000_000))
  const main = app.process()
  main.stdout?.on('data', keep)
  main.stderr?.on('data', keep)
  scope.onFailure(() => `--- the main process\n${printed.slice(-4000)}`)
  scope.after(async () => {
    const all = [...descendants(main.pid ?? 0).map(({ pid }) => pid), main.pid ?? 0].filter((pid) => pid > 0)
    if (main.exitCode === null && main.signalCode === null) await Promise.race([app.close(), later(15_000)])
    for (const pid of all) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })
  return { app, printed: () => printed }
}

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms).unref())

function ownEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}

export const electronHost: WindowHost = {
  name: real === undefined ? 'the bundles on the stand-in for Electron' : 'Electron',
  missing: electronMissing,
  open: (scope, options) => ElectronWindow.open(scope, options),
}
