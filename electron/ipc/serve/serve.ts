import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { WebSocketServer } from 'ws'
import { PhoneError } from '../../phone/phone-error.ts'
import type { Log } from '../../phone/ports.ts'
import type { Notify, Snapshot } from '../contract.ts'
import { type Dispatcher, longestText } from '../dispatcher.ts'
import type { Notification } from '../json-rpc.ts'
import { newestWins } from '../newest-wins.ts'
import { Admission, ticketLifeMs } from './admission.ts'
import { entranceAddress } from './entrance.ts'
import { OpenFile } from './open-file.ts'
import { type PageFile, readPageFiles } from './page-files.ts'
import { PageServer } from './page-server.ts'
import { PageSocket } from './page-socket.ts'
import { Refusals } from '../refusals.ts'

/** The phone's window in a browser: the page on 127.0.0.1, and the contract on a WebSocket beside it. */

interface ServeOptions {
  /** The built page. */
  readonly pageFolder: string
  /** 0: any free port. */
  readonly port: number
  /** Only this user may enter it; the file that opens the page is made in a folder of its own inside. */
  readonly dataFolder: string
  /** Must not take paths: a page names no files. */
  readonly dispatcher: Dispatcher
  /** What a page sees first. */
  readonly snapshot: () => Snapshot
  /** How many pages are open, whenever that has changed. */
  readonly onPages?: (count: number) => void
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now?: () => number
}

export interface ServeCarrier {
  readonly port: number
  /** The URL of a local file that opens the page, time and again; there is no secret in the URL itself. */
  readonly openUrl: string
  /** The path of that file. */
  readonly openFile: string
  /** The URL of another such file, in a folder of its own that is made and, at the end, removed. */
  openUrlIn(folder: string): Promise<string>
  /** An address that opens the page once, within ten minutes: for people only, who may be at another machine. */
  ticketAddress(): string
  readonly notify: Notify
  /** Resolves when what was under way is answered, after `patienceMs` at the latest, and all is closed. */
  close(patienceMs: number): Promise<void>
}

const mostPages = 32
const pingMs = 30_000
/** Whoever does not answer a close frame is cut off; @types/ws does not know it yet. */
const patience = { closeTimeout: 2000 }

/** Rejects with a PhoneError: `port-in-use`, or `internal` without a page to serve. */
export async function serve(options: ServeOptions): Promise<ServeCarrier> {
  const { dispatcher, log } = options
  const now = options.now ?? (() => performance.now())
  const files = await readPage(options.pageFolder)
  const admission = new Admission(now)
  const refusals = new Refusals(log, now)
  const pages = new Set<PageSocket>()
  const file = new OpenFile(join(options.dataFolder, 'serve'))
  const openFiles = [file]
  // Compression would let a small message become a large one.
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: longestText,
    maxFragments: 1024,
    ...patience,
  })
  let closed = false

  const server = await PageServer.listen({
    files,
    admission,
    refusals,
    port: options.port,
    onEntered: () => void renew(),
    onUpgrade(request, socket, head) {
      if (pages.size >= mostPages || closed) {
        refusals.tell('one page too many')
        socket.end('HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
        return
      }
      sockets.handleUpgrade(request, socket, head, (opened) => {
        const page: PageSocket = new PageSocket(opened, dispatcher, refusals, () => {
          pages.delete(page)
          options.onPages?.(pages.size)
        })
        pages.add(page)
        options.onPages?.(pages.size)
        page.send(written('phone.snapshot', options.snapshot()))
      })
    },
  })
  const origin = `http://127.0.0.1:${server.port}`
  const ticketAddress = () => entranceAddress(origin, admission.ticket())

  async function renew(): Promise<void> {
    for (const each of openFiles) {
      if (closed) return
      try {
        await each.write(ticketAddress())
      } catch (error) {
        log.error('The file that opens the page cannot be written', { path: each.path, error: String(error) })
      }
    }
  }

  try {
    await file.write(ticketAddress())
  } catch (error) {
    await server.close()
    throw new PhoneError('internal', `${file.path} cannot be written: ${why(error)}`, {}, { cause: error })
  }
  const renewal = setInterval(() => void renew(), ticketLifeMs / 2)
  const pings = setInterval(() => {
    for (const page of pages) page.ping()
  }, pingMs)
  renewal.unref()
  pings.unref()

  return {
    port: server.port,
    openUrl: pathToFileURL(file.path).href,
    openFile: file.path,
    async openUrlIn(folder) {
      const another = new OpenFile(folder)
      await another.write(ticketAddress())
      openFiles.push(another)
      return pathToFileURL(another.path).href
    },
    ticketAddress,
    notify(name, content) {
      if (pages.size === 0) return
      const text = written(name, content)
      const key = newestWins(name, content)
      for (const page of pages) if (page.client.hears(name)) page.send(text, key)
    },
    async close(patienceMs) {
      closed = true
      clearInterval(renewal)
      clearInterval(pings)
      await Promise.all([...pages].map((page) => page.close(patienceMs)))
      await settled(pages)
      await server.close()
      await Promise.all(openFiles.map((each) => each.remove()))
    },
  }
}

/** How long a browser may take to say goodbye. */
const goodbyeMs = 300

async function settled(pages: ReadonlySet<PageSocket>): Promise<void> {
  const until = performance.now() + goodbyeMs
  while (pages.size > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10))
  for (const page of pages) page.terminate()
}

function written(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params } satisfies Notification)
}

async function readPage(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  try {
    return await readPageFiles(folder)
  } catch (error) {
    throw new PhoneError('internal', `There is no page to serve: ${why(error)}`, {}, { cause: error })
  }
}

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
