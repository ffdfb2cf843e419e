import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { assemblePhone, profileFolder } from './assembly/assemble-phone.ts'
import { systemClock } from './assembly/system-clock.ts'
import { endPhone } from './cli/ending.ts'
import { createLog } from './cli/log.ts'
import { told } from './cli/outcome.ts'
import { checkListenAddress, phoneDependencies } from './cli/phone-options.ts'
import { UsageError } from './cli/usage-error.ts'
import { parseWindowCommand } from './cli/window-command.ts'
import { CallNotices } from './desktop/call-notices.ts'
import { Closing } from './desktop/closing.ts'
import { endProcess, endWithFault } from './desktop/fault.ts'
import { systemKeychain } from './desktop/keychain.ts'
import { Look } from './desktop/look.ts'
import { bringForward, openMainWindow } from './desktop/main-window.ts'
import { WakeLock, watchPower } from './desktop/power.ts'
import { askForMicrophone } from './desktop/microphone.ts'
import type { OnCalled } from './desktop/single-instance.ts'
import { startDesktop } from './desktop/start.ts'
import { Surroundings } from './desktop/surroundings.ts'
import { startUtilityChild } from './desktop/utility-child.ts'
import { announcer } from './ipc/announcer.ts'
import { methods } from './ipc/contract.ts'
import { createDispatcher } from './ipc/dispatcher.ts'
import { serveElectron } from './ipc/electron-carrier.ts'
import { phoneHandlers } from './ipc/handlers.ts'
import type { Phone } from './phone/phone.ts'
import { autostartPath, saveAutostart } from './store/autostart-file.ts'
import { readWindowPlaces, writeWindowPlaces } from './store/window-places.ts'

/** Composition root of the window: Electron around the same phone that `dialtone` runs. Only ever runs as built code. */

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const entries = { mediaProcess: file('media-process.js'), audioHost: file('audio-host.js') }
const preload = file('../preload/index.cjs')
const page = file('../renderer/index.html')

let phone: Phone | undefined
let faults = 0

