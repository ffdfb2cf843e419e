import type { Readable, Writable } from 'node:stream'
import { Client } from './client.ts'
import type { NotificationName, Notifications } from './contract.ts'
import { longestText, tooLong } from './dispatcher.ts'
import type { Dispatcher } from './dispatcher.ts'
import { failure, rpcCode } from './json-rpc.ts'
import type { Notification } from './json-rpc.ts'
import { LineSplitter } from './lines.ts'
import type { Line } from './lines.ts'
import { newestWins } from './newest-wins.ts'

/** Requests under way at once; further ones wait unread in the pipe. */
const mostPending = 256
/** Bytes waiting to be read by the other end: above the first reading stops, above the last the other end is given up. */
const slowReader = 256 * 1024
const deadReader = 64 * 1024 * 1024

interface StdioCarrier {
  notify<Name extends NotificationName>(name: Name, content: Notifications[Name]): void
  /** Resolves when the other end has closed its side or is gone. */
  readonly ended: Promise<void>
  /** Stops reading; resolves when what was under way is answered and written, after `patienceMs` at the latest. */
  close(patienceMs: number): Promise<void>
}

/** JSON-RPC on a pair of pipes: one object a line, nothing else on `output`. */
export function serveStdio(input: Readable, output: Writable, dispatcher: Dispatcher): StdioCarrier {
  const client = new Client()
  const splitter = new LineSplitter(longestText)
  const waiting: Line[] = []
  const pending = new Set<Promise<void>>()
  const held = new Map<string, string>()
  const ended = Promise.withResolvers<void>()
  let inputEnded = false
  let closed = false
  let gone = false

  const giveUp = () => {
    gone = true
    input.pause()
    ended.resolve()
  }

  const write = (text: string) => {
    if (gone) return
    output.write(`${text}\n`)
    if (output.writableLength > deadReader) giveUp()
  }

  async function handle(line: Line): Promise<void> {
    if ('text' in line) {
      const reply = await dispatcher.handleText(line.text, client)
      if (reply !== undefined) write(reply)
    } else if (line.fault === 'too-long') write(JSON.stringify(tooLong()))
    else write(JSON.stringify(failure(null, rpcCode.parseError, 'this is not UTF-8', { code: 'invalid-params' })))
  }

  /** Starts what may be started and lets the pipe flow only while there is room on both sides. */
  function advance(): void {
    while (waiting.length > 0 && pending.size < mostPending && output.writableLength < slowReader) {
      const line = waiting.shift()
      if (line === undefined) break
      const work = handle(line).finally(() => {
        pending.delete(work)
        advance()
      })
      pending.add(work)
    }
    if (inputEnded && waiting.length === 0) ended.resolve()
    if (closed || gone || inputEnded) return
    if (waiting.length > 0 || output.writableLength >= slowReader) input.pause()
    else input.resume()
  }

  const onData = (chunk: Uint8Array) => {
    waiting.push(...splitter.push(chunk))
    advance()
  }
  const onEnd = () => {
    if (inputEnded) return
    inputEnded = true
    waiting.push(...splitter.end())
    advance()
  }
  const onDrain = () => {
    for (const [name, text] of held) {
      held.delete(name)
      write(text)
    }
    advance()
  }

  input.on('data', onData)
  input.on('end', onEnd)
  input.on('close', onEnd)
  input.on('error', onEnd)
  output.on('drain', onDrain)
  // EPIPE: nobody reads any more.
  output.on('error', giveUp)

  return {
    notify(name, content) {
      if (!client.hears(name)) return
      const notification: Notification = { jsonrpc: '2.0', method: name, params: content }
      const text = JSON.stringify(notification)
      const key = newestWins(name, content)
      if (key !== undefined && output.writableLength >= slowReader) held.set(key, text)
      else write(text)
    },
    ended: ended.promise,
    async close(patienceMs) {
      closed = true
      input.pause()
      input.off('data', onData)
      const patience = Promise.withResolvers<void>()
      const timer = setTimeout(patience.resolve, patienceMs)
      await Promise.race([Promise.allSettled(pending), patience.promise])
      const flushed = new Promise<void>((resolve) => {
        if (gone || output.writableLength === 0) resolve()
        else output.write('', () => resolve())
      })
      await Promise.race([flushed, patience.promise])
      clearTimeout(timer)
    },
  }
}
