import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, test } from 'node:test'
import { askSelfReport, reporting } from '../support/ask-self-report.ts'
import { Answerer } from '../support/dialtone.ts'
import { missing } from '../support/needs.ts'
import { PlainCaller } from '../support/peers/plain-caller.ts'
import { RtpEndpoint } from '../support/peers/rtp-endpoint.ts'
import { descendants, residentBytes } from '../support/running-process.ts'
import { scopeOf } from '../support/scope.ts'
import { freePort, runSipp } from '../support/sipp/run.ts'
import { pause, until } from '../support/until.ts'

/** Many calls, at once and one after another. */

/** How large V8 lets its young generation grow is its affair, and would hide what we keep. */
const smallYoungGeneration = { NODE_OPTIONS: '--max-semi-space-size=1' }
const toNowhere = ['--audio', 'null', '--rtp-ports', '32000-34999']

describe('load', { concurrency: 2 }, () => {
  test('a thousand calls one after another, after a thousand before, leave nothing behind', async (t) => {
    const scope = scopeOf(t)
    const answerer = await Answerer.start(scope, toNowhere, smallYoungGeneration, reporting)
    const [caller, rtp] = [await PlainCaller.open(scope), await RtpEndpoint.open(scope)]
    const oneAfterAnother = async (count: number) => {
      for (let made = 0; made < count; made++) {
        const call = await caller.invite(answerer, rtp.port)
        assert.equal(await caller.bye(answerer, call), 200)
      }
    }
    // The first ones fill what is bounded: the trace, the pages of the call log, V8's heap and compiled code.
    await oneAfterAnother(100)
    const warm = residentOf(answerer)
    await oneAfterAnother(900)
    const before = await atRest(answerer)
    await oneAfterAnother(1000)
    const after = await atRest(answerer)

    const figures = [warm, before.bytes, after.bytes].map(megabytes)
    t.diagnostic(`resident after 100, 1000 and 2000 calls: ${figures.join(', ')} MB`)
    assert.equal(answerer.results.filter(({ cause }) => cause === 'normal').length, 2000)
    assert.deepEqual(after.files, before.files, 'sockets and files of the processes')
    const grown = after.bytes - before.bytes
    assert.ok(grown < 10 * 1024 * 1024, `grown by ${megabytes(grown)} MB`)
  })

  test('fifty calls a second, two hundred of them, none fails', { skip: missing('sipp') }, async (t) => {
    const scope = scopeOf(t)
    const answerer = await Answerer.start(scope, toNowhere)
    const target = `${answerer.address}:${answerer.port}`
    const result = await runSipp({ scenario: 'uac', calls: 200, rate: 50, port: await freePort(), target })
    assert.deepEqual([result.exitCode, result.successful, result.failed], [0, 200, 0], result.errors)
    await answerer.result(200)
    assert.deepEqual([...new Set(answerer.results.map(({ cause }) => cause))], ['normal'])
  })
})

interface Rest {
  /** Resident memory of the phone and its children. */
  readonly bytes: number
  /** Open files and sockets of each process. */
  readonly files: readonly number[]
}

/** Waits until the engine holds nothing more; over UDP a transaction stays for 64*T1, 32 s (RFC 3261 17.2.2). */
async function atRest(answerer: Answerer): Promise<Rest> {
  await until(
    'the engine is empty',
    async () => {
      const { tables } = await askSelfReport(answerer.program)
      assert.ok('serverTransactions' in tables && 'dialogs' in tables && 'timers' in tables)
      await pause(500)
      return Object.values(tables).every((size) => size === 0)
    },
    45_000,
  )
  return {
    bytes: residentOf(answerer),
    files: processesOf(answerer).map((pid) => readdirSync(`/proc/${pid}/fd`).length),
  }
}

const processesOf = ({ program }: Answerer) => [program.pid, ...descendants(program.pid).map(({ pid }) => pid)]

const residentOf = (answerer: Answerer) => processesOf(answerer).reduce((sum, pid) => sum + residentBytes(pid), 0)

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
