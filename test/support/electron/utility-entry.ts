import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

/** The child's side of a utility process: `process.parentPort` as Electron has it, and nothing of Node's own IPC. */

const send = process.send?.bind(process)
const kept: unknown[] = []

class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    if (process.connected) send?.(message)
  }
}

const port = new ParentPort()
const deliver = (data: unknown) => {
  // What comes before somebody listens is kept.
  if (port.listenerCount('message') > 0) port.emit('message', { data, ports: [] })
  else kept.push(data)
}
port.on('newListener', (name) => {
  if (name === 'message') setImmediate(() => kept.splice(0).forEach(deliver))
})
process.on('message', deliver)
// Electron ends its children itself when it goes.
process.on('disconnect', () => process.exit(0))
Object.assign(process, { parentPort: port, type: 'utility', send: undefined })

const [, , entry = '', ...args] = process.argv
process.argv = [process.argv[0] ?? '', entry, ...args]
await import(pathToFileURL(entry).href)
