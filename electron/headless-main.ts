import { createRequire } from 'node:module'
import { probeWavFile, readWavFile } from '../native/audio/wav-file.ts'
import { findOpus } from '../native/opus-file.ts'
import { systemClock } from './assembly/system-clock.ts'
import { watchLifetime } from './cli/lifetime.ts'
import { run } from './cli/run.ts'
import { createLog } from './cli/log.ts'
import type { Command } from './cli/parse.ts'
import { phoneDependencies } from './cli/phone-options.ts'
import type { StoredAccountCheck, Terminal, World } from './cli/world.ts'
import { userAgentStarter } from './ua/index.ts'
import { dataFolderOf, entries, openHeadlessPhone, page, version } from './headless-phone.ts'
import { thisMachine } from './ipc/serve/app-window.ts'
import { buildPageIfNeeded } from './ipc/serve/page-build.ts'
import { listDevices } from './media/list-devices.ts'
import { startNodeChild } from './media/start-child.ts'
import { asPhoneError } from './phone/as-phone-error.ts'
import { PhoneError } from './phone/phone-error.ts'
import type { Phone } from './phone/phone.ts'
import { changeAccount } from './phone/account.ts'
import { defaultAccount } from './phone/default-account.ts'
import { pinnedIn } from './phone/certificates.ts'
import { readAccounts } from './phone/stored-accounts.ts'
import { type PeekedStore, peekStore } from './store/peek.ts'
import { openStore } from './store/store.ts'
import { exportTrace } from './trace/export.ts'
import { openCapture, saveTrace } from './trace/file.ts'
import { runPatterns } from './trace/pattern-worker.ts'

/** Composition root of the command: this process, its terminal and its end, around one run of `cli`. */

/** How long the calls may take to end after a fault of our own. */
const faultPatienceMs = 3000

export async function main(argv: readonly string[]): Promise<void> {
  const phones = new Set<Phone>()
  const saves: (() => Promise<void>)[] = []
  const terminal = processTerminal()
  const exit = (code: number) => {
    process.exitCode = code
    process.exit()
  }
  const fault = async (thrown: unknown) => {
    await endAfterFault(thrown, terminal, phones)
    exit(1)
  }
  process.on('uncaughtException', (thrown) => void fault(thrown))
  process.on('unhandledRejection', (thrown) => void fault(thrown))
  const world: World = {
    version,
    terminal,
    // Children see that we are gone and end by themselves.
    life: watchLifetime(process, () => exit(1)),
    async openPhone(command, options) {
      const save = command.trace === undefined ? undefined : await traceInto(command.trace)
      const phone = await openHeadlessPhone(command, options)
      phones.add(phone)
      if (save !== undefined) {
        phone.trace.packets('headers')
        saves.push(() => save(phone))
      }
      return phone
    },
    checkWav,
    checkRecording,
    checks: {
      nodeVersion: process.versions.node,
      dataFolder(command) {
        try {
          const store = openStore({ dataFolder: dataFolderOf(command, false) })
          const looked = { folder: store.dataFolder, ...lookedInto(command, store) }
          store.close()
          return looked
        } catch (error) {
          const held = asPhoneError(error)
          const folder = dataFolderOf(command, false)
          if (held.code !== 'data-folder-locked' || folder === undefined) throw held
          return { folder, ...lookedInto(command, peekStore(folder)), held }
        }
      },
      startUserAgent: ({ network: { listenIp: address, ipVersion } }, pinned) =>
        userAgentStarter({ clock: systemClock, log: createLog('error', terminal.err) })(
          {
            address,
            ipVersion,
            port: 0,
            product: `Dialtone/${version}`,
            certificates: { pinned, decide: async () => 'never' },
          },
          { onInvite: (invite) => invite.reject(480), capabilities: () => '' },
        ),
      atMost: (work) => Promise.race([work, late()]),
      devices: () => listDevices(startNodeChild, entries.audioHost, systemClock),
      soundPackage,
      opus: findOpus,
    },
    captures: {
      runPatterns,
      async read(path) {
        try {
          return await openCapture(path)
        } catch (error) {
          const why = error instanceof Error ? error.message : String(error)
          throw new PhoneError('invalid-params', `${path} cannot be shown: ${why}`, { field: 'FILE' }, { cause: error })
        }
      },
    },
    page: {
      async folder(tell) {
        if ('script' in page) await buildPageIfNeeded(page, tell)
        return page.folder
      },
      machine: thisMachine,
    },
  }
  const code = await saved(await run(argv, world), saves, terminal)
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  exit(code)
}

