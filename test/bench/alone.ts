import { join } from 'node:path'
import { openStore } from '../../electron/store/store.ts'
import { PlainRegistrar } from '../support/peers/plain-registrar.ts'
import { builtOutput } from '../support/build.ts'
import { Answerer } from '../support/dialtone.ts'
import { addLongLog } from '../support/long-log.ts'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { Program } from '../support/process.ts'
import { RpcPhone } from '../support/rpc-phone.ts'
import { spread } from '../support/rtp-intervals.ts'
import { descendants, processorMs, residentBytes } from '../support/running-process.ts'
import type { Scope } from '../support/scope.ts'
import { freePort, runSipp } from '../support/sipp/run.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause, until } from '../support/until.ts'
import type { Row } from './report.ts'

/** What the phone takes of a machine when nobody is there to compare it with. */

const row = (what: string, value: number, unit: string, better?: 'more'): Row => ({
  what,
  unit,
  values: { Dialtone: value },
  ...(better && { better }),
})
const toNowhere = ['--audio', 'null', '--rtp-ports', '32000-34999']
const ownAndChildren = (pid: number) => [pid, ...descendants(pid).map((child) => child.pid)]
const accountAt = (port: number) =>
  `--user alice --password secret --domain plain.test --proxy 127.0.0.1:${port} --register`.split(' ')
const megabytes = (bytes: number) => bytes / 1024 / 1024

/** The built command, from the start of its process to the line that says that it can be called; then registered, at rest. */
export async function measureStart(scope: Scope, starts: number, seconds: number): Promise<Row[]> {
  const command = join(await builtOutput(), 'main', 'headless.js')
  const waited: number[] = []
  const worked: number[] = []
  for (let n = 0; ; n++) {
    const began = performance.now()
    const args = ['answer', '--listen', '127.0.0.1', '--sip-port', '0', '--audio', 'null', '--json']
    const data = await temporaryFolder(scope)
    // The one that is watched at rest has an account, whose server it keeps asking whether it is there.
    const registrar = n < starts ? undefined : await PlainRegistrar.open(scope, 'secret')
    if (registrar) args.push(...accountAt(registrar.port))
    const program = await Program.start(scope, process.execPath, [command, ...args, '--data', data])
    const ready = Promise.withResolvers<void>()
    program.onLine(() => ready.resolve())
    await ready.promise
    // The first one is compiled, and kept for the others.
    if (n > 0) {
      waited.push(performance.now() - began)
      worked.push(processorMs(program.pid))
    }
    if (n < starts) {
      await program.end()
      continue
    }
    const times = (['p50', 'p99'] as const).map((pick) => row(`start to ready, ${pick}`, spread(waited)[pick], 'ms'))
    // What came before comes to rest: code is compiled again, memory given back.
    await pause(10_000)
    if (!registrar?.registered) throw new Error('the phone at rest is not registered')
    const processes = ownAndChildren(program.pid)
    const spent = () => processes.reduce((sum, pid) => sum + processorMs(pid), 0)
    const before = spent()
    await pause(seconds * 1000)
    const share = (spent() - before) / (seconds * 10)
    const resident = processes.map(residentBytes)
    await program.end()
    return [
      ...times,
      // Tells less of how busy the machine is otherwise.
      row('processor until then, p50', spread(worked).p50, 'ms'),
      row('at rest: processor', share, '% of a core'),
      row('at rest: memory of the main process', megabytes(resident[0] ?? NaN), 'MB'),
      row('at rest: memory of all processes', megabytes(resident.reduce((sum, bytes) => sum + bytes, 0)), 'MB'),
    ]
  }
}

/** 100,000 calls in the log, asked for by a program outside. */
export async function measureLog(scope: Scope): Promise<Row[]> {
  const data = await temporaryFolder(scope)
  openStore({ dataFolder: data }).close()
  addLongLog(data)
  const phone = await RpcPhone.start(scope, [...toNowhere, '--data', data])
  const timed = async (params: { search?: string; limit: number }) => {
    const began = performance.now()
    const { length } = await phone.request('log.list', params)
    return { ms: performance.now() - began, length }
  }
  const open = await timed({ limit: 300 })
  const found = await timed({ search: 'caller 99', limit: 100 })
  const nothing = await timed({ search: 'nobody at all', limit: 100 })
  if (open.length !== 300 || found.length !== 100 || nothing.length !== 0) throw new Error('the log is not what it was')
  return [
    row('a log of 100,000 calls: open', open.ms, 'ms'),
    row('a log of 100,000 calls: search, found', found.ms, 'ms'),
    row('a log of 100,000 calls: search, nothing found', nothing.ms, 'ms'),
  ]
}

/** Twice as fast each time until a call fails. */
export async function measureRate(scope: Scope, most: number): Promise<Row[]> {
  const answerer = await Answerer.start(scope, toNowhere)
  const target = `${answerer.address}:${answerer.port}`
  let best = 0
  for (let rate = 25; rate <= most; rate *= 2) {
    const { exitCode, failed } = await runSipp({
      scenario: 'uac',
      calls: rate * 4,
      rate,
      port: await freePort(),
      target,
    })
    if (exitCode !== 0 || failed !== 0) break
    best = rate
  }
  return [row('calls a second without a failure', best, '1/s', 'more')]
}

/** One call after another; what the processes hold after `calls` that they did not after a tenth of them. */
export async function measureGrowth(scope: Scope, calls: number): Promise<Row[]> {
  const answerer = await Answerer.start(scope, toNowhere)
  const [caller, rtp] = [await PlainCaller.open(scope), await RtpEndpoint.open(scope)]
  const some = async (count: number) => {
    for (let n = 0; n < count; n++) await caller.bye(answerer, await caller.invite(answerer, rtp.port))
  }
  const resident = () =>
    ownAndChildren(answerer.program.pid).reduce((sum, pid) => sum + megabytes(residentBytes(pid)), 0)
  await some(calls / 10)
  const before = resident()
  await some(calls - calls / 10)
  await until('the last call in the log', () => answerer.results.length >= calls)
  return [row(`memory grown between call ${calls / 10} and call ${calls}`, resident() - before, 'MB')]
}
