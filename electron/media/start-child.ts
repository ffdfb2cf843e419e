import { fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'

/**
 * How the main process gets children, so that Electron's utilityProcess and Node's fork are one thing to their
 * supervisors, and tests can bring children of their own in virtual time.
 */
export type StartChild = (
  /** The file to run; composition roots know where it is. */
  entry: string,
  delegate: ChildDelegate,
  /** Added to our own environment. */
  env?: Readonly<Record<string, string>>,
) => Child

export interface Child {
  /** Undefined when it could not be started; `onExit` tells. */
  readonly pid: number | undefined
  /** Plain JSON. What a dead child is told is lost. */
  send(message: object): void
  /** SIGKILL: a child that hangs in a driver hears nothing else. `onExit` follows. */
  kill(): void
}

/** Never called from within StartChild itself. */
export interface ChildDelegate {
  onMessage(message: unknown): void
  /** Exactly once, and the last that is heard. */
  onExit(exit: ChildExit): void
}

export interface ChildExit {
  readonly code: number | null
  readonly signal: string | null
  /** The end of what it wrote to stderr, or why it could not be started. */
  readonly complaint: string
}

/**
 * Left alone, V8 lets the heap grow to several times what is in use. Nothing that a child makes again and again (packets,
 * frames, events) lives long. And its middle compiler leaves megabytes of scratch memory behind; the loops that run for
 * ever the last one compiles all the same. From the hundredth call to the thousandth the media process grows by 5 to
 * 7 MB with these, by 8 to 14 with Maglev, by 11 to 20 without any.
 */
const saveMemory = ['--max-semi-space-size=1', '--semi-space-growth-factor=1', '--optimize-for-size', '--no-maglev']
const complaintLength = 2000
/** What sound systems say on every start of every program. */
const noise = /^\s*$|^(ALSA lib|Expression '|Cannot connect to server|jack server|JackShm|connect\(2\))/

/** Plain Node. The child sees our end as `disconnect`, also when we are killed. */
export const startNodeChild: StartChild = (entry, delegate, env = {}) => {
  const child = fork(entry, [], {
    // Instead of ours, which would make it listen on our debugger's port.
    execArgv: saveMemory,
    env: { ...childEnvironment(), ...compileCache(), ...env },
    // Native code prints to stdout as it likes; stderr is kept for the day it dies.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  let complaint = ''
  let over = false
  const exit = (code: number | null, signal: string | null) => {
    if (over) return
    over = true
    delegate.onExit({ code, signal, complaint: withoutNoise(complaint) })
  }
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (text: string) => {
    complaint = (complaint + text).slice(-complaintLength)
  })
  child.on('message', (message) => {
    if (!over) delegate.onMessage(message)
  })
  child.on('error', (error) => {
    complaint += `\n${error.message}`
    // A failed `send` is an error too, but only a child that never lived gets no `exit`.
    if (child.pid === undefined) exit(null, null)
  })
  child.on('exit', exit)
  return {
    pid: child.pid,
    send(message) {
      // Between the child's death and its `exit` the channel is gone already: the callback takes that error.
      if (child.connected) child.send(message, () => {})
    },
    kill() {
      child.kill('SIGKILL')
    },
  }
}

/** Our environment without what is no business of a child: the sound needs no password. */
export function childEnvironment(): Record<string, string> {
  const { DIALTONE_PASSWORD: _, ...environment } = process.env
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** A replaced child is back in half the time when it need not compile what its predecessor compiled. */
function compileCache(): Record<string, string> {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }
}

function withoutNoise(complaint: string): string {
  const lines = complaint.split('\n').filter((line) => !noise.test(line))
  return lines.join('\n').trim()
}
