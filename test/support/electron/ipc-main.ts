import { EventEmitter } from 'node:events'
import type { WebContents } from './web-contents.ts'

export interface WebFrame {
  readonly url: string
  readonly parent: null
}

export interface IpcEvent {
  readonly sender: WebContents
  readonly senderFrame: WebFrame
}

type Handler = (event: IpcEvent, ...values: unknown[]) => unknown

/** The main process's end of IPC: of one page, or of all. */
export class IpcMain extends EventEmitter {
  readonly #handlers = new Map<string, Handler>()

  handle(channel: string, handler: Handler): void {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    this.#handlers.set(channel, handler)
  }

  removeHandler(channel: string): void {
    this.#handlers.delete(channel)
  }

  handlerOf(channel: string): Handler | undefined {
    return this.#handlers.get(channel)
  }
}
