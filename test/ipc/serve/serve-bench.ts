import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import { Audience, type Client } from '../../../electron/ipc/client.ts'
import type { Snapshot } from '../../../electron/ipc/contract.ts'
import { takes, type MethodTable } from '../../../electron/ipc/method.ts'
import { createDispatcher } from '../../../electron/ipc/dispatcher.ts'
import { serve, type ServeCarrier } from '../../../electron/ipc/serve/serve.ts'
import type { Log } from '../../../electron/phone/ports.ts'
import type { Scope } from '../../support/scope.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { PageClient } from './page-client.ts'

/** A served page over a small table of methods, and clients that may lie as they like. */

export const snapshot: Snapshot = {
  accounts: [],
  calls: [],
  voicemail: [],
  presence: [],
  audio: { input: 'first', output: '', state: 'idle' },
  doNotDisturb: false,
}

const table = {
  echo: takes({ text: v.string('must be a text') }).gives<{ readonly text: string }>(),
  export: takes({ path: v.optional(v.string()) }, ['path']).gives<void>(),
  /** Answered when the test says so. */
  wait: takes({}).gives<void>(),
  watch: takes({ on: v.boolean() }).gives<void>(),
} satisfies MethodTable

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: string
}

interface Behind {
  readonly carrier: ServeCarrier
  readonly dataFolder: string
  readonly logged: readonly string[]
  /** The clock of tickets and failures, milliseconds. */
  readonly time: { now: number }
  /** Requests that wait for `release`. */
  readonly waiting: { count: number; release: () => void }
  /** How many pages there were, whenever that changed. */
  readonly counts: readonly number[]
  /** Whether some page watches the trace, whenever that changed. */
  readonly watched: readonly boolean[]
}

export class ServeBench {
  readonly behind: Behind
  readonly #scope: Scope

  static async start(scope: Scope, port = 0, script = ''): Promise<ServeBench> {
    const folder = await temporaryFolder(scope, 'dialtone-serve')
    const logged: string[] = []
    const counts: number[] = []
    const time = { now: 0 }
    const released = Promise.withResolvers<void>()
    const waiting = { count: 0, release: released.resolve }
    const log = writing(logged)
    const watched: boolean[] = []
    const watching = new Audience('trace.message', (some) => watched.push(some))
    const handlers = {
      watch: ({ on }: { readonly on: boolean }, client: Client) => watching.set(client, on),
      echo: ({ text }: { readonly text: string }) => ({ text }),
      export: () => {},
      wait: () => {
        waiting.count += 1
        return released.promise
      },
    }
    const dataFolder = join(folder, 'data')
    const carrier = await serve({
      pageFolder: await makePage(folder, script),
      port,
      dataFolder,
      dispatcher: createDispatcher(table, handlers, { paths: false, log }),
      snapshot: () => snapshot,
      onPages: (count) => counts.push(count),
      log,
      now: () => time.now,
    })
    scope.after(() => carrier.close(0))
    return new ServeBench(scope, { carrier, dataFolder, logged, time, waiting, counts, watched })
  }

  private constructor(scope: Scope, behind: Behind) {
    this.#scope = scope
    this.behind = behind
  }

  get host(): string {
    return `127.0.0.1:${this.behind.carrier.port}`
  }

  get origin(): string {
    return `http://${this.host}`
  }

  /** `path` goes out as it is written. */
  ask(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const { port } = this.behind.carrier
      const asking = request({ host: '127.0.0.1', port, path, method, headers: { Host: this.host, ...headers } })
      asking.on('error', reject)
      asking.on('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (text += part))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        response.on('error', reject)
      })
      asking.end(body)
    })
  }

  /** The status of what is asked in so many words. */
  raw(lines: readonly string[]): Promise<number> {
    return new Promise((resolve, reject) => {
      const socket = connect(this.behind.carrier.port, '127.0.0.1')
      let text = ''
      socket.on('data', (part) => (text += part.toString('latin1')))
      socket.on('error', reject)
      socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])))
      socket.end([...lines, '', ''].join('\r\n'))
    })
  }

  /** The ticket of an address or of the file that opens the page. */
  ticket(): string {
    return ticketIn(this.behind.carrier.ticketAddress())
  }

  async ticketInFile(): Promise<string> {
    return ticketIn(await readFile(this.behind.carrier.openFile, 'utf8'))
  }

  enter(ticket: string, headers: Asked['headers'] = {}): Promise<Reply> {
    return this.ask('/enter', { method: 'POST', headers: { Origin: this.origin, ...headers }, body: ticket })
  }

  /** The Cookie header of a browser that has come in. */
  async session(): Promise<string> {
    const { status, headers } = await this.enter(this.ticket())
    const cookie = headers['set-cookie']?.[0]
    if (status !== 200 || cookie === undefined) throw new Error(`not let in: ${status}`)
    return cookie.split(';')[0] ?? ''
  }

  /** A page, in unless the headers say otherwise. */
  async page(headers: Readonly<Record<string, string>> = {}, path = '/rpc'): Promise<PageClient> {
    const cookie = headers['Cookie'] === undefined ? { Cookie: await this.session() } : {}
    const url = `ws://${this.host}${path}`
    return PageClient.open(this.#scope, url, { Origin: this.origin, ...cookie, ...headers })
  }
}

async function makePage(folder: string, script: string): Promise<string> {
  const page = join(folder, 'page')
  await mkdir(join(page, 'assets'), { recursive: true })
  await writeFile(join(page, 'index.html'), '<!doctype html><title>Page</title><script src="./assets/app.js"></script>')
  await writeFile(join(page, 'assets', 'app.js'), script)
  await writeFile(join(page, 'notes.md'), 'not for the page')
  await writeFile(join(folder, 'outside.html'), 'outside')
  await symlink(join(folder, 'outside.html'), join(page, 'link.html'))
  return page
}

function ticketIn(text: string): string {
  const ticket = /\/enter#([\w-]{22})/.exec(text)?.[1]
  if (ticket === undefined) throw new Error('there is no ticket in it')
  return ticket
}

function writing(lines: string[]): Log {
  const write = (message: string, detail?: Record<string, unknown>) => {
    lines.push(`${message} ${JSON.stringify(detail ?? {})}`)
  }
  return { debug: write, info: write, warn: write, error: write }
}
