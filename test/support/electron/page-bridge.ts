/** Functions that run in the page, handed over as source text: each uses nothing from outside itself. */

import type { Cloner, makeCloner } from './structured-clone.ts'

/** What of the page's global object is used; this project is compiled without the DOM. */
interface PageWindow {
  readonly CustomEvent: new (name: string, init: { readonly detail: unknown }) => object
  addEventListener(name: string, listener: (event: BridgeEvent) => void, capture: boolean): void
  dispatchEvent(event: object): boolean
}

interface BridgeEvent {
  readonly detail: Message
  stopImmediatePropagation(): void
}

type Message =
  | { readonly kind: 'expose'; readonly name: string; readonly api: unknown }
  | { readonly kind: 'call'; readonly id: number; readonly handle: number; readonly values: unknown }
  | { readonly kind: 'returned'; readonly id: number; readonly value: unknown; readonly failure?: string }
  | { readonly kind: 'settled'; readonly handle: number; readonly value: unknown; readonly failure?: string }

type AnyFunction = (...values: unknown[]) => unknown

interface BridgeEnd {
  expose(name: string, api: unknown): void
}

/**
 * One end of a bridge between the page's own world and the preload script's: worlds share nothing but the DOM, so they
 * speak through events of the window, which are delivered before `dispatchEvent` returns. Functions and promises travel
 * as numbers; everything else is copied on its way.
 */
function bridgeEnd(mine: string, other: string): BridgeEnd {
  const window = globalThis as unknown as PageWindow & Record<string, unknown>
  const functions = new Map<number, AnyFunction>()
  const numbers = new Map<AnyFunction, number>()
  const proxies = new Map<number, AnyFunction>()
  const promises = new Map<number, PromiseWithResolvers<unknown>>()
  const returned = new Map<number, Message & { kind: 'returned' }>()
  let last = 0

  const post = (message: Message) => window.dispatchEvent(new window.CustomEvent(other, { detail: message }))
  const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

  const wrap = (value: unknown): unknown => {
    if (typeof value === 'function') {
      const known = numbers.get(value as AnyFunction)
      if (known !== undefined) return { $function: known }
      const number = ++last
      numbers.set(value as AnyFunction, number)
      functions.set(number, value as AnyFunction)
      return { $function: number }
    }
    if (value instanceof Promise) {
      const handle = ++last
      value.then(
        (result) => post({ kind: 'settled', handle, value: wrap(result) }),
        (error: unknown) => post({ kind: 'settled', handle, value: undefined, failure: messageOf(error) }),
      )
      return { $promise: handle }
    }
    if (Array.isArray(value)) return value.map(wrap)
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || value instanceof Date) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wrap(one)]))
  }

  const unwrap = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unwrap)
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
    const { $function: number, $promise: handle } = value as { $function?: number; $promise?: number }
    if (handle !== undefined) {
      const promise = Promise.withResolvers<unknown>()
      promises.set(handle, promise)
      return promise.promise
    }
    if (number === undefined) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unwrap(one)]))
    const known = proxies.get(number)
    if (known !== undefined) return known
    const proxy: AnyFunction = (...values) => {
      const id = ++last
      post({ kind: 'call', id, handle: number, values: wrap(values) })
      const result = returned.get(id)
      returned.delete(id)
      if (result?.failure !== undefined) throw new Error(result.failure)
      return unwrap(result?.value)
    }
    proxies.set(number, proxy)
    return proxy
  }

  const freeze = (value: unknown): unknown => {
    if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze)
    return value
  }

  const take = (message: Message) => {
    if (message.kind === 'expose')
      Object.defineProperty(window, message.name, { value: freeze(unwrap(message.api)), enumerable: true })
    else if (message.kind === 'returned') returned.set(message.id, message)
    else if (message.kind === 'settled') {
      const promise = promises.get(message.handle)
      promises.delete(message.handle)
      if (message.failure === undefined) promise?.resolve(unwrap(message.value))
      else promise?.reject(new Error(message.failure))
    } else {
      const { id, handle, values } = message
      try {
        const result = functions.get(handle)?.(...(unwrap(values) as unknown[]))
        post({ kind: 'returned', id, value: wrap(result) })
      } catch (error) {
        post({ kind: 'returned', id, value: undefined, failure: messageOf(error) })
      }
    }
  }
  window.addEventListener(
    mine,
    (event) => {
      event.stopImmediatePropagation()
      take(event.detail)
    },
    true,
  )
  return { expose: (name, api) => void post({ kind: 'expose', name, api: wrap(api) }) }
}

/** What the host sends into the preload script's world, and what it hears from there. */
export type ToPage =
  | { readonly kind: 'event'; readonly channel: string; readonly values: readonly unknown[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown; readonly failure?: string }

export type FromPage =
  | { readonly kind: 'send'; readonly channel: string; readonly values: readonly unknown[] }
  | { readonly kind: 'invoke'; readonly id: number; readonly channel: string; readonly values: readonly unknown[] }
  | { readonly kind: 'preload-error'; readonly message: string }

/** The module `electron` as a sandboxed preload script sees it, and the script run with it. */
function preloadWorld(bridge: BridgeEnd, cloner: Cloner, script: (require: AnyFunction) => void): void {
  const world = globalThis as unknown as Record<string, unknown>
  const toHost = world['standInToHost'] as (text: string) => void
  delete world['standInToHost']
  const listeners = new Map<string, AnyFunction[]>()
  const waiting = new Map<number, PromiseWithResolvers<unknown> & { channel: string }>()
  let last = 0
  const send = (message: FromPage) => toHost(cloner.write(message))

  world['standInFromHost'] = (text: string) => {
    const message = cloner.read(text) as ToPage
    if (message.kind === 'event') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.values)
      return
    }
    const asked = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.failure === undefined) asked?.resolve(message.value)
    else asked?.reject(new Error(`Error invoking remote method '${asked.channel}': ${message.failure}`))
  }

  const ipcRenderer = {
    on: (channel: string, listener: AnyFunction) =>
      void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
    off: (channel: string, listener: AnyFunction) =>
      void listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((one) => one !== listener),
      ),
    send: (channel: string, ...values: unknown[]) => send({ kind: 'send', channel, values }),
    invoke: (channel: string, ...values: unknown[]) => {
      const id = ++last
      const answer = { ...Promise.withResolvers<unknown>(), channel }
      send({ kind: 'invoke', id, channel, values })
      waiting.set(id, answer)
      return answer.promise
    },
  }
  const contextBridge = { exposeInMainWorld: bridge.expose }
  try {
    script((name) => {
      if (name === 'electron') return { contextBridge, ipcRenderer }
      throw new Error(`module not found: ${String(name)}`)
    })
  } catch (error) {
    send({ kind: 'preload-error', message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

export const preloadWorldName = 'Electron Isolated Context'
/** The binding through which the preload script's world speaks to the host. */
export const bindingName = 'standInToHost'

/** Source of what runs in the two worlds of every page of a window, before anything of the page itself. */
export function pageScripts(secret: string, preload: string, makeClonerOnPage: typeof makeCloner) {
  const [main, isolated] = [`${secret} main`, `${secret} isolated`].map((name) => JSON.stringify(name))
  // Electron, too, runs a preload script in the main frame alone.
  const inMainFrame = (source: string) => `if (window === window.top) { ${source} }`
  return {
    main: inMainFrame(`(${bridgeEnd})(${main}, ${isolated})`),
    isolated: inMainFrame(
      `(${preloadWorld})((${bridgeEnd})(${isolated}, ${main}), (${makeClonerOnPage})(), function (require) { ${preload}\n})`,
    ),
  }
}
