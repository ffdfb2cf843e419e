import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { parseWav, monoSamples, lengthOf, wavHeader } from '../../native/audio/wav.ts'
import type { Outcome } from '../../electron/cli/outcome.ts'
import { Program } from '../support/process.ts'
import { descendants, isAlive } from '../support/running-process.ts'
import { freePorts } from '../support/free-ports.ts'
import { level, sine } from '../support/sound.ts'
import { type Scope, scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { until } from '../support/until.ts'
import { startDialtone } from '../support/dialtone.ts'
import { listeningPort, quietly } from './dialtone.ts'

async function toneFile(path: string, hz: number): Promise<string> {
  const samples = sine(hz, 3)
  await writeFile(path, Buffer.concat([wavHeader(8000, 1, samples.byteLength), new Uint8Array(samples.buffer)]))
  return path
}

/** What was recorded in the middle of the call. */
async function middle(path: string): Promise<Int16Array> {
  const wav = parseWav(await readFile(path))
  const length = lengthOf(wav)
  return monoSamples(wav, Math.floor(length / 3), Math.floor(length / 3))
}

/** A UDP port that takes everything and says nothing. */
async function deafPort(scope: Scope): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  scope.after(() => void socket.close())
  return socket.address().port
}

/** A phone that rings and never answers. */
async function ringingPeer(scope: Scope): Promise<{ readonly port: number; readonly heard: string[] }> {
  const socket = createSocket('udp4')
  const heard: string[] = []
  let invite = ''
  socket.on('message', (bytes, from) => {
    const request = bytes.toString()
    const method = request.split(' ')[0] ?? ''
    heard.push(method)
    const answer = (to: string, status: string) => {
      const kept = to.split('\r\n').filter((line) => /^(Via|From|Call-ID|CSeq):/i.test(line))
      const tagged = (/^To:.*$/im.exec(to)?.[0] ?? '').replace(/;tag=.*$/, '')
      const lines = [`SIP/2.0 ${status}`, ...kept, `${tagged};tag=ringing`, 'Content-Length: 0', '', '']
      socket.send(lines.join('\r\n'), from.port, from.address)
    }
    if (method === 'INVITE') {
      invite = request
      answer(request, '180 Ringing')
    } else if (method === 'CANCEL') {
      answer(request, '200 OK')
      answer(invite, '487 Request Terminated')
    }
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  scope.after(() => void socket.close())
  return { port: socket.address().port, heard }
}

const firstWord = (text: string) => /^\S*/.exec(text)?.[0]
const outcomeOf = (program: Program) => JSON.parse(program.stdout.trim().split('\n').at(-1) ?? '') as Outcome

test('two phones hear each other, and tell how it went', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const low = await toneFile(join(folder, 'low.wav'), 440)
  const high = await toneFile(join(folder, 'high.wav'), 1100)
  const [heardHigh, heardLow] = [join(folder, 'heard-high.wav'), join(folder, 'heard-low.wav')]
  const common = ['--listen', '127.0.0.1', '--sip-port', '0', '--json']
  const bob = await startDialtone(scope, ['answer', ...common, '--once', '--play', high, '--record', heardLow])
  const port = await listeningPort(bob)
  const target = `bob@127.0.0.1:${port}`
  const talk = ['--duration', '2', '--dtmf', '1#', '--play', low, '--record', heardHigh]
  const alice = await startDialtone(scope, ['call', target, ...common, ...talk])
  assert.equal((await alice.finished(30_000)).code, 0, alice.stderr)
  assert.equal((await bob.finished(10_000)).code, 0, bob.stderr)
  const outcome = outcomeOf(alice)
  assert.deepEqual(
    [outcome.target, outcome.answered, outcome.code, outcome.reason, outcome.cause],
    [target, true, 200, 'OK', 'normal'],
  )
  assert.ok(outcome.setupMs.ringing !== undefined && outcome.setupMs.answered !== undefined)
  assert.ok(outcome.setupMs.ringing <= outcome.setupMs.answered)
  assert.ok(outcome.quality !== null && outcome.quality.received.packets > 50 && outcome.quality.sent.packets > 50)
  assert.equal(outcome.sipCallId, outcomeOf(bob).sipCallId)
  assert.equal(outcomeOf(bob).answered, true)
  assert.match(alice.stderr, /ringing\nanswered\n[^]*sent the digits 1# \(rfc4733\)\n[^]*we hung up after/)
  assert.match(bob.stderr, /received the digit 1 [^]*received the digit # /)
  for (const [file, mine, other] of [
    [heardHigh, 1100, 440],
    [heardLow, 440, 1100],
  ] as const) {
    const samples = await middle(file)
    assert.ok(level(samples, mine) > -20, `${file}: ${level(samples, mine)}`)
    assert.ok(level(samples, other) < -40, `${file}: ${level(samples, other)}`)
  }
})

test('without --json the quality is told in words', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const bob = await startDialtone(scope, ['answer', ...quietly, '--echo'])
  const alice = await startDialtone(scope, [
    'call',
    `bob@127.0.0.1:${await listeningPort(bob)}`,
    ...quietly,
    '--duration',
    '0.5',
  ])
  assert.equal((await alice.finished(20_000)).code, 0, alice.stderr)
  assert.match(alice.stdout, /^received +PCMU, [^]*^sent +PCMU[^]*^delay +\d+ ms/m)
  assert.match(alice.stderr, /talking PCMU/)
  assert.doesNotMatch(`${alice.stderr}${bob.stderr}`, /sound card/)
})

test('SIGTERM in a call: BYE goes out, nothing is left, on either side', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  for (const which of ['caller', 'callee'] as const) {
    const bob = await startDialtone(scope, ['answer', ...quietly])
    const alice = await startDialtone(scope, ['call', `bob@127.0.0.1:${await listeningPort(bob)}`, ...quietly])
    await until(
      `an answer\n${alice.stderr}`,
      () => alice.stderr.includes('answered') && bob.stderr.includes('answered'),
    )
    const [ended, other] = which === 'caller' ? [alice, bob] : [bob, alice]
    const children = [...descendants(alice.pid), ...descendants(bob.pid)]
    assert.ok(children.length >= 2, 'each phone has a media process')
    ended.signal('SIGTERM')
    assert.equal((await ended.finished(10_000)).code, 0, ended.stderr)
    await until(`the news of the end\n${other.stderr}`, () => other.stderr.includes('the other side hung up'))
    if (which === 'caller') bob.signal('SIGTERM')
    assert.equal((await other.finished(10_000)).code, 0, other.stderr)
    for (const { pid, command } of children) await until(`the end of ${command}`, () => !isAlive(pid))
  }
})

test('SIGINT while it rings gives the call up', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const bob = await ringingPeer(scope)
  const alice = await startDialtone(scope, ['call', `bob@127.0.0.1:${bob.port}`, ...quietly, '--json'])
  await until('an INVITE', () => bob.heard.includes('INVITE'))
  alice.signal('SIGINT')
  const { code, signal } = await alice.finished(20_000)
  assert.deepEqual([code, signal], [1, null], alice.stderr)
  assert.ok(bob.heard.includes('CANCEL'), bob.heard.join(' '))
  assert.match(alice.stderr, /^cancelled - /)
  assert.equal(outcomeOf(alice).cause, 'cancelled')
})

