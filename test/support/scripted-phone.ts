import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { type WebSocket, WebSocketServer } from 'ws'
import {
  methods,
  type MethodName,
  type Methods,
  type NotificationName,
  type Notifications,
} from '../../electron/ipc/contract.ts'
import { createDispatcher, type Handlers } from '../../electron/ipc/dispatcher.ts'
import { type Account, type AccountPatch, changeAccount } from '../../electron/phone/account.ts'
import { defaultAccount } from '../../electron/phone/default-account.ts'
import type { AccountTestStep } from '../../electron/phone/account-test.ts'
import { type Contact, type ContactPatch, patched } from '../../electron/phone/contact.ts'
import { type Photo, photoFromBase64, toDataUrl } from '../../electron/phone/photo.ts'
import { readVCards, writeVCards } from '../../electron/phone/vcard.ts'
import { defaultSettings, mergeSettings, type Settings } from '../../electron/phone/settings.ts'
import type { Call, LogEntry, PhoneInfo, Registration, Snapshot } from '../../electron/phone/shapes.ts'
import type { Client } from '../../electron/ipc/client.ts'
import type { TraceFormat, TraceMessage } from '../../electron/phone/trace-message.ts'
import { digestsIn } from '../../electron/trace/digests.ts'
import { exportTrace } from '../../electron/trace/export.ts'
import type { Datagram } from '../../electron/trace/frames.ts'
import { ScriptedMessages } from './scripted-messages.ts'
import { testLog } from './silent-log.ts'
import { within } from './until.ts'

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** As `dialtone serve` sends it; the page has to live with it. */
const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"

/** A page that never asks is a failure that says for what, not a test that hangs. */
function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const limited = within(what, promise, 30_000)
  // Whoever waits for it hears of it; whoever has failed before does not.
  limited.catch(() => {})
  return limited
}

interface Request {
  readonly method: string
  readonly params: unknown
}

/**
 * A phone that plays a script: it serves the built window and speaks the real contract to it through the real
 * dispatcher, but what it answers and announces is what a test says.
 */
export class ScriptedPhone {
  info: PhoneInfo = {
    version: '0.1.0',
    userAgent: 'Dialtone/0.1.0',
    profile: 'default',
    dataFolder: '/home/me/.dialtone',
    listening: [{ transport: 'udp', address: '0.0.0.0', port: 5060 }],
    addresses: ['192.168.11.20'],
    notices: [],
  }
  settings: Settings = defaultSettings
  snapshot: Snapshot = {
    accounts: [],
    calls: [],
    voicemail: [],
    presence: [],
    audio: { input: '', output: '', state: 'idle' },
    doNotDisturb: false,
  }
  accounts: Account[] = []
  contacts: Contact[] = []
  readonly photos = new Map<number, Photo>()
  readonly messages = new ScriptedMessages((name, content) => this.notify(name, content))
  /** What a test of an account comes to. */
  testSteps: AccountTestStep[] = [
    { step: 'dns', ok: true, detail: 'the server is at 192.168.11.175' },
    { step: 'connect', ok: true, detail: 'the server answers' },
    { step: 'register', ok: true, code: 200, detail: '200 OK' },
  ]
  /** Newest first. */
  log: LogEntry[] = []
  /** Oldest first. */
  trace: TraceMessage[] = []
  packets: Datagram[] = []
  devices = [
    { name: 'Built-in microphone', kind: 'input', default: true },
    { name: 'Jabra Evolve2 30', kind: 'input', default: false },
    { name: 'Built-in speakers', kind: 'output', default: true },
    { name: 'Jabra Evolve2 30', kind: 'output', default: false },
  ] as const
  /** Everything that was asked, in order. */
  readonly requests: Request[] = []
  /** Instead of the script's own answer. */
  readonly replies = new Map<MethodName, (params: never) => unknown>()
  url = ''
  readonly #folder: string
  readonly #more: ReadonlyMap<string, string>
  readonly #sockets = new Set<WebSocket>()
  readonly #watchers = new Set<() => void>()
  readonly #waiting: { method: string; resolve: (params: unknown) => void }[] = []
  #close: () => Promise<void> = async () => {}
  #port: number

  /** Serves `folder` at this port of 127.0.0.1, or at a free one, and files from elsewhere under the paths in `more`. */
  constructor(folder: string, port = 0, more: ReadonlyMap<string, string> = new Map()) {
    this.#folder = folder
    this.#port = port
    this.#more = more
  }

