import type { CDPSession, Page } from 'playwright-core'

export interface PageMemory {
  /** What is in use on the JavaScript heap after a collection, bytes; the engine's compiled code is a part of it. */
  readonly heapBytes: number
  /** Of it, what the page's own objects, functions and texts take: code is compiled as often as the engine likes. */
  readonly valueBytes: number
  /** Elements and texts that exist, also those that are in no document any more. */
  readonly nodes: number
  readonly listeners: number
}

/** Looks into the memory of a page in Chromium. */
export class MemoryProbe {
  readonly #session: CDPSession

  static async of(page: Page): Promise<MemoryProbe> {
    const session = await page.context().newCDPSession(page)
    await session.send('HeapProfiler.enable')
    return new MemoryProbe(session)
  }

  private constructor(session: CDPSession) {
    this.#session = session
  }

  async read(): Promise<PageMemory> {
    // What the first collection frees may hold more that only the second can.
    for (let turn = 0; turn < 3; turn++) await this.#session.send('HeapProfiler.collectGarbage')
    const { usedSize } = await this.#session.send('Runtime.getHeapUsage')
    const valueBytes = sizeOfValues(await this.#snapshot())
    const { nodes, jsEventListeners } = await this.#session.send('Memory.getDOMCounters')
    return { heapBytes: usedSize, valueBytes, nodes, listeners: jsEventListeners }
  }

  async #snapshot(): Promise<HeapSnapshot> {
    const chunks: string[] = []
    const keep = ({ chunk }: { chunk: string }) => void chunks.push(chunk)
    this.#session.on('HeapProfiler.addHeapSnapshotChunk', keep)
    await this.#session.send('HeapProfiler.takeHeapSnapshot', {})
    this.#session.off('HeapProfiler.addHeapSnapshotChunk', keep)
    return JSON.parse(chunks.join('')) as HeapSnapshot
  }
}

/** What is needed of V8's format: `nodes` holds `node_fields.length` numbers for each. */
interface HeapSnapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: string[]; readonly node_types: [string[]] } }
  readonly nodes: readonly number[]
}

const valueTypes = new Set(['object', 'closure', 'string', 'concatenated string', 'sliced string', 'array', 'number'])

function sizeOfValues({ snapshot, nodes }: HeapSnapshot): number {
  const { node_fields: fields, node_types: types } = snapshot.meta
  const [type, size] = [fields.indexOf('type'), fields.indexOf('self_size')]
  let sum = 0
  for (let at = 0; at < nodes.length; at += fields.length)
    if (valueTypes.has(types[0][nodes[at + type]!] ?? '')) sum += nodes[at + size]!
  return sum
}