test('it ends when the program that started it is gone', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const headless = resolve(import.meta.dirname, '../../electron/headless.ts')
  const starter = `
    const { spawn } = require('node:child_process')
    const child = spawn(process.execPath, ${JSON.stringify([headless, 'answer', ...quietly])}, { stdio: ['ignore', 'pipe', 'ignore'] })
    child.stdout.once('data', () => console.log('pid ' + child.pid))
    setInterval(() => {}, 1000)`
  const parent = await Program.start(scope, process.execPath, ['-e', starter])
  const pid = await until('the pid', () => Number(/pid (\d+)/.exec(parent.stdout)?.[1]) || undefined)
  const children = descendants(pid)
  parent.signal('SIGKILL')
  await until('the end of the orphan', () => !isAlive(pid))
  for (const child of children) await until('the end of its children', () => !isAlive(child.pid))
})

test('a fault of our own ends the calls in order, and the exit code says so', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const folder = await temporaryFolder(scope)
  const saboteur = join(folder, 'saboteur.mjs')
  await writeFile(saboteur, `process.on('SIGUSR2', () => { throw new Error('injected') })`)
  const bob = await startDialtone(scope, ['answer', ...quietly], {}, ['--import', saboteur])
  const alice = await startDialtone(scope, ['call', `bob@127.0.0.1:${await listeningPort(bob)}`, ...quietly])
  await until('an answer', () => alice.stderr.includes('answered') && bob.stderr.includes('answered'))
  const children = descendants(bob.pid)
  bob.signal('SIGUSR2')
  assert.deepEqual(await bob.finished(10_000), { code: 1, signal: null })
  assert.match(bob.stderr, /^internal - something went wrong inside Dialtone: Error: injected/m)
  assert.equal((await alice.finished(10_000)).code, 0)
  assert.match(alice.stderr, /the other side hung up/)
  for (const { pid } of children) await until('the end of the children', () => !isAlive(pid))
})

