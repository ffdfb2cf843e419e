import { mkdir } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { qualitySummary } from '../electron/cli/summary.ts'
import type { Quality } from '../native/protocol.ts'
import { compareSound } from '../test/support/audio-compare.ts'
import { RpcPhone } from '../test/support/rpc-phone.ts'
import { ScriptScope } from '../test/support/scope.ts'
import { pause } from '../test/support/until.ts'
import { readSound, speechFiles } from '../test/support/wav.ts'

/**
 * `npm run demo`: Alice calls Bob, both on this machine, each a whole phone in processes of its own. What they say goes
 * through SIP and RTP on loopback, and what arrives is compared with what was said. Exit code 1 if it is not that.
 */

const folder = join(import.meta.dirname, '..', 'out', 'demo')
const heardBy = { alice: join(folder, 'heard-by-alice.wav'), bob: join(folder, 'heard-by-bob.wav') }
/** Longer than what either of them has to say. */
const callMs = 9500
const alikeEnough = 0.95

const names = { alice: 'Alice', bob: 'Bob' } as const
type Name = keyof typeof names

async function demo(scope: ScriptScope): Promise<boolean> {
  await mkdir(folder, { recursive: true })
  console.log('Two phones on this machine: Alice calls Bob, both speak, Alice hangs up.\n')
  const start = (name: Name) =>
    RpcPhone.start(scope, ['--user', name, '--audio', `file:${speechFiles[name]},${heardBy[name]}`])
  const [alice, bob] = await Promise.all([start('alice'), start('bob')])
  const [from, to] = [await alice.listening(), await bob.listening()]

  const target = `sip:bob@${to.address}:${to.port}`
  const { callId } = await alice.request('call.dial', { target })
  const incoming = await bob.notification('call.state', ({ state }) => state === 'incoming')
  await bob.request('call.answer', { callId: incoming.callId })
  await alice.state(callId, 'confirmed')
  console.log(`Alice ${from.address}:${from.port} talks to Bob ${target}; listening for ${callMs / 1000} s ...\n`)
  await pause(callMs)
  await alice.request('call.hangup', { callId })
  const ended = { alice: await alice.ended(callId), bob: await bob.ended(incoming.callId) }

  console.log(await alice.ladder({ [`${from.address}:${from.port}`]: 'Alice', [`${to.address}:${to.port}`]: 'Bob' }))
  const arrived = [await judge('alice', 'bob', ended.bob.quality), await judge('bob', 'alice', ended.alice.quality)]
  return arrived.every(Boolean)
}

/** What `listener` heard of `speaker`; true if it is what was said. */
async function judge(speaker: Name, listener: Name, quality: Quality | undefined): Promise<boolean> {
  const [said, heard] = [await readSound(speechFiles[speaker]), await readSound(heardBy[listener])]
  const found = compareSound(said.samples, heard.samples, { rate: said.rate })
  const good = found.median > alikeEnough
  console.log(`${names[speaker]} -> ${names[listener]}: ${good ? 'speech arrived' : 'SPEECH DID NOT ARRIVE'}`)
  console.log(
    `  likeness  ${found.median.toFixed(4)} at the median, ${found.worst.toFixed(4)} at worst (1 is the same), of ${found.windows} pieces of 400 ms`,
  )
  for (const line of quality === undefined ? [] : qualitySummary(quality)) console.log(`  ${line}`)
  for (const [what, file] of [
    ['said', speechFiles[speaker]],
    ['heard', heardBy[listener]],
  ] as const)
    console.log(`  ${what.padEnd(10)}${relative(process.cwd(), file)}`)
  console.log()
  return good
}

const scope = new ScriptScope()
let good = false
try {
  good = await demo(scope)
} catch (error) {
  console.error(await scope.report())
  console.error(`The demo failed: ${error instanceof Error ? error.message : String(error)}`)
} finally {
  await scope.end()
}
process.exitCode = good ? 0 : 1
