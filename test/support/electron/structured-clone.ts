/**
 * What of the structured clone algorithm survives a JSON text: enough for plain data, dates, maps, sets, errors and
 * bytes. The same function runs in Node and, as source text, in the page; so it uses nothing from outside itself.
 */
export function makeCloner() {
  interface Tagged {
    readonly $: string
    readonly v?: unknown
  }

  const toBase64 = (bytes: Uint8Array) => {
    let text = ''
    for (const byte of bytes) text += String.fromCharCode(byte)
    return btoa(text)
  }
  const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

  const encode = (value: unknown, around: readonly object[]): unknown => {
    if (value === undefined) return { $: 'undefined' }
    if (typeof value === 'bigint') return { $: 'bigint', v: String(value) }
    if (typeof value === 'number') return Number.isFinite(value) ? value : { $: 'number', v: String(value) }
    if (typeof value === 'function' || typeof value === 'symbol') throw new Error('An object could not be cloned.')
    if (typeof value !== 'object' || value === null) return value
    if (around.includes(value)) throw new Error('The stand-in does not clone what contains itself.')
    const inside = [...around, value]
    const each = (values: Iterable<unknown>) => Array.from(values, (one) => encode(one, inside))
    if (Array.isArray(value)) return each(value)
    if (value instanceof Date) return { $: 'date', v: value.getTime() }
    if (value instanceof Map) return { $: 'map', v: each(value) }
    if (value instanceof Set) return { $: 'set', v: each(value) }
    if (value instanceof Error) return { $: 'error', v: value.message }
    if (value instanceof Uint8Array) return { $: 'bytes', v: toBase64(value) }
    if (value instanceof Promise) throw new Error('#<Promise> could not be cloned.')
    const plain = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, encode(one, inside)]))
    return '$' in plain ? { $: 'object', v: plain } : plain
  }

  const decode = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(decode)
    if (!('$' in value)) return decodeAll(value)
    const { $: tag, v: inner } = value as Tagged
    if (tag === 'undefined') return undefined
    if (tag === 'bigint') return BigInt(String(inner))
    if (tag === 'number') return Number(inner)
    if (tag === 'date') return new Date(Number(inner))
    if (tag === 'map') return new Map(decode(inner) as [unknown, unknown][])
    if (tag === 'set') return new Set(decode(inner) as unknown[])
    if (tag === 'error') return new Error(String(inner))
    if (tag === 'bytes') return fromBase64(String(inner))
    return decodeAll(inner as object)
  }
  const decodeAll = (object: object) =>
    Object.fromEntries(Object.entries(object).map(([key, one]) => [key, decode(one)]))

  return {
    write: (value: unknown): string => JSON.stringify(encode(value, [])),
    read: (text: string): unknown => decode(JSON.parse(text)),
  }
}

export type Cloner = ReturnType<typeof makeCloner>
export const cloner: Cloner = makeCloner()