test('--once takes one call and turns the next away as busy', { timeout: 60_000 }, async (t) => {
  const scope = scopeOf(t)
  const bob = await startDialtone(scope, ['answer', ...quietly, '--once'])
  const target = `bob@127.0.0.1:${await listeningPort(bob)}`
  const alice = await startDialtone(scope, ['call', target, ...quietly])
  await until('an answer', () => alice.stderr.includes('answered'))
  const carol = await startDialtone(scope, ['call', target, ...quietly, '--json'])
  assert.equal((await carol.finished(20_000)).code, 1)
  assert.equal(firstWord(carol.stderr), 'busy')
  assert.deepEqual([outcomeOf(carol).code, outcomeOf(carol).cause, outcomeOf(carol).sipCode], ['busy', 'busy', 486])
  alice.signal('SIGTERM')
  assert.equal((await bob.finished(10_000)).code, 0, bob.stderr)
})

interface Failing {
  readonly argv: (scope: Scope) => Promise<readonly string[]> | readonly string[]
  readonly code: string
  readonly words: RegExp
}

const failing: Readonly<Record<string, Failing>> = {
  'a closed port': {
    argv: async () => ['call', `x@127.0.0.1:${await freePorts()}`, ...quietly],
    code: 'unreachable',
    words: /cannot be reached.*Check address and port/,
  },
  'a host that does not exist': {
    argv: () => ['call', 'x@nobody.invalid', ...quietly],
    code: 'unreachable',
    words: /cannot be reached.*nobody\.invalid/,
  },
  'nobody who answers within --duration': {
    argv: async (scope) => ['call', `x@127.0.0.1:${await deafPort(scope)}`, ...quietly, '--duration', '1'],
    code: 'no-answer',
    words: /nobody answered.*Try again later/,
  },
  'somebody who lets it ring': {
    argv: async (scope) => ['call', `x@127.0.0.1:${(await ringingPeer(scope)).port}`, ...quietly, '--duration', '1'],
    code: 'no-answer',
    words: /nobody answered/,
  },
  'a target without an address': {
    argv: () => ['call', '1001', ...quietly],
    code: 'invalid-params',
    words: /needs an address/,
  },
  'a target that is none': { argv: () => ['call', 'a b@@', ...quietly], code: 'invalid-params', words: /address/ },
  'a missing WAV': {
    argv: () => ['call', 'x@127.0.0.1', '--play', '/nonexistent/x.wav'],
    code: 'invalid-params',
    words: /x\.wav cannot be played: there is no such file/,
  },
  'a WAV that is none': {
    argv: () => ['answer', '--play', import.meta.filename],
    code: 'invalid-params',
    words: /cannot be played: this is no WAV file/,
  },
  'a recording that cannot be written': {
    argv: () => ['call', 'x@127.0.0.1', ...quietly, '--record', '/nonexistent/x.wav'],
    code: 'invalid-params',
    words: /cannot be written/,
  },
  'a SIP port in use': {
    argv: async (scope) => [
      'answer',
      '--listen',
      '127.0.0.1',
      '--audio',
      'null',
      '--sip-port',
      `${await deafPort(scope)}`,
    ],
    code: 'port-in-use',
    words: /SIP port \d+ is taken\. Choose another port/,
  },
  'RTP ports in use': {
    argv: async (scope) => {
      const taken = await deafPort(scope)
      const even = taken - (taken % 2)
      return ['answer', ...quietly, '--rtp-ports', `${even}-${even + 1}`]
    },
    code: 'port-in-use',
    words: /no free pair of ports/,
  },
  'an address of another machine': {
    argv: () => ['answer', '--listen', '192.0.2.1', '--sip-port', '0', '--audio', 'null'],
    code: 'invalid-params',
    words: /192\.0\.2\.1 is not an address of this machine/,
  },
}
for (const [name, { argv, code, words }] of Object.entries(failing))
  test(`fails: ${name}`, { timeout: 60_000 }, async (t) => {
    const scope = scopeOf(t)
    const asked = await argv(scope)
    const program = await startDialtone(scope, [...asked, '--json'])
    assert.equal((await program.finished(30_000)).code, 1, program.stderr)
    assert.equal(firstWord(program.stderr), code)
    assert.match(program.stderr, words)
    assert.equal(outcomeOf(program).code, code)
    assert.equal(program.stdout.trim().split('\n').length, 1)
    assert.doesNotMatch(program.stderr, /\bat \S+ \(/, 'a stack is no message for people')
  })

test('wrong usage is exit code 2 and one clear line', { timeout: 30_000 }, async (t) => {
  const scope = scopeOf(t)
  const program = await startDialtone(scope, ['call', '--nonsense'])
  assert.equal((await program.finished(10_000)).code, 2)
  assert.match(program.stderr, /^dialtone: there is no option --nonsense\nTry: dialtone --help\n$/)
  assert.equal(program.stdout, '')
})
