/** drachtio-srf 5.0.29 as far as it is used here, as it behaves; its own typings are wrong in places. */
declare module 'drachtio-srf' {
  import type { Server } from 'node:net'

  export type Headers = Record<string, string>

  export interface Message {
    /** Several header fields of one name come joined by commas. */
    get(header: string): string | undefined
    readonly body: string | undefined
  }

  export interface Request extends Message {
    readonly method: string
    readonly uri: string
    /** `network` came in; `application` went out (or was sent by the engine on its own). */
    readonly source: 'network' | 'application'
    readonly source_address: string
    readonly source_port: number
    readonly stackTxnId: string
    /** Empty or absent outside dialogs. */
    readonly stackDialogId: string | undefined
    cancel(options: { headers?: Headers }, done: (error: unknown) => void): void
    on(event: 'response', listener: (response: Response, ack: (options?: { body?: string }) => void) => void): this
    on(event: 'cancel', listener: (cancel: Message) => void): this
    on(event: 'update', listener: (update: Request, response: Response) => void): this
  }

  export interface Response extends Message {
    readonly status: number
    readonly reason: string
    readonly source_address: string
    readonly source_port: number
    readonly stackDialogId: string | undefined
    /** Of a response to be sent: a final one is out. */
    readonly finalResponseSent: boolean
    /** Throws on a status it does not know. */
    send(status: number, options?: { headers?: Headers; body?: string }): void
    send(status: number, reason: string, options?: { headers?: Headers; body?: string }): void
  }

  export interface Dialog {
    readonly id: string
    /** `contact`: the Contact that went out when the dialog was made. */
    readonly local: { readonly contact: string }
    readonly sip: { readonly callId: string; readonly localTag: string; readonly remoteTag: string }
    /** `uri`: the peer's Contact. */
    readonly remote: { readonly uri: string }
    on(event: 'destroy', listener: (bye: Request) => void): this
  }

  export interface Layer {
    readonly method: string
    handle(request: Request, response: Response, next: () => void): void
  }

  interface App {
    /** Closes the link in listen mode. */
    endSession: (holder: unknown) => void
    readonly stack: Layer[]
  }

  export interface CreateUacOptions {
    readonly localSdp: string
    readonly headers: Headers
  }

  export interface Progress {
    cbRequest(error: unknown, request: Request | undefined): void
    cbProvisional(response: Response): void
  }

  export interface RequestOptions {
    readonly method: string
    readonly headers: Headers
    readonly body?: string
    /** Makes it a request in that dialog. */
    readonly stackDialogId?: string
  }

  export default class Srf {
    constructor()
    readonly app: App
    listen(options: { server: Server; secret: string }): void
    use(layer: (request: Request, response: Response, next: () => void) => void): void
    on(event: 'error', listener: (error: unknown) => void): this
    createUAC(
      uri: string,
      options: CreateUacOptions,
      progress: Progress,
      done: (error: unknown, dialog: Dialog | undefined) => void,
    ): void
    createUAS(
      request: Request,
      response: Response,
      options: CreateUacOptions,
      done: (error: unknown, dialog: Dialog | undefined) => void,
    ): void
    request(uri: string, options: RequestOptions, done: (error: unknown, request: Request | undefined) => void): void
    removeDialog(dialog: Dialog): void
  }
}
