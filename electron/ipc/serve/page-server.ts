import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { PhoneError } from '../../phone/phone-error.ts'
import type { Admission } from './admission.ts'
import { entrance, entrancePath } from './entrance.ts'
import { foreign, sessionCookie, sessionOf } from './origin.ts'
import type { PageFile } from './page-files.ts'
import type { Refusals } from '../refusals.ts'
import { securityHeaders } from './security-headers.ts'

/** HTTP on 127.0.0.1: the page for who has a session, the entrance for who has a ticket, nothing for anybody else. */

interface PageServerOptions {
  readonly files: ReadonlyMap<string, PageFile>
  readonly admission: Admission
  readonly refusals: Refusals
  /** 0: any free one. */
  readonly port: number
  /** A ticket was used. */
  readonly onEntered: () => void
  /** An upgrade to a WebSocket that may be done. */
  readonly onUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

const socketPath = '/rpc'

const mostConnections = 128
const longestHeader = 8192
const longestTicket = 64
/** Milliseconds for a request to arrive, and for a silent connection to live. */
const requestMs = 10_000
const headersMs = 5000
const idleMs = 30_000

export class PageServer {
  readonly port: number
  readonly #options: PageServerOptions
  readonly #server: Server
  readonly #headers: Readonly<Record<string, string>>

  /** Rejects with a PhoneError `port-in-use`. */
  static async listen(options: PageServerOptions): Promise<PageServer> {
    const server = createServer({
      maxHeaderSize: longestHeader,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      keepAliveTimeout: headersMs,
      connectionsCheckingInterval: 1000,
    })
    server.maxConnections = mostConnections
    server.timeout = idleMs
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, options.port)))
      server.listen({ host: '127.0.0.1', port: options.port, exclusive: true }, resolve)
    })
    return new PageServer(server, options)
  }

  private constructor(server: Server, options: PageServerOptions) {
    this.#server = server
    this.#options = options
    this.port = (server.address() as AddressInfo).port
    this.#headers = securityHeaders(this.port)
    server.on('request', (request, response) => this.#answer(request, response))
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
    server.on('drop', () => options.refusals.tell('one connection too many'))
    server.on('error', (error) => options.refusals.tell('a connection', error.message))
  }

  async close(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve)
      this.#server.closeAllConnections()
    })
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { admission, refusals, files } = this.#options
    const { method = '', headers } = request
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const changes = method !== 'GET' && method !== 'HEAD'
    const fault = foreign(request, this.port, changes)
    if (fault !== undefined) {
      refusals.tell(`a foreign ${fault}`, headers[fault])
      return this.#say(response, 403, 'This address belongs to the phone alone.')
    }
    if (path === entrancePath && method === 'POST') return this.#enter(request, response)
    if (changes) {
      response.setHeader('Allow', 'GET, HEAD')
      return this.#say(response, 405, 'Nothing can be done here but to look.')
    }
    // Browsers ask for it by themselves, also before they are let in.
    if (path === '/favicon.ico' && !files.has(path)) return void response.writeHead(204, this.#headers).end()
    const way = Object.hasOwn(entrance, path) ? entrance[path] : undefined
    if (way !== undefined) return this.#send(request, response, way)
    if (!admission.knows(sessionOf(headers, this.port))) {
      refusals.tell('a request without a session')
      return this.#say(response, 401, 'Open Dialtone with the file or the address that "dialtone serve" has printed.')
    }
    const file = files.get(path)
    if (file === undefined) return this.#say(response, 404, 'There is no such file.')
    this.#send(request, response, file)
  }

  /** A ticket becomes a session. Who has one already comes in with an old ticket, too. */
  #enter(request: IncomingMessage, response: ServerResponse): void {
    const { admission, refusals, onEntered } = this.#options
    let ticket = ''
    request.setEncoding('latin1')
    request.on('data', (text: string) => {
      ticket += text
      if (ticket.length <= longestTicket) return
      request.removeAllListeners('data')
      refusals.tell('a ticket that is too long')
      response.setHeader('Connection', 'close')
      this.#say(response, 413, 'This is no ticket.')
      request.resume()
    })
    request.on('end', () => {
      if (response.writableEnded) return
      if (admission.knows(sessionOf(request.headers, this.port))) return this.#say(response, 200, 'Welcome back.')
      const redeemed = admission.redeem(ticket)
      if ('session' in redeemed) {
        response.setHeader('Set-Cookie', sessionCookie(this.port, redeemed.session))
        this.#say(response, 200, 'Welcome.')
        return onEntered()
      }
      if (redeemed.refused === 'unknown') {
        refusals.tell('a ticket that is unknown, used or old')
        return this.#say(response, 401, 'This ticket is unknown, was used, or is too old.')
      }
      refusals.tell('a ticket after too many wrong ones')
      response.setHeader('Retry-After', '10')
      this.#say(response, 429, 'Too many wrong tickets. Try again in some seconds.')
    })
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { admission, refusals, onUpgrade } = this.#options
    socket.on('error', () => socket.destroy())
    const refuse = (status: string, what: string, said?: string) => {
      refusals.tell(what, said)
      socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
    }
    const fault = foreign(request, this.port, true)
    if (fault !== undefined) return refuse('403 Forbidden', `a WebSocket of a foreign ${fault}`, request.headers[fault])
    if (request.url !== socketPath) return refuse('404 Not Found', 'a WebSocket to nowhere')
    if (!admission.knows(sessionOf(request.headers, this.port)))
      return refuse('401 Unauthorized', 'a WebSocket without a session')
    onUpgrade(request, socket, head)
  }

  #send(request: IncomingMessage, response: ServerResponse, { body, type, etag }: Partial<PageFile>): void {
    const headers: Record<string, string> = { ...this.#headers, 'Content-Type': type ?? '' }
    // A newer version has the same names: what is kept is asked about each time.
    headers['Cache-Control'] = etag === undefined || type?.startsWith('text/html') === true ? 'no-store' : 'no-cache'
    if (etag !== undefined) headers['ETag'] = etag
    if (etag !== undefined && request.headers['if-none-match'] === etag) {
      response.writeHead(304, headers).end()
      return
    }
    response.writeHead(200, { ...headers, 'Content-Length': String(body?.length ?? 0) })
    response.end(request.method === 'HEAD' ? undefined : body)
  }

  #say(response: ServerResponse, status: number, text: string): void {
    response.writeHead(status, {
      ...this.#headers,
      'Content-Type': 'text/plain; charset=utf-8',
      'Cache-Control': 'no-store',
    })
    response.end(`${text}\n`)
  }
}

function listenError(error: NodeJS.ErrnoException, port: number): PhoneError {
  if (error.code === 'EADDRINUSE')
    return new PhoneError(
      'port-in-use',
      `Port ${port} of this machine is taken by another program`,
      {},
      { cause: error },
    )
  if (error.code === 'EACCES')
    return new PhoneError('port-in-use', `Port ${port} may not be used; take one above 1023`, {}, { cause: error })
  return new PhoneError('internal', `The page cannot be served: ${error.message}`, {}, { cause: error })
}
