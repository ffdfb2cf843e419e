import { ClientTransactions } from '../../electron/sip/engine/client-transactions.ts'
import { Dialogs } from '../../electron/sip/engine/dialogs.ts'
import { ServerTransactions } from '../../electron/sip/engine/server-transactions.ts'
import { TimerQueue } from '../../electron/sip/engine/timer-queue.ts'

/**
 * Loaded into a phone's process with `--import` (and `--expose-gc`): at SIGUSR2 it writes to stderr what the SIP engine
 * of the process still holds and how much memory is in use after a collection. Tables make themselves known when
 * something is put into them for the first time.
 */
interface Table {
  readonly size: number
}

const known = new Map<string, Table>()

/** `putting`: the method that puts something into the table. */
function watch<Name extends string>(
  name: string,
  prototype: Record<Name, (...args: never[]) => unknown>,
  putting: Name,
): void {
  const original = prototype[putting]
  prototype[putting] = function put(this: Table, ...args: never[]) {
    known.set(name, this)
    return original.apply(this, args)
  } as (typeof prototype)[Name]
}

watch('clientTransactions', ClientTransactions.prototype, 'start')
watch('serverTransactions', ServerTransactions.prototype, 'add')
watch('dialogs', Dialogs.prototype, 'add')
watch('timers', TimerQueue.prototype, 'set')

process.on('SIGUSR2', () => {
  globalThis.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  const tables = Object.fromEntries([...known].map(([name, table]) => [name, table.size]))
  process.stderr.write(`self report ${JSON.stringify({ usedBytes: heapUsed + arrayBuffers, tables })}\n`)
})
