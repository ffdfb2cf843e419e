import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import manifest from '../package.json' with { type: 'json' }
import { assemblePhone, profileFolder } from './assembly/assemble-phone.ts'
import type { ChildEntries } from './assembly/assemble-phone.ts'
import { createLog } from './cli/log.ts'
import type { Command } from './cli/parse.ts'
import { checkListenAddress, phoneDependencies } from './cli/phone-options.ts'
import type { PageSource } from './ipc/serve/page-build.ts'
import { startNodeChild } from './media/start-child.ts'
import type { Phone } from './phone/phone.ts'

/** The phone as plain Node runs it. */

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** Sources in a checkout; in a package, the built files that lie beside this one. */
export const entries: ChildEntries = import.meta.url.endsWith('.ts')
  ? { mediaProcess: file('../native/media-process.ts'), audioHost: file('../native/audio-host.ts') }
  : { mediaProcess: file('media-process.js'), audioHost: file('audio-host.js') }

const checkout = fileURLToPath(new URL('../', import.meta.url))

/** The built page, and in a checkout what it is built of. */
export const page: Pick<PageSource, 'folder'> | PageSource = import.meta.url.endsWith('.ts')
  ? {
      folder: join(checkout, 'out', 'renderer'),
      sources: [
        'renderer',
        'electron/dissect',
        'native/audio/wav.ts',
        'native/codec',
        'native/playout',
        'native/rtp',
        'native/session/playout.ts',
        'assets',
        'electron/ipc/contract.ts',
        'electron.vite.config.ts',
        'package-lock.json',
        'scripts/build-page.ts',
      ].map((path) => join(checkout, path)),
      script: join(checkout, 'scripts', 'build-page.ts'),
    }
  : { folder: file('../renderer') }

export const version = manifest.version

/** The folder a command works in; undefined: one that is thrown away. Throws a PhoneError. */
export function dataFolderOf({ profile, data }: Command, throwAway: boolean): string | undefined {
  if (data !== undefined) return data
  if (profile === undefined && throwAway) return undefined
  return profileFolder(profile ?? 'default')
}

/** Rejects with a PhoneError; then nothing is left running. */
export async function openHeadlessPhone(
  command: Command,
  options: { readonly throwAway: boolean; readonly write: (line: string) => void },
): Promise<Phone> {
  await checkListenAddress(command)
  return assemblePhone({
    version,
    profile: command.profile ?? (command.data === undefined && !options.throwAway ? 'default' : ''),
    dataFolder: dataFolderOf(command, options.throwAway),
    startChild: startNodeChild,
    entries,
    log: createLog(command.log, options.write),
    // A file may be as long as the calls are; what goes to a page may not.
    ...(command.trace !== undefined &&
      command.kind !== 'serve' && { packetLimits: { packets: 1_000_000, bytes: 64 * 1_048_576 } }),
    ...phoneDependencies(command),
    // Nobody sits here to switch between calls: those that are answered go on side by side.
    autoHold: command.kind !== 'answer',
  })
}
