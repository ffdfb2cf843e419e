import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assemblePhone } from '../../electron/assembly/assemble-phone.ts'
import { startNodeChild, type StartChild } from '../../electron/media/start-child.ts'
import type { Phone } from '../../electron/phone/phone.ts'
import type { Log } from '../../electron/phone/ports.ts'
import type { CallEnded } from '../../electron/phone/shapes.ts'
import { PlainRegistrar } from '../support/peers/plain-registrar.ts'
import type { Scope } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'

/** Who takes part: whole phones in this process, each with children of its own, and a registrar that comes and goes. */

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const entries = { mediaProcess: file('native/media-process.ts'), audioHost: file('native/audio-host.ts') }
const password = 'soak'

export interface Actor {
  readonly name: string
  readonly phone: Phone
  readonly accountId: string
  readonly target: string
  /** Process ids of the media process and the audio host, as far as they run. */
  readonly children: ReadonlyMap<string, number>
  /** Every call of its that has ended, as it was announced. */
  readonly ended: CallEnded[]
}

export interface Cast {
  readonly actors: readonly Actor[]
  /** What was logged as an error, but for the children that were killed. */
  readonly faults: string[]
  /** Media processes that took too long to start, which a busy machine does to them. */
  readonly slowStarts: () => number
  readonly registrar: { stop(): Promise<void>; start(): Promise<void>; readonly registered: () => number }
}

const slow = 'it did not get ready'
/** We have killed it, or it could not start in time; either way another one follows. */
const expected = new RegExp(`media process gone .*"(?:it was ended by SIGKILL|${slow})"`)

export async function openCast(scope: Scope, names: readonly string[]): Promise<Cast> {
  const faults: string[] = []
  let server = await PlainRegistrar.open(scope, password)
  const { port } = server
  let registered = 0
  const registrar: Cast['registrar'] = {
    async stop() {
      registered += server.registered
      server.registered = 0
      await server.close()
    },
    async start() {
      server = await PlainRegistrar.open(scope, password, port)
    },
    registered: () => registered + server.registered,
  }
  const actors: Actor[] = []
  for (const [index, name] of names.entries()) actors.push(await openActor(scope, name, index, port, faults))
  return {
    actors,
    get faults() {
      return faults.filter((text) => !expected.test(text))
    },
    slowStarts: () => faults.filter((text) => text.includes(slow)).length,
    registrar,
  }
}

async function openActor(scope: Scope, name: string, index: number, port: number, faults: string[]): Promise<Actor> {
  const children = new Map<string, number>()
  const startChild: StartChild = (entry, delegate, env) => {
    const what = entry.includes('audio-host') ? 'audio host' : 'media process'
    const child = startNodeChild(entry, delegate, env)
    if (child.pid !== undefined) children.set(what, child.pid)
    return child
  }
  const ended: CallEnded[] = []
  const phone = await assemblePhone({
    version: '0.0-soak',
    profile: '',
    dataFolder: join(await temporaryFolder(scope, `soak-${name}`), 'data'),
    startChild,
    entries,
    log: faultsOnly(name, faults),
    identity: { username: name },
    // The last one has a sound card, or looks for one as long as it lives.
    audio: () =>
      index === 2
        ? { source: { kind: 'device' }, sink: { kind: 'device' } }
        : { source: { kind: 'tone', hz: 440, dbfs: -12 }, sink: { kind: 'discard' } },
    overrides: { network: { listenIp: '127.0.0.1', sipPort: 0 }, calls: { acceptTransfer: 'always' } },
  })
  scope.after(() => phone.shutdown())
  phone.delegate = {
    onSnapshot: () => {},
    onCallState: () => {},
    onCallEnded: (call) => void ended.push(call),
    onDtmf: () => {},
    onQuality: () => {},
  }
  const fields = { username: name, domain: 'plain.test', proxy: `127.0.0.1:${port}`, register: 'always', password }
  const { id } = phone.saveAccount({ ...fields, reregisterSeconds: 20 })
  const own = phone.info().listening.find(({ transport }) => transport === 'udp')
  return { name, phone, accountId: id, target: `sip:${name}@127.0.0.1:${own?.port ?? 0}`, children, ended }
}

function faultsOnly(name: string, faults: string[]): Log {
  const nothing = () => {}
  return {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (message, detail) => void faults.push(`${name}: ${message} ${detailText(detail)}`),
  }
}

function detailText(detail: Readonly<Record<string, unknown>> | undefined): string {
  const [error] = Object.values(detail ?? {}).filter((value) => value instanceof Error)
  return error === undefined ? JSON.stringify(detail ?? {}) : (error.stack ?? error.message)
}