  async start(): Promise<this> {
    const http = createServer(async (request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://x').pathname))
      try {
        const file = path === '/' ? 'index.html' : path
        const body = await readFile(this.#more.get(path) ?? join(this.#folder, file))
        response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream')
        response.setHeader('content-security-policy', contentPolicy)
        // Names of built files tell their contents apart: a browser keeps them, and what it has made of them.
        if (path !== '/') response.setHeader('cache-control', 'max-age=3600, immutable')
        response.end(body)
      } catch {
        response.writeHead(404).end()
      }
    })
    const dispatcher = createDispatcher(methods, this.#handlers(), { paths: false, log: testLog() })
    const sockets = new WebSocketServer({ server: http, path: '/rpc' })
    sockets.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('message', async (data) => {
        const reply = await dispatcher.handleText(String(data))
        if (reply !== undefined) socket.send(reply)
      })
    })
    await new Promise<void>((resolve) => http.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (http.address() as AddressInfo).port
    this.url = `http://127.0.0.1:${this.#port}/`
    this.#close = async () => {
      for (const socket of sockets.clients) socket.terminate()
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    }
    return this
  }

  /** Goes away; `start` brings it back at the same address. */
  close(): Promise<void> {
    return this.#close()
  }

  notify<Name extends NotificationName>(method: Name, params: Notifications[Name]): void {
    const text = JSON.stringify({ jsonrpc: '2.0', method, params })
    for (const socket of this.#sockets) socket.send(text)
  }

  /** Anything at all, also what the contract does not know. */
  sendRaw(text: string): void {
    for (const socket of this.#sockets) socket.send(text)
  }

  update(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change }
    this.notify('phone.snapshot', this.snapshot)
  }

  /** An account as it is kept, and how its registration stands. */
  addAccount(patch: Partial<Account>, registration: Registration = { state: 'unregistered' }): Account {
    const { id = `account-${this.accounts.length + 1}`, hasPassword = false, ...fields } = patch
    const account = { ...changeAccount(defaultAccount, fields), id, hasPassword }
    this.accounts = [...this.accounts.filter((other) => other.id !== id), account]
    this.showRegistration(id, registration)
    return account
  }

  showRegistration(id: string, registration: Registration): void {
    this.update({ accounts: [...this.snapshot.accounts.filter((one) => one.id !== id), { id, registration }] })
  }

  /** Calls as they are from now on. */
  showCalls(...calls: Call[]): void {
    this.update({ calls })
  }

  /** Takes a call away and tells how it ended; the log gets its entry. */
  endCall(call: Call, end: Partial<Notifications['call.ended']> = {}): void {
    const answered = call.answeredAt !== undefined
    const ended: Notifications['call.ended'] = {
      callId: call.callId,
      sipCallId: call.sipCallId,
      code: 200,
      reason: 'OK',
      by: 'remote',
      cause: 'normal',
      durationMs: answered ? 167_000 : 0,
      ...end,
    }
    const { code, reason, cause, durationMs, sipCallId, quality } = ended
    this.log.unshift({
      id: (this.log[0]?.id ?? 0) + 1,
      at: call.startedAt,
      direction: call.direction,
      remote: call.remote,
      answered,
      missed: call.direction === 'incoming' && !answered && cause !== 'declined' && cause !== 'answered-elsewhere',
      code,
      reason,
      cause,
      durationMs,
      sipCallId,
      ...(quality && { quality }),
    })
    this.notify('call.ended', ended)
    this.update({ calls: this.snapshot.calls.filter(({ callId }) => callId !== call.callId) })
  }

  /** The parameters of the next request of this method. */
  asked(method: MethodName): Promise<unknown> {
    return inTime(`a request ${method}`, new Promise((resolve) => this.#waiting.push({ method, resolve })))
  }

  /** Resolves once something is so; looked at after each request. */
  until(condition: () => boolean): Promise<void> {
    const so = new Promise<void>((resolve) => {
      const look = () => {
        if (!condition()) return
        this.#watchers.delete(look)
        resolve()
      }
      this.#watchers.add(look)
      look()
    })
    return inTime(`${condition}`, so)
  }

  #heard(method: string, params: unknown): void {
    this.requests.push({ method, params })
    const index = this.#waiting.findIndex((waiting) => waiting.method === method)
    if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(params)
    for (const look of this.#watchers) look()
  }

  #handlers(): Handlers<Methods> {
    const script: Partial<{ [Name in MethodName]: (params: never) => unknown }> = {
      'phone.info': () => this.info,
      'phone.snapshot': () => this.snapshot,
      'settings.get': () => this.settings,
      'settings.set': ({ patch }: { patch: unknown }) => {
        this.settings = mergeSettings(this.settings, patch)
        const { audio, calls } = this.settings
        this.update({
          doNotDisturb: calls.doNotDisturb,
          audio: { ...this.snapshot.audio, input: audio.input, output: audio.output },
        })
        return this.settings
      },
      'accounts.test': () => ({ steps: this.testSteps }),
      'accounts.list': () => this.accounts,
      'accounts.save': ({ account }: { account: AccountPatch }) => this.#saveAccount(account),
      'accounts.remove': ({ id }: { id: string }) => {
        this.accounts = this.accounts.filter((account) => account.id !== id)
        this.update({ accounts: this.snapshot.accounts.filter((account) => account.id !== id) })
      },
      'contacts.list': () => this.contacts,
      'contacts.save': ({ contact }: { contact: ContactPatch }) => this.#saveContact(contact),
      'contacts.remove': ({ id }: { id: number }) => {
        this.contacts = this.contacts.filter((contact) => contact.id !== id)
      },
      'contacts.photo': ({ id }: { id: number }) => ({ url: toDataUrl(this.photos.get(id) as Photo) }),
      'contacts.setPhoto': ({ id, photo }: { id: number; photo: string | null }) => {
        const taken = photo === null ? undefined : photoFromBase64(photo)
        if (taken === undefined) this.photos.delete(id)
        else this.photos.set(id, taken)
        this.contacts = this.contacts.map((one) => {
          const { photo: _before, ...rest } = one
          return one.id !== id ? one : { ...rest, ...(photo !== null && { photo: `${photo.length}` }) }
        })
        return this.contacts.find((one) => one.id === id)
      },
      'contacts.export': () => ({ text: writeVCards(this.contacts, (id) => this.photos.get(id)) }),
      'contacts.import': ({ text }: { text: string }) => {
        const { cards, photosLeftOut } = readVCards(text)
        for (const contact of cards) this.#saveContact(contact)
        return { added: cards.length, ...(photosLeftOut > 0 && { photosLeftOut }) }
      },
      ...this.messages.handlers,
      'call.dial': () => ({ callId: 'dialled' }),
      'call.dtmf': ({ mode }: { mode?: string }) => ({ mode: mode ?? 'rfc4733' }),
      'log.list': (query: { search?: string; missed?: boolean; limit?: number; before?: number }) => this.#list(query),
      'log.remove': ({ ids }: { ids: number[] }) => {
        this.log = this.log.filter(({ id }) => !ids.includes(id))
      },
      'trace.list': () => this.trace,
      'trace.digest': ({ text, password }: { text: string; password?: string }) => ({
        digests: digestsIn(text, password),
      }),
      'trace.export': ({ format }: { format: TraceFormat }) => ({
        base64: Buffer.from(exportTrace(this.trace, format, false, this.packets)).toString('base64'),
      }),
      'diagnostics.preview': ({ redact = true }: { redact?: boolean }) => ({
        files: [
          { name: 'README.txt', size: 24, text: `Diagnostics of Dialtone.\n${redact ? 'Masked' : 'NOT masked'}` },
          { name: 'settings.json', size: 812, text: JSON.stringify({ settings: this.settings }, undefined, 2) },
          { name: 'trace.txt', size: 9876, text: Buffer.from(exportTrace(this.trace, 'text', redact)).toString() },
          { name: 'trace.pcap', size: 4321 },
        ],
      }),
      'diagnostics.export': ({ redact = true }: { redact?: boolean }) => ({
        base64: Buffer.from(redact ? 'masked' : 'whole').toString('base64'),
      }),
      'audio.devices': () => ({ devices: this.devices }),
    }
    const handlers = Object.keys(methods).map((name) => {
      const method = name as MethodName
      return [
        method,
        (params: never, client: Client) => {
          try {
            if (method === 'trace.subscribe') client.asks('trace.message', (params as { on: boolean }).on)
            return (this.replies.get(method) ?? script[method])?.(params)
          } finally {
            this.#heard(method, params)
          }
        },
      ]
    })
    return Object.fromEntries(handlers) as Handlers<Methods>
  }

  #saveContact(patch: ContactPatch): Contact {
    const before = this.contacts.find(({ id }) => id === patch.id)
    const id = before?.id ?? Math.max(0, ...this.contacts.map(({ id }) => id)) + 1
    const saved = { ...(before?.photo !== undefined && { photo: before.photo }), id, ...patched(before, patch) }
    this.contacts = [...this.contacts.filter((other) => other !== before), saved]
    return saved
  }

  #saveAccount({ id, password, ...patch }: AccountPatch): Account {
    const { hasPassword: _shown, ...fields } = patch as Record<string, unknown>
    const before = this.accounts.find((account) => account.id === id)
    const { id: _id, hasPassword: had, ...settings } = before ?? { ...defaultAccount, id: '', hasPassword: false }
    const hasPassword = password === undefined ? had : password !== null
    const saved = { ...changeAccount(settings, fields), hasPassword, id: id ?? `account-${this.accounts.length + 1}` }
    this.accounts = before
      ? this.accounts.map((other) => (other === before ? saved : other))
      : [...this.accounts, saved]
    if (before === undefined) this.showRegistration(saved.id, { state: 'registering' })
    return saved
  }

  #list({
    search,
    missed,
    limit = 100,
    before,
  }: {
    search?: string
    missed?: boolean
    limit?: number
    before?: number
  }) {
    return this.log
      .filter(({ id }) => before === undefined || id < before)
      .filter((entry) => missed !== true || entry.missed)
      .filter(
        ({ remote }) =>
          search === undefined ||
          `${remote.uri}\n${remote.displayName ?? ''}`.toLowerCase().includes(search.toLowerCase()),
      )
      .slice(0, limit)
  }
}
