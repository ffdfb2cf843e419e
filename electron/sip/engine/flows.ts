import type { Clock } from '../clock.ts'
import type { Endpoint, FlowOptions, SocketAddress } from '../transaction-user.ts'
import { keepFlowAlive } from '../transport/flow-keep-alive.ts'
import type { Transport } from '../transport/transport.ts'
import { EngineError } from './engine-error.ts'
import type { Locate } from './options.ts'

interface FlowsContext {
  readonly clock: Clock
  readonly random: (bytes: number) => Uint8Array
  readonly transports: readonly Transport[]
  readonly locate: Locate
}

/** 500, 1000, 1000 ms: somebody waits for it, and asks again before long (RFC 8489 6.2.1 would take 39.5 s). */
const discoveryTimers = { rtoMs: 500, requests: 3, lastFactor: 2 }

/** What keeps UDP flows through NATs open, and finds out how they look from outside (RFC 5626 4.4, RFC 8489). */
export class Flows {
  readonly #context: FlowsContext
  readonly #open = new Set<() => void>()

  constructor(context: FlowsContext) {
    this.#context = context
  }

  async discover(server: SocketAddress): Promise<SocketAddress> {
    const { clock, random } = this.#context
    const transport = this.#udpTo(server.address)
    if (!transport?.discover) throw new EngineError('no-transport', `nothing of ours asks ${server.address}`)
    return transport.discover({ server, clock, random, timers: discoveryTimers })
  }

  /** Streams keep themselves alive. */
  keepAlive(uri: string, { kind, intervalMs, onMapped, onFailed }: FlowOptions): () => void {
    const { clock, random, locate } = this.#context
    let stop: (() => void) | undefined
    const end = () => {
      this.#open.delete(end)
      stop?.()
      stop = () => {}
    }
    const begin = (remote: Endpoint | undefined) => {
      if (stop || remote?.transport !== 'udp') return
      const transport = this.#udpTo(remote.address)
      const failed = (error: Error) => {
        end()
        onFailed(error)
      }
      if (!transport?.discover) return failed(new EngineError('no-transport', `nothing of ours leads to ${uri}`))
      const discover = transport.discover.bind(transport)
      const send: Transport['send'] = (...given) => transport.send(...given)
      const told = onMapped && { onMapped }
      stop = keepFlowAlive({
        ...told,
        transport: { send, discover },
        remote,
        clock,
        random,
        kind,
        intervalMs,
        onFailed: failed,
      })
    }
    this.#open.add(end)
    locate(uri).then(
      ([first]) => begin(first),
      (cause: unknown) => {
        if (stop) return
        end()
        onFailed(new EngineError('unresolvable', `${uri} leads nowhere`, { cause }))
      },
    )
    return end
  }

  close(): void {
    for (const end of this.#open) end()
  }

  #udpTo(address: string): Transport | undefined {
    return this.#context.transports.find(
      ({ local }) => local.transport === 'udp' && local.address.includes(':') === address.includes(':'),
    )
  }
}
