import type { MediaCommand, MediaEvent } from './protocol.ts'

/** The line to the process that gives the orders. */
interface Channel<Command = MediaCommand, Event = MediaEvent> {
  onCommand: (command: Command) => void
  /** The other end is gone. */
  onClosed: () => void
  send(event: Event): void
  /** Resolves when all that was sent has left. */
  flush(): Promise<void>
}

/** Electron's end of a utility process; plain Node has none. What comes before somebody listens is kept. */
interface ParentPort {
  on(event: 'message', listener: (message: { data: unknown }) => void): void
  postMessage(message: unknown): void
}

/** The end of the parent shows only as another parent's number; asking is cheap. */
const parentPollMs = 500

/** Of a utility process under Electron, of a forked child under Node. Throws in a process that is neither. */
export function parentChannel<Command = MediaCommand, Event = MediaEvent>(): Channel<Command, Event> {
  const port = (process as { parentPort?: ParentPort }).parentPort
  const channel: Channel<Command, Event> = {
    onCommand: () => {},
    onClosed: () => {},
    send: () => {},
    flush: () => Promise.resolve(),
  }
  if (port) {
    port.on('message', ({ data }) => channel.onCommand(data as Command))
    channel.send = (event) => port.postMessage(event)
    // NOTE A port tells nothing when its other end is gone. Electron ends its children itself; this is for the day it
    // crashes before it can.
    const parent = process.ppid
    const watch = setInterval(() => {
      if (process.ppid === parent) return
      clearInterval(watch)
      channel.onClosed()
    }, parentPollMs)
    watch.unref()
    return channel
  }
  if (!process.send) throw new Error('this process is started by the phone, not by hand')
  const send = process.send.bind(process)
  process.on('message', (message) => channel.onCommand(message as Command))
  process.on('disconnect', () => channel.onClosed())
  let last: Promise<void> = Promise.resolve()
  channel.send = (event) => {
    if (!process.connected) return
    last = new Promise((resolve) => send(event, undefined, undefined, () => resolve()))
  }
  channel.flush = () => last
  return channel
}