function start(): void {
  const command = parseWindowCommand(process.argv.slice(1))
  const profile = command.profile ?? (command.data === undefined ? 'default' : '')
  const dataFolder = command.data ?? profileFolder(profile)
  const log = createLog(command.log, (line) => void process.stderr.write(`${line}\n`))

  async function run(): Promise<OnCalled> {
    await checkListenAddress(command)
    const opening = assemblePhone({
      version: manifest.version,
      profile,
      dataFolder,
      startChild: startUtilityChild,
      entries,
      log,
      keychain: systemKeychain,
      ...phoneDependencies(command),
    })
    const shutdown = async () => {
      await endPhone(await opening)
      // The answer to whoever asked leaves first.
      setImmediate(() => closing.quit())
    }
    const handlers = opening.then((opened) => ({
      ...phoneHandlers(opened, shutdown),
      'settings.set': ({ patch }: { readonly patch: unknown }) => {
        return changeSettings(opened, patch)
      },
    }))
    let surroundings: Surroundings | undefined
    const changeSettings = (opened: Phone, patch: unknown) => {
      const settings = opened.setSettings(patch)
      look.apply(settings)
      surroundings?.apply(settings)
      return settings
    }
    const dispatcher = handlers.then((handlers) => createDispatcher(methods, handlers, { paths: false, log }))
    // Why the phone did not open is told once, where it is awaited.
    dispatcher.catch(() => {})
    const title = profile === 'default' || profile === '' ? 'Dialtone' : `Dialtone (${profile})`
    // The window loads while the phone opens its ports; what it asks meanwhile waits.
    const window = openMainWindow({
      preload,
      page,
      title,
      startsHidden: async () =>
        command.hidden || (command.rest.length === 0 && (await opening).settings().ui.startHidden),
      storedPlaces: readWindowPlaces(dataFolder),
      savePlaces(places) {
        try {
          writeWindowPlaces(dataFolder, places)
        } catch (error) {
          // Nobody should lose a call for that.
          log.warn('the place of the window was not saved', { error })
        }
      },
      onHung: (hangs) => carrier.hung(hangs),
      onLoadFailed: (error) => log.error('the page did not load', { error }),
    })
    const carrier = serveElectron(window.webContents, {
      pageUrl: pathToFileURL(page).href,
      dispatcher,
      log,
      now: systemClock.now,
    })
    const look = new Look(window, profile, (error) => log.error('another phone did not start', { error }))
    const closing = new Closing({
      window,
      texts: look.texts,
      inCall: () => (phone?.snapshot().calls.length ?? 0) > 0,
      keepRunning: () => process.platform === 'darwin' || (phone?.settings().ui.keepRunning ?? false),
      end: () => {
        surroundings?.close()
        return opening.then(endPhone).then(endProcess, endProcess)
      },
    })
    const opened = await opening
    phone = opened
    look.apply(opened.settings())
    const showLink = (target: string) => carrier.tellListener('phone.link', { target })
    surroundings = new Surroundings({
      window,
      phone: opened,
      title,
      texts: look.texts,
      login: {
        args: command.data === undefined ? ['--profile', profile] : ['--data', dataFolder],
        saveAutostart: (entry) => saveAutostart(autostartPath(profile === '' ? dataFolder : profile), entry),
      },
      onAnotherPhone: look.anotherPhone,
      onQuit: () => closing.quit(),
      onDialText: showLink,
      changeSettings: (patch) => changeSettings(opened, patch),
      log,
    })
    askForMicrophone(() => log.warn('the system does not let the phone hear the microphone'))
    const outside = surroundings
    const notices = new CallNotices(look.texts, {
      onShow: () => bringForward(window),
      onAnswer: (callId) => opened.answer(callId).catch((error: unknown) => log.warn('not answered', { error })),
      onDecline: (callId) => opened.reject(callId),
    })
    const wakeLock = new WakeLock()
    const announce = announcer(carrier.notify)
    opened.delegate = {
      ...announce,
      onSnapshot(snapshot) {
        announce.onSnapshot(snapshot)
        // Outside of the window, too, people go by their names in the address book.
        const calls = snapshot.calls.map((call) => opened.contacts.named(call))
        outside.update({ ...snapshot, calls })
        wakeLock.hold(snapshot.calls.length > 0)
        // It comes into sight, but takes no keys from whoever types elsewhere.
        if (notices.update(calls) && !window.isVisible()) window.showInactive()
        closing.callsChanged()
      },
      onCallEnded(ended) {
        announce.onCallEnded(ended)
        outside.ended(ended)
      },
      onMessage(message) {
        announce.onMessage?.(message)
        outside.message(message)
      },
    }
    watchPower({
      onSuspend: () => log.info('the system falls asleep'),
      onResume: () => {
        log.info('the system is awake again')
        opened.networkChanged()
      },
      onShutdown: () => closing.quit(),
    })
    return (link) => {
      bringForward(window)
      if (link !== undefined) showLink(link)
    }
  }

  startDesktop({ userData: join(dataFolder, 'window'), rest: command.rest, run, onFault: failedToStart })
}

function failedToStart(error: unknown): void {
  const { code, message } = told(error)
  endWithFault(`${code} - ${message}`, 1)
}

/** A fault of our own: says so, ends the calls, and no more. One on top of it changes nothing. */
async function fault(thrown: unknown): Promise<void> {
  faults += 1
  if (faults > 1) return
  if (phone !== undefined) await endPhone(phone).catch(() => {})
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  endWithFault(`internal - something went wrong inside Dialtone: ${stack}`, 1)
}

process.on('uncaughtException', (thrown) => void fault(thrown))
process.on('unhandledRejection', (thrown) => void fault(thrown))
try {
  start()
} catch (error) {
  if (error instanceof UsageError) endWithFault(`dialtone: ${error.message}`, 2)
  else failedToStart(error)
}
