import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { announcer } from '../ipc/announcer.ts'
import { methods, type Ready } from '../ipc/contract.ts'
import { createDispatcher } from '../ipc/dispatcher.ts'
import { phoneHandlers } from '../ipc/handlers.ts'
import {
  type AppWindow,
  confinedTo,
  findBrowser,
  hasScreen,
  type Machine,
  openAppWindow,
} from '../ipc/serve/app-window.ts'
import { type ServeCarrier, serve as servePage } from '../ipc/serve/serve.ts'
import type { Phone } from '../phone/phone.ts'
import { endPhone } from './ending.ts'
import { LastWindow } from './last-window.ts'
import { createLog } from './log.ts'
import { told } from './outcome.ts'
import type { Command } from './parse.ts'
import { Progress } from './progress.ts'
import { wayThere } from './way-there.ts'
import type { World } from './world.ts'

/** How long answers under way may take once the phone has ended. */
const patienceMs = 2000

/** `dialtone serve`: the phone with its window in a browser. */
export async function serve(command: Command, world: World): Promise<number> {
  const { terminal } = world
  const progress = new Progress(terminal)
  const asked = Promise.withResolvers<void>()
  const lastWindow = new LastWindow()
  let phone: Phone | undefined
  let carrier: ServeCarrier
  try {
    if (command.audio.source.kind === 'file') await world.checkWav(command.audio.source.path)
    if (command.audio.record !== undefined) await world.checkRecording(command.audio.record)
    const pageFolder = await world.page.folder((line) => terminal.err(line))
    const write = progress.logTo(command.log)
    const opened = (phone = await world.openPhone(command, { throwAway: false, write }))
    const log = createLog(command.log, write)
    const handlers = phoneHandlers(opened, async () => {
      await endPhone(opened)
      asked.resolve()
    })
    carrier = await servePage({
      pageFolder,
      port: command.page.port,
      dataFolder: opened.info().dataFolder,
      dispatcher: createDispatcher(methods, handlers, { paths: false, log }),
      snapshot: () => opened.snapshot(),
      onPages: (count) => lastWindow.see(count),
      log,
    })
  } catch (error) {
    const { code, message } = told(error)
    progress.failure(`${code} - ${message}`)
    if (phone !== undefined) await endPhone(phone)
    return 1
  }
  phone.delegate = announcer(carrier.notify)
  const { listening, notices, dataFolder } = phone.info()
  for (const notice of notices) progress.event(notice)
  terminal.out(JSON.stringify({ ready: true, listening, url: carrier.openUrl } satisfies Ready))
  const window = command.page.open ? await open(carrier, dataFolder, progress, world) : undefined
  if (!command.page.open) progress.event(`Open this file in a browser of this machine: ${carrier.openUrl}`)
  const ends = [asked.promise, world.life.stopped, ...(command.page.endWithWindow ? [lastWindow.closed] : [])]
  await Promise.race(ends)
  const inOrder = await endPhone(phone)
  await carrier.close(patienceMs)
  await window?.close()
  return inOrder ? 0 : 1
}

/** Opens the window, or says why not and what to do instead. */
async function open(
  carrier: ServeCarrier,
  dataFolder: string,
  progress: Progress,
  world: World,
): Promise<AppWindow | undefined> {
  const { machine } = world.page
  if (!hasScreen(machine)) {
    for (const line of wayThere(carrier, machine.env)) progress.event(line)
    return undefined
  }
  const byHand = `Open this file in a browser of this machine: ${carrier.openUrl}`
  const browser = findBrowser(machine)
  if (browser === undefined) {
    progress.event(`There is no Chromium, Chrome or Edge here. ${byHand}`)
    return undefined
  }
  try {
    const { url, profile } = await placesFor(browser, carrier, dataFolder, machine)
    const window = openAppWindow(browser, url, profile, machine)
    progress.event(`The phone opens in a window of ${window.browser}. Another one: ${carrier.openUrl}`)
    void window.ended.then((complaint) => {
      if (complaint !== undefined) progress.event(`${browser} did not open: ${complaint}. ${byHand}`)
    })
    return window
  } catch (error) {
    progress.event(`${browser} cannot be started: ${told(error).message} ${byHand}`)
    return undefined
  }
}

/** The file that this browser opens and the folder for what it keeps, both where it can reach them. */
async function placesFor(browser: string, carrier: ServeCarrier, dataFolder: string, machine: Machine) {
  const confined = confinedTo(browser, machine)
  if (confined === undefined) return { url: carrier.openUrl, profile: join(dataFolder, 'browser') }
  // One for each phone of this user.
  const own = join(confined, `dialtone-${createHash('sha256').update(dataFolder).digest('hex').slice(0, 8)}`)
  return { url: await carrier.openUrlIn(join(own, 'serve')), profile: join(own, 'browser') }
}
