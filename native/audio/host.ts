import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { parentChannel } from '../channel.ts'
import type { AudioHostCommand, AudioHostEvent } from '../protocol.ts'
import { Card } from './card.ts'
import { listDevices } from './devices.ts'
import { encodeFrame, FrameReader } from './frame-stream.ts'
import { CardError } from './naudiodon.ts'
import type { Naudiodon } from './naudiodon.ts'

/** How long the media process may take until its socket is there, milliseconds. */
const connectMs = 2000
const connectAgainMs = 20
const reportMs = 1000
/** Sound that the media process did not read, bytes; more is dropped, it would only be delay. */
const maximumUnread = 32_768

interface Host {
  readonly send: (event: AudioHostEvent) => void
  readonly load: () => Naudiodon
}

/** Obeys the one command that the parent gives. `load` throws a CardError. Throws in a process that has no parent. */
export function serve(load: () => Naudiodon): void {
  const channel = parentChannel<AudioHostCommand, AudioHostEvent>()
  let busy = false
  channel.onClosed = die
  channel.onCommand = (command) => {
    if (busy) return
    busy = true
    void obey(command, { load, send: (event) => channel.send(event) })
  }
}

/**
 * Ends this process. NOTE `process.exit()` waits for the threads that hang in the driver, for good; SIGKILL does not.
 */
export function die(): void {
  process.kill(process.pid, 'SIGKILL')
}

/**
 * Dies with the parent even while the main thread hangs in the driver, where no event of a closed channel is read.
 * The thread loads nothing and asks twice a second whether the parent is still the one it was.
 */
export function dieWithParent(): void {
  const watch = `
    const parent = ${process.ppid}
    setInterval(() => {
      let alive = process.ppid === parent
      try { process.kill(parent, 0) } catch (error) { if (error.code === 'ESRCH') alive = false }
      if (!alive) process.kill(process.pid, 'SIGKILL')
    }, 500)`
  new Worker(watch, { eval: true, stdout: true, stderr: true }).unref()
}

async function obey(command: AudioHostCommand, host: Host): Promise<void> {
  try {
    if (command.op === 'list') host.send({ event: 'devices', devices: listDevices(host.load()) })
    else await run(command, host)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof CardError)
      host.send({ event: 'failed', code: error.code, message, permanent: error.permanent })
    else host.send({ event: 'failed', code: 'internal', message, permanent: false })
  }
}

async function run(command: AudioHostCommand & { readonly op: 'run' }, host: Host): Promise<void> {
  const audio = host.load()
  let socket: Socket | undefined
  const fail = (message: string) => host.send({ event: 'failed', code: 'no-audio-device', message, permanent: false })
  const card = new Card(audio, command, {
    onMicrophone(samples) {
      if (socket && socket.writableLength < maximumUnread) socket.write(encodeFrame({ kind: 'microphone', samples }))
    },
    onPull: (sequence, count) => socket?.write(encodeFrame({ kind: 'pull', sequence, count })),
    onLost: (message) => fail(`the sound device is gone: ${message}`),
  })
  // After the device, which takes longer: the media process may be starting up at the same time.
  socket = await connectWithin(command.path, performance.now() + connectMs)
  socket.on('close', die)
  const { input, output } = card.info
  socket.write(encodeFrame({ kind: 'hello', token: command.token }))
  socket.write(encodeFrame({ kind: 'opened', inputRate: input?.rate ?? 0, outputRate: output?.rate ?? 0 }))
  const reader = new FrameReader()
  socket.on('data', (chunk) => {
    for (const frame of reader.push(chunk)) if (frame.kind === 'speaker') card.play(frame.sequence, frame.samples)
  })
  setInterval(() => {
    const { delayMs, underruns, late } = card
    socket.write(encodeFrame({ kind: 'report', delayMs, underruns, late }))
  }, reportMs)
  card.start()
  host.send({ event: 'running', ...(input && { input }), ...(output && { output }) })
}

/** The media process may still be busy opening its socket. Rejects with the last error when `deadline` has passed. */
function connectWithin(path: string, deadline: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.removeAllListeners('error')
      socket.on('error', die)
      resolve(socket)
    })
    socket.once('error', (error) => {
      if (performance.now() > deadline) reject(error)
      else setTimeout(() => resolve(connectWithin(path, deadline)), connectAgainMs)
    })
  })
}
