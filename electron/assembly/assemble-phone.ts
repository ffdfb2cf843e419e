import { startMedia } from '../media/media-host.ts'
import type { ChosenDevices } from '../media/ring-device.ts'
import { defaultSettings } from '../phone/settings.ts'
import type { MediaHostOptions } from '../media/media-host.ts'
import type { StartChild } from '../media/start-child.ts'
import { asPhoneError } from '../phone/as-phone-error.ts'
import { createPhone } from '../phone/phone.ts'
import type { Phone, PhoneDependencies } from '../phone/phone.ts'
import type { Keychain, Log } from '../phone/ports.ts'
import { defaultDataFolder, makeThrowAwayFolder } from '../store/data-folder.ts'
import { type OpenedStore, openStore } from '../store/store.ts'
import { TraceRecorder } from '../trace/recorder.ts'
import { userAgentStarter } from '../ua/index.ts'
import { systemClock } from './system-clock.ts'

/** How a phone is put together of its rooms, whatever runs it: the part that the composition roots share. */

/** The files that child processes run; only a composition root knows where they are. */
export type ChildEntries = MediaHostOptions['entries']

interface AssemblyOptions extends Pick<
  PhoneDependencies,
  'version' | 'audio' | 'testAudio' | 'overrides' | 'identity' | 'account' | 'password' | 'autoHold' | 'demanded'
> {
  /** What the phone says of itself; empty when its data belong to no profile. */
  readonly profile: string
  /** Undefined: one that is removed at the end. */
  readonly dataFolder: string | undefined
  readonly startChild: StartChild
  readonly entries: ChildEntries
  readonly log: Log
  /** Where passwords are protected by more than the rights of a file. */
  readonly keychain?: () => Promise<Keychain>
  /** How many packets of RTP a trace may hold at the most; absent: what a page can still take in. */
  readonly packetLimits?: { readonly packets: number; readonly bytes: number }
}

/**
 * Everything real, wired together. Throws a PhoneError when the data folder cannot be had, and rejects with one when
 * anything else fails; then nothing is left running.
 */
export function assemblePhone(options: AssemblyOptions): Promise<Phone> {
  return assemble(openSafely(options.dataFolder), options)
}

async function assemble(store: OpenedStore, options: AssemblyOptions): Promise<Phone> {
  const { dataFolder: _, startChild, entries, log, keychain, packetLimits, ...rest } = options
  const clock = systemClock
  if (keychain !== undefined) await store.protectSecrets(keychain, log)
  // Its path is short and nobody else may enter: the sockets between media process and audio host are made in it.
  const sockets = makeThrowAwayFolder()
  const trace = new TraceRecorder(clock, undefined, packetLimits)
  let phone: Phone | undefined
  phone = await createPhone({
    ...rest,
    startUserAgent: userAgentStarter({ clock, log, wireTap: trace }),
    startMedia: startMedia({
      startChild,
      entries,
      clock,
      log,
      socketFolder: sockets.folder,
      chosenDevices: () => chosen(phone),
      packetTap: trace,
    }),
    store: { ...store, close: () => closeBoth(store, sockets) },
    trace,
    clock,
    log,
    random: Math.random,
  })
  return phone
}

/** Where a profile's data live; throws a PhoneError when the name cannot be one. */
export function profileFolder(profile: string): string {
  try {
    return defaultDataFolder(profile)
  } catch (error) {
    throw asPhoneError(error)
  }
}

function openSafely(dataFolder: string | undefined): OpenedStore {
  try {
    return openStore({ dataFolder })
  } catch (error) {
    throw asPhoneError(error)
  }
}

function closeBoth(store: OpenedStore, sockets: { remove(): void }): void {
  try {
    sockets.remove()
  } finally {
    store.close()
  }
}

function chosen(phone: Phone | undefined): ChosenDevices {
  const { audio } = phone?.settings() ?? defaultSettings
  const { input, output, ring, echoCancellation, noiseSuppression, gainControl } = audio
  return { input, output, ring, capture: { echoCancellation, noiseSuppression, gainControl } }
}
