import type {
  Answer,
  Bridge,
  MethodName,
  MethodParams,
  MethodResult,
  Methods,
  NotificationName,
  Notifications,
} from '../electron/ipc/contract.ts'
import { PhoneRequestError } from './phone-request-error.ts'

declare global {
  interface Window {
    /** There only in Electron. */
    readonly phone?: Bridge
  }
}

export type Connection = 'connecting' | 'open' | 'lost'

export type AnyNotification = {
  [Name in NotificationName]: { readonly name: Name; readonly content: Notifications[Name] }
}[NotificationName]

interface PhoneClientListener {
  onConnection(connection: Connection): void
  onNotification(notification: AnyNotification): void
}

/** The one way from the page to the phone, over Electron's bridge or a WebSocket to the page's own origin. */
export interface PhoneClient {
  /** Rejects with a PhoneRequestError and nothing else. */
  request<Name extends MethodName>(
    method: Name,
    ...params: Record<never, never> extends MethodParams<Methods[Name]>
      ? [params?: MethodParams<Methods[Name]>]
      : [params: MethodParams<Methods[Name]>]
  ): Promise<MethodResult<Methods[Name]>>
  /** In Electron, where no browser takes shortcuts for itself. */
  readonly native: boolean
}

/** Opens the way; the listener hears of every change of it, also when it comes back after a loss. */
export function connectPhone(listener: PhoneClientListener): PhoneClient {
  const link = window.phone === undefined ? socketLink(listener) : bridgeLink(window.phone, listener)
  return {
    native: window.phone !== undefined,
    async request(method, ...[params]) {
      const answer = await link(method, params)
      if ('error' in answer) throw PhoneRequestError.of(answer.error)
      return answer.result as never
    },
  }
}

type Link = (method: string, params: unknown) => Promise<Answer>

function bridgeLink(bridge: Bridge, listener: PhoneClientListener): Link {
  bridge.onNotification((name, content) => listener.onNotification({ name, content } as AnyNotification))
  queueMicrotask(() => listener.onConnection('open'))
  return async (method, params) => {
    try {
      return await bridge.request(method, params)
    } catch (error) {
      throw new PhoneRequestError('internal', error instanceof Error ? error.message : String(error))
    }
  }
}

const firstRetryMs = 250
const longestRetryMs = 5000

function socketLink(listener: PhoneClientListener): Link {
  const url = new URL('/rpc', window.location.href.replace(/^http/, 'ws'))
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  let socket: WebSocket | undefined
  let retryMs = firstRetryMs
  let count = 0

  const receive = (text: unknown) => {
    const message = parsed(text)
    if (message === undefined) return
    if (typeof message['method'] === 'string') {
      listener.onNotification({ name: message['method'], content: message['params'] } as AnyNotification)
      return
    }
    const id = message['id'] as number
    const request = waiting.get(id)
    waiting.delete(id)
    request?.resolve(message as unknown as Answer)
  }

  const open = () => {
    const attempt = new WebSocket(url)
    attempt.addEventListener('open', () => {
      socket = attempt
      retryMs = firstRetryMs
      listener.onConnection('open')
    })
    attempt.addEventListener('message', ({ data }) => receive(data))
    attempt.addEventListener('close', () => {
      socket = undefined
      const lost = new PhoneRequestError('unreachable', 'The connection to the phone is lost')
      for (const { reject } of waiting.values()) reject(lost)
      waiting.clear()
      listener.onConnection('lost')
      setTimeout(open, retryMs)
      retryMs = Math.min(retryMs * 2, longestRetryMs)
    })
  }
  open()

  return (method, params) =>
    new Promise((resolve, reject) => {
      if (socket === undefined) {
        reject(new PhoneRequestError('unreachable', 'There is no connection to the phone'))
        return
      }
      const id = ++count
      waiting.set(id, { resolve, reject })
      socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
    })
}

function parsed(text: unknown): Record<string, unknown> | undefined {
  try {
    const message: unknown = JSON.parse(String(text))
    return typeof message === 'object' && message !== null ? (message as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
