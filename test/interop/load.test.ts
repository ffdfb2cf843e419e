/** Runs alone: it calls as fast as it can and measures memory. */

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

const toNowhere = ['--audio', 'null', '--rtp-ports', '32000-34999']

describe('load', { concurrency: 2 }, () => {
  test('a thousand calls one after another leave nothing behind', async (t) => {
    const scope = scopeOf(t)
    const answerer = await Answerer.start(scope, toNowhere, {}, reporting)
    const [caller, rtp] = [await PlainCaller.open(scope), await RtpEndpoint.open(scope)]
    const oneAfterAnother = async (count: number) => {
      for (let made = 0; made < count; made++) {
        const call = await caller.invite(answerer, rtp.port)
        assert.equal(await caller.bye(answerer, call), 200)
      }
    }
    // The first ones fill what is filled once: caches, compiled code, the pages of the call log.
    await oneAfterAnother(100)
    const before = residents(answerer)
    const files = openFiles(answerer)
    await oneAfterAnother(900)
    const after = residents(answerer)
    for (const [n, { command, bytes }] of after.entries()) {
      const grown = bytes - before[n]!.bytes
      t.diagnostic(`${command}: ${megabytes(before[n]!.bytes)} MB after 100 calls, ${megabytes(bytes)} after 1000`)
      assert.ok(grown < 10 * 1024 * 1024, `${command} has grown by ${megabytes(grown)} MB`)
    }
    await until('the engine is empty', () => isEmpty(answerer), 45_000)
    assert.deepEqual(openFiles(answerer), files, 'sockets and files of the processes')
    assert.equal(answerer.results.filter(({ cause }) => cause === 'normal').length, 1000)
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

/** Over UDP that takes 64*T1, 32 s (RFC 3261 17.2.2). */
async function isEmpty(answerer: Answerer): Promise<boolean> {
  const { tables } = await askSelfReport(answerer.program)
  assert.ok('serverTransactions' in tables && 'dialogs' in tables && 'timers' in tables)
  await pause(500)
  return Object.values(tables).every((size) => size === 0)
}

const openFiles = (answerer: Answerer) => processesOf(answerer).map(({ pid }) => readdirSync(`/proc/${pid}/fd`).length)

/** The phone and its children. */
const processesOf = ({ program }: Answerer) => [{ pid: program.pid, command: 'phone' }, ...descendants(program.pid)]

const residents = (answerer: Answerer) =>
  processesOf(answerer).map(({ pid, command }) => ({ command, bytes: residentBytes(pid) }))

const megabytes = (bytes: number) => (bytes / 1024 / 1024).toFixed(1)
