import type { Log } from '../phone/ports.ts'
import { Client } from './client.ts'
import type { Notifications, NotificationName, Notify } from './contract.ts'
import { type Dispatcher, longestText, tooLong } from './dispatcher.ts'
import { channels } from './electron-channels.ts'
import { failure, rpcCode } from './json-rpc.ts'
import type { Answer } from './json-rpc.ts'
import { newestWins } from './newest-wins.ts'
import { Refusals } from './refusals.ts'

/** What of Electron's WebFrameMain is needed. */
export interface PageFrame {
  readonly url: string
  readonly parent: unknown
}

interface PageEvent {
  readonly sender: unknown
  readonly senderFrame: PageFrame | null
}

/** What of Electron's WebContents is needed. */
export interface PageContents {
  readonly ipc: {
    handle(channel: string, listener: (event: PageEvent, text: unknown) => Promise<string | undefined>): void
    on(channel: string, listener: (event: PageEvent) => void): unknown
  }
  send(channel: string, ...content: unknown[]): void
  isDestroyed(): boolean
}

interface ElectronCarrierOptions {
  /** The page's own address: a frame that shows anything else is refused. */
  readonly pageUrl: string
  /** Must not take paths: a page names no files. May still be in the making. */
  readonly dispatcher: Promise<Dispatcher>
  readonly log: Log
  /** Monotonic milliseconds. */
  readonly now: () => number
}

interface ElectronCarrier {
  readonly notify: Notify
  /**
   * Says this as soon as a page listens, to that page alone. A later one of the same name takes the place of one that
   * has not been said.
   */
  tellListener<Name extends NotificationName>(name: Name, content: Notifications[Name]): void
  /** While the page hangs, only the newest of what may be replaced is kept for it. */
  hung(hangs: boolean): void
}

/** Requests under way at once. */
const mostPending = 64
/** Notifications kept for a page that hangs; more are worth nothing to it. */
const mostHeld = 1000

/** The contract on Electron's IPC, for one window: its main frame, showing our own page, and nobody else. */
export function serveElectron(contents: PageContents, options: ElectronCarrierOptions): ElectronCarrier {
  const refusals = new Refusals(options.log, options.now)
  const own = withoutFragment(options.pageUrl)
  const forListener = new Map<string, unknown>()
  const held = new Map<string, readonly [string, unknown]>()
  const client = new Client()
  let listening = false
  let hangs = false
  let unnamed = 0
  let pending = 0

  const isOurs = ({ sender, senderFrame }: PageEvent) =>
    sender === contents &&
    senderFrame !== null &&
    senderFrame.parent === null &&
    withoutFragment(senderFrame.url) === own

  const send = (name: string, content: unknown) => {
    if (!contents.isDestroyed()) contents.send(channels.notification, name, content)
  }

  contents.ipc.handle(channels.request, async (event, text) => {
    if (!isOurs(event)) {
      refusals.tell('a request of a foreign frame', event.senderFrame?.url)
      return refused('there is no phone for this page', 'not-found')
    }
    if (typeof text !== 'string') {
      refusals.tell('a request that is no text')
      return refused('a request must be a text', 'invalid-params')
    }
    if (text.length > longestText) {
      refusals.tell('a request that is too long', String(text.length))
      return JSON.stringify(tooLong())
    }
    if (pending >= mostPending) {
      refusals.tell('one request too many')
      return refused(`at most ${mostPending} requests may be under way`, 'bad-state')
    }
    pending += 1
    try {
      return await (await options.dispatcher).handleText(text, client)
    } finally {
      pending -= 1
    }
  })

  contents.ipc.on(channels.listening, (event) => {
    if (!isOurs(event)) return refusals.tell('a foreign frame that listens', event.senderFrame?.url)
    listening = true
    for (const [name, content] of forListener) send(name, content)
    forListener.clear()
  })

  return {
    notify(name, content) {
      // Who comes later asks for a snapshot of its own.
      if (!listening || !client.hears(name)) return
      if (!hangs) return send(name, content)
      if (held.size < mostHeld) held.set(newestWins(name, content) ?? `${name} ${++unnamed}`, [name, content])
    },
    tellListener(name, content) {
      if (listening) send(name, content)
      else forListener.set(name, content)
    },
    hung(now) {
      hangs = now
      if (hangs) return
      for (const [name, content] of held.values()) send(name, content)
      held.clear()
    },
  }
}

function refused(message: string, code: 'not-found' | 'invalid-params' | 'bad-state'): string {
  return JSON.stringify(failure(null, rpcCode.invalidRequest, message, { code }) satisfies Answer)
}

function withoutFragment(url: string): string {
  return url.split('#', 1)[0] ?? ''
}