/** Tries the file before anything starts. The returned function writes the whole trace of a phone that has ended. */
async function traceInto(path: string): Promise<(phone: Phone) => Promise<void>> {
  const what = { format: path.endsWith('.pcapng') ? 'pcapng' : 'pcap' } as const
  try {
    await saveTrace(path, exportTrace([], what.format, false))
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new PhoneError('invalid-params', `The trace cannot be written: ${why}`, { field: 'trace' }, { cause: error })
  }
  return async (phone) => phone.trace.save(path, phone.trace.export(what))
}

async function saved(code: number, saves: readonly (() => Promise<void>)[], terminal: Terminal): Promise<number> {
  const results = await Promise.allSettled(saves.map((save) => save()))
  const failed = results.find((result) => result.status === 'rejected')
  if (failed === undefined) return code
  terminal.err(`invalid-params - ${failed.reason instanceof Error ? failed.reason.message : String(failed.reason)}`)
  return code === 0 ? 1 : code
}

/** A server that says nothing is no longer waited for, ms. */
const checkMs = 8000

function late(): Promise<never> {
  const tooLate = () => new PhoneError('timeout', `There was no answer within ${checkMs / 1000} s`)
  return new Promise((_resolve, reject) => setTimeout(() => reject(tooLate()), checkMs).unref())
}

function lookedInto(command: Command, store: PeekedStore) {
  const { storedSettings, storedCertificates } = store
  return { storedSettings, accounts: accountsToTry(command, store), pinned: pinnedIn(storedCertificates) }
}

/** Those of the profile and the one of the command line, with their passwords as far as they can be read here. */
function accountsToTry(command: Command, { storedAccounts, secrets }: PeekedStore): StoredAccountCheck[] {
  const { instanceId, accounts } = readAccounts(storedAccounts)
  const { account: given, password: otherwise } = phoneDependencies(command)
  const known = accounts.map(({ id, account }) => ({
    account,
    password: readable(secrets, id) ?? otherwise,
    instanceId,
  }))
  if (!given) return known
  return [
    { account: changeAccount(defaultAccount, given.fields), password: given.password ?? otherwise, instanceId },
    ...known,
  ]
}

function readable(secrets: PeekedStore['secrets'], id: string): string | undefined {
  try {
    return secrets.read(id)
  } catch {
    return undefined
  }
}

let faults = 0

/** A fault of our own: says so, ends the calls, and no more. One on top of it changes nothing. */
async function endAfterFault(thrown: unknown, terminal: Terminal, phones: ReadonlySet<Phone>): Promise<void> {
  faults += 1
  const stack = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)
  terminal.err(`internal - something went wrong inside Dialtone: ${stack}`)
  if (faults > 1) return new Promise(() => {})
  await Promise.race([
    Promise.allSettled([...phones].map((phone) => phone.shutdown())),
    new Promise((resolve) => setTimeout(resolve, faultPatienceMs)),
  ])
}

async function checkWav(path: string): Promise<void> {
  try {
    const { samples } = await readWavFile(path)
    if (samples.length === 0) throw new Error('there is no sound in it')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const why = missing ? 'there is no such file' : error instanceof Error ? error.message : String(error)
    throw new PhoneError('invalid-params', `${path} cannot be played: ${why}`, { field: 'play' }, { cause: error })
  }
}

async function checkRecording(path: string): Promise<void> {
  try {
    await probeWavFile(path)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new PhoneError('invalid-params', `${path} cannot be written: ${why}`, { field: 'record' }, { cause: error })
  }
}

function soundPackage(): boolean {
  try {
    createRequire(import.meta.url).resolve('naudiodon')
    return true
  } catch {
    return false
  }
}

function processTerminal(): Terminal {
  const { stdout, stderr } = process
  // Whoever reads may be gone before we are: that is no fault. The carrier of `rpc` notices for itself.
  stdout.on('error', () => {})
  stderr.on('error', () => {})
  return {
    get input() {
      return process.stdin
    },
    output: stdout,
    out: (line) => void stdout.write(`${line}\n`),
    err: (line) => void stderr.write(`${line}\n`),
    watched: stderr.isTTY,
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) resolve()
    else stream.write('', () => resolve())
  })
}
