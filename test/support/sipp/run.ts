import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface SippResult {
  /** 0: every call was successful. */
  readonly exitCode: number
  readonly successful: number
  readonly failed: number
  /** What it complained of, at most a few thousand characters. */
  readonly errors: string
}

export interface SippRun {
  /** One of this folder, or the text of another one. */
  readonly scenario: 'uac' | 'uas' | `<?xml${string}`
  readonly calls: number
  /** Calls a second, of `uac`. */
  readonly rate?: number
  readonly port: number
  /** One UDP socket or one TCP connection for all calls. */
  readonly transport?: 'udp' | 'tcp'
  /** `address:port` to call. */
  readonly target?: string
  readonly timeoutMs?: number
}

/** Runs sipp (the load tool of Debian's sip-tester) with one of the scenarios of this folder, in a folder of its own. */
export async function runSipp({
  scenario,
  calls,
  rate,
  port,
  transport = 'udp',
  target,
  timeoutMs = 60_000,
}: SippRun): Promise<SippResult> {
  const folder = await mkdtemp(join(tmpdir(), 'sipp-'))
  const isText = scenario.startsWith('<')
  const file = isText ? 'scenario.xml' : fileURLToPath(new URL(`${scenario}.xml`, import.meta.url))
  if (isText) await writeFile(join(folder, file), scenario)
  const options = [
    '-sf',
    file,
    '-nostdin',
    '-i',
    '127.0.0.1',
    '-t',
    transport === 'udp' ? 'u1' : 't1',
    '-p',
    String(port),
    '-m',
    String(calls),
    '-trace_err',
    '-error_file',
    'errors',
  ]
  options.push(
    '-trace_stat',
    '-stf',
    'figures',
    '-recv_timeout',
    '20000',
    '-l',
    '1000',
    '-cp',
    String(await freePort()),
  )
  if (rate !== undefined) options.push('-r', String(rate))
  if (target !== undefined) options.push(target)
  try {
    const exitCode = await new Promise<number>((resolve) => {
      execFile('sipp', options, { cwd: folder, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: 1e8 }, (error) =>
        resolve(error === null ? 0 : typeof error.code === 'number' ? error.code : -1),
      )
    })
    const names = await readdir(folder)
    const figures = names.includes('figures') ? await readFile(join(folder, 'figures'), 'utf8') : ''
    const errors = names.includes('errors') ? (await readFile(join(folder, 'errors'), 'utf8')).slice(0, 4_000) : ''
    return {
      exitCode,
      successful: column(figures, 'SuccessfulCall(C)'),
      failed: column(figures, 'FailedCall(C)'),
      errors,
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** A UDP port that is free on loopback now. */
export function freePort(): Promise<number> {
  return bindOnce(0)
}

/** Resolves once somebody listens on the UDP port, which tells nothing to who does. */
export async function untilTaken(port: number, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs
  while (performance.now() < end) {
    if ((await bindOnce(port).catch(() => 0)) === 0) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`nobody listens on port ${port}`)
}

/** Resolves once somebody takes TCP connections on the port. */
export async function untilAccepting(port: number, withinMs = 10_000): Promise<void> {
  const end = performance.now() + withinMs
  while (performance.now() < end) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (accepted) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`nobody takes connections on port ${port}`)
}

/** Binds the port and lets it go; rejects if it is taken. */
function bindOnce(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', (error) => {
      socket.close()
      reject(error)
    })
    socket.bind(wanted, '127.0.0.1', () => {
      const { port } = socket.address()
      socket.close(() => resolve(port))
    })
  })
}

/** The last value of a column of sipp's statistics; -1 if there is none. */
function column(figures: string, name: string): number {
  const lines = figures.trim().split('\n')
  const at = lines[0]?.split(';').indexOf(name) ?? -1
  const value = lines.at(-1)?.split(';')[at]
  return at < 0 || value === undefined || lines.length < 2 ? -1 : Number(value)
}
