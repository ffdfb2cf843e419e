/** A process for the store's tests: opens a folder, says so, and waits; or writes into many without end (`writers`). */
import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { openStore } from '../../electron/store/store.ts'
import { type Reached, writeRound } from './rounds.ts'

const [folder = '', writers = ''] = process.argv.slice(2)

if (!isMainThread) write(String(workerData))
else {
  if (writers === '') openStore({ dataFolder: folder })
  else await Promise.all(Array.from({ length: Number(writers) }, (_, n) => started(join(folder, String(n)))))
  process.stdout.write('ready\n')
  process.stdin.on('end', () => process.exit(0)).resume()
}

/** Each in a thread of its own, so that one death meets them all at moments that have nothing to do with each other. */
function started(dataFolder: string): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: dataFolder })
  return new Promise((resolve, reject) => worker.once('message', () => resolve()).once('error', reject))
}

/** What is said to be kept stands in a file beside the data. */
function write(dataFolder: string): never {
  const store = openStore({ dataFolder })
  const confirmed = openSync(`${dataFolder}.confirmed`, 'w')
  const confirm = (reached: Reached) => writeSync(confirmed, JSON.stringify(reached).padEnd(40), 0)
  for (let round = 1; ; round++) {
    writeRound(store, round, confirm)
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    if (round === 1) parentPort?.postMessage('begun')
  }
}
