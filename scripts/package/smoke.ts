import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `node scripts/package/smoke.ts PROGRAM RESOURCES`: whether the command of a package calls, on loopback, with a tone in
 * Opus, whose library is a file that must be found in the archive. PROGRAM is the packed Electron, RESOURCES the folder with
 * app.asar. Exit code 0 when the tone came back.
 */

const [program = '', resources = ''] = process.argv.slice(2)
const archive = join(resources, 'app.asar')
const command = join(existsSync(archive) ? archive : resources, 'out', 'main', 'headless.js')
const longestMs = 60_000

function start(args: readonly string[]): { readonly child: ChildProcess; readonly lines: string[]; told: string } {
  const child = spawn(program, [command, ...args], { env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } })
  const started = { child, lines: [] as string[], told: '' }
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    started.lines.splice(0, Infinity, ...text.split('\n').slice(0, -1))
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (started.told += chunk))
  return started
}

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode)
    child.on('exit', resolve)
    child.on('error', () => resolve(null))
  })

const own = ['--listen', '127.0.0.1', '--sip-port', '0', '--json']
const opus = ['--set', 'audio.codecs=Opus']
const bob = start(['answer', '--once', '--echo', ...own])
const timer = setTimeout(() => bob.child.kill(), longestMs)
try {
  const ready = await new Promise<string>((resolve, reject) => {
    bob.child.stdout?.on('data', () => bob.lines[0] !== undefined && resolve(bob.lines[0]))
    bob.child.on('exit', (code) => reject(new Error(`answer ended with ${code}: ${bob.told}`)))
    bob.child.on('error', reject)
  })
  const { port } = (JSON.parse(ready) as { listening: { port: number }[] }).listening[0] ?? { port: 0 }
  const alice = start(['call', `bob@127.0.0.1:${port}`, '--audio', 'tone', '--duration', '4', ...opus, ...own])
  const code = await ended(alice.child)
  const result = JSON.parse(alice.lines.at(-1) ?? '{}') as {
    quality?: { received: { codec: string; packets: number; mos: number } }
  }
  const { codec, packets, mos } = result.quality?.received ?? { codec: 'nothing', packets: 0, mos: 0 }
  console.log(`call ended with ${code}; ${packets} packets of ${codec} came back, MOS ${mos}`)
  if (code !== 0 || packets < 50 || codec !== 'Opus') throw new Error(`the call went wrong: ${alice.told}`)
  if ((await ended(bob.child)) !== 0) throw new Error(`answer went wrong: ${bob.told}`)
} finally {
  clearTimeout(timer)
  if (bob.child.exitCode === null) bob.child.kill()
}
