import { utilityProcess } from 'electron'
import { childEnvironment, type StartChild } from '../media/start-child.ts'

/** The end of what a child complains about is enough. */
const complaintLength = 2000

/** Electron's way to a child process. Only after `ready`. */
export const startUtilityChild: StartChild = (entry, delegate, env = {}) => {
  const child = utilityProcess.fork(entry, [], {
    env: { ...childEnvironment(), ...env },
    // Native code prints to stdout as it likes; stderr is kept for the day it dies.
    stdio: ['ignore', 'ignore', 'pipe'],
    serviceName: entry.includes('audio-host') ? 'Dialtone sound card' : 'Dialtone media',
    // The driver of the sound card is a library that Apple has not seen.
    allowLoadingUnsignedLibraries: true,
  })
  let complaint = ''
  let over = false
  let doomed = false
  const die = () => {
    if (child.pid === undefined) return
    try {
      process.kill(child.pid, 'SIGKILL')
    } catch {
      // It was faster; `exit` tells.
    }
  }
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (text: string) => {
    complaint = (complaint + text).slice(-complaintLength)
  })
  child.on('spawn', () => {
    if (doomed) die()
  })
  child.on('error', (type, location) => {
    complaint = `${complaint}\n${type} at ${location}`.slice(-complaintLength)
  })
  child.on('message', (message: unknown) => {
    if (!over) delegate.onMessage(message)
  })
  child.on('exit', (code) => {
    if (over) return
    over = true
    delegate.onExit({ code, signal: null, complaint: complaint.trim() })
  })
  return {
    get pid() {
      return child.pid
    },
    send(message) {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process, not a window
      if (!over) child.postMessage(message)
    },
    kill() {
      // NOTE Electron's own `kill` is a polite SIGTERM, which a child that hangs in a driver never hears.
      doomed = true
      if (!over) die()
    },
  }
}
