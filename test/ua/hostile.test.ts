import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Endpoint } from '../../electron/sip/index.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { mutate } from '../support/mutate.ts'
import { seeded } from '../support/seeded.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/** Messages of other programs, and the torture messages of RFC 4475. */
function strangers(): Buffer[] {
  return ['../sip/samples/', '../torture/rfc4475/'].flatMap((folder) => {
    const place = new URL(folder, import.meta.url)
    const files = readdirSync(place).filter((name) => /\.(sip|dat)$/.test(name))
    return files.map((name) => readFileSync(new URL(name, place)))
  })
}

test('broken and hostile messages cost no call, throw nowhere and leave nothing behind', async (t) => {
  const complaints = t.mock.method(console, 'error', () => {})
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const [caller, called] = [new FakePhone(), new FakePhone()]
  const alice = await virtualAgent(time, net, '10.0.0.1', 2, caller)
  const bob = await virtualAgent(time, net, '10.0.0.2', 3, called)
  const from = { uri: alice.uri }
  const call = async () => {
    called.react = (invite) => void called.accept(invite)
    alice.ua.invite({ uri: bob.uri, from, sdp: sdp('offer') }, caller.outgoing())
    await time.advance(1_000)
    return caller.dialogs.at(-1)!
  }
  // What one whole call looked like is material as well.
  const material = strangers()
  net.drop = (bytes, _from, to) => {
    if (to.address === '10.0.0.2') material.push(Buffer.from(bytes))
    return false
  }
  const first = await call()
  void first.reinvite(sdp('hold'))
  void first.info('text/plain', 'x')
  await time.advance(1_000)
  void first.bye()
  await time.advance(40_000)
  net.drop = () => false
  assert.ok(material.length > 80)

  const kept = await call()
  const chance = seeded(4)
  called.react = (invite) => {
    const outcome = chance()
    if (outcome < 0.3) invite.ring()
    else if (outcome < 0.6) invite.reject(486)
    else void called.accept(invite).catch(() => {})
    if (outcome < 0.3) time.after(5_000, () => invite.reject(480))
  }
  const bobAt: Endpoint = { transport: 'udp', address: '10.0.0.2', port: 5060 }
  const datagrams = 20_000
  for (let sent = 0; sent < datagrams; sent++) {
    const original = material[Math.floor(chance() * material.length)]!
    const source: Endpoint = { transport: 'udp', address: `10.0.1.${Math.floor(chance() * 250)}`, port: 5060 }
    net.send(mutate(original, material, chance), source, bobAt)
    if (sent % 50 === 0) await time.advance(20)
    if (sent % 1_000 === 0) assert.equal(await lively(), 200, `after ${sent} datagrams`)
  }
  assert.equal(await lively(), 200)
  await time.advance(400_000)
  assert.equal(await lively(), 200)
  assert.ok(called.invites.length > 100, `${called.invites.length} INVITEs among them were good enough`)
  assert.deepEqual(bob.log.faults, [])
  assert.deepEqual(
    complaints.mock.calls.map(({ arguments: words }) => String(words[0]).slice(0, 200)),
    [],
  )
  // Some mutants were even acknowledged. The phone knows of every dialog that the engine has, and can end it.
  for (const dialog of called.dialogs) void dialog.bye()
  await time.advance(100_000)
  assert.deepEqual(bob.engine.counts(), { clientTransactions: 0, serverTransactions: 0, dialogs: 0, timers: 0 })
  await Promise.all([alice.ua.close(), bob.ua.close()])
  assert.equal(time.pending, 0)

  async function lively(): Promise<number> {
    const asked = kept.info('text/plain', 'still here?')
    let status = 0
    void asked.then((final) => (status = final.status))
    await time.runUntil(() => status !== 0, 40_000)
    // Until the transaction is forgotten.
    await time.advance(40_000)
    return status
  }
})
