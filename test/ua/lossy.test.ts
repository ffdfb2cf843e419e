import assert from 'node:assert/strict'
import { test } from 'node:test'
import Srf from 'drachtio-srf'
import type { Dialog, IncomingInvite } from '../../electron/phone/ports.ts'
import { sdp } from '../support/fake-phone.ts'
import { LossyNet, type Wire } from '../support/lossy-net.ts'
import { seeded } from '../support/seeded.ts'
import { virtualAgent, type VirtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

/**
 * Two whole user agents over a bad wire in virtual time. Whatever is lost, doubled or overtaken, every call gets exactly
 * one outcome on each side, every confirmed dialog exactly one end, and nothing is left over.
 */

type Outcome = 'accepted' | 'rejected' | 'cancelled' | 'gone'

/** One side's view of one call. */
class Record {
  readonly outcomes: Outcome[] = []
  readonly ends: string[] = []
  dialog: Dialog | undefined
  /** What was asked and never answered. */
  open = 0

  async track(asked: Promise<unknown>): Promise<void> {
    this.open++
    await asked
    this.open--
  }
}

interface Station extends VirtualAgent {
  readonly incoming: Map<string, Record>
}

interface Plan {
  /** What the called one does with an INVITE. */
  onInvite(invite: IncomingInvite, record: Record): void
}

async function station(time: VirtualTime, net: LossyNet, address: string, seed: number, plan: Plan): Promise<Station> {
  const incoming = new Map<string, Record>()
  const delegate = {
    capabilities: () => sdp('capabilities'),
    onInvite: (invite: IncomingInvite) => {
      assert.equal(incoming.has(invite.sipCallId), false, 'an INVITE is told once')
      const record = new Record()
      incoming.set(invite.sipCallId, record)
      invite.delegate = { onCancelled: () => record.outcomes.push('cancelled') }
      plan.onInvite(invite, record)
    },
  }
  return { ...(await virtualAgent(time, net, address, seed, delegate)), incoming }
}

async function run(seed: number, wire: Wire, calls: number) {
  const time = new VirtualTime()
  const net = new LossyNet(time, seed, wire)
  const chance = seeded(seed + 1)
  const later = (maxMs: number, act: () => void) => void time.after(chance() * maxMs, act)
  const confirm = (dialog: Dialog, record: Record) => {
    record.dialog = dialog
    dialog.delegate = {
      onAck: () => {},
      onReinvite: () => (chance() < 0.1 ? { status: 488, reason: 'No' } : { sdp: sdp('reanswer') }),
      onInfo: () => ({ status: 200 }),
      onBye: () => record.ends.push('remote'),
    }
    later(5_000, () => void record.track(dialog.reinvite(sdp('hold'))))
    later(5_000, () => void record.track(dialog.info('text/plain', 'x')))
    later(20_000, () => {
      if (record.ends.length > 0) return
      record.ends.push('local')
      void record.track(dialog.bye())
    })
  }
  const plan: Plan = {
    onInvite: (invite, record) => {
      invite.ring()
      const accept = () => {
        const accepted = (dialog: Dialog) => {
          record.outcomes.push('accepted')
          confirm(dialog, record)
        }
        // After onCancelled a refusal of `accept` says nothing new.
        const refused = () => record.outcomes.length === 0 && record.outcomes.push('gone')
        void record.track(invite.accept(sdp('answer')).then(accepted, refused))
      }
      const reject = () => {
        if (record.outcomes.length === 0) record.outcomes.push('rejected')
        invite.reject(486)
      }
      later(4_000, chance() < 0.75 ? accept : reject)
    },
  }
  const alice = await station(time, net, '10.0.0.1', seed + 2, plan)
  const bob = await station(time, net, '10.0.0.2', seed + 3, plan)
  const made: { callId: string; caller: Record; callee: Station }[] = []
  for (let at = 0; at < calls; at++) {
    later(60_000, () => {
      const [from, to] = chance() < 0.5 ? [alice, bob] : [bob, alice]
      const caller = new Record()
      const invite = from.ua.invite(
        { uri: to.uri, from: { uri: from.uri }, sdp: sdp('offer') },
        {
          onProvisional: () => assert.equal(caller.outcomes.length, 0, 'nothing provisional after the final answer'),
          onAccepted: (dialog) => {
            caller.outcomes.push('accepted')
            confirm(dialog, caller)
          },
          onRejected: () => caller.outcomes.push('rejected'),
        },
      )
      made.push({ callId: invite.sipCallId, caller, callee: to })
      if (chance() < 0.3) later(5_000, () => caller.outcomes.length === 0 && invite.cancel())
    })
  }
  await time.advance(400_000)
  return { time, alice, bob, calls: made }
}

const wires: Readonly<{ [name: string]: Wire }> = {
  'a good wire': { loss: 0, duplicates: 0, delayMs: 10, jitterMs: 0 },
  'everything overtakes everything': { loss: 0, duplicates: 0.2, delayMs: 1, jitterMs: 900 },
  'one in ten is lost': { loss: 0.1, duplicates: 0.1, delayMs: 20, jitterMs: 200 },
  'one in three is lost': { loss: 0.33, duplicates: 0.1, delayMs: 50, jitterMs: 400 },
}

/** Everything that drachtio-srf itself remembers, in figures. */
function remembered(srf: Srf): number[] {
  const { _dialogs, app } = srf as unknown as {
    _dialogs: Map<string, unknown>
    app: { client: { mapServer: Map<unknown, { [table: string]: unknown }> } }
  }
  const tables = [...app.client.mapServer.values()].flatMap((link) => Object.values(link))
  return [_dialogs, ...tables].flatMap((table) => (table instanceof Map || table instanceof Set ? [table.size] : []))
}

for (const [name, wire] of Object.entries(wires)) {
  test(`${name}: every call has one outcome and one end on both sides`, async (t) => {
    const made: Srf[] = []
    const { listen } = Srf.prototype
    t.mock.method(Srf.prototype, 'listen', function (this: Srf, ...options: Parameters<typeof listen>) {
      made.push(this)
      return listen.apply(this, options)
    })
    for (const seed of [100, 200]) {
      const { time, alice, bob, calls } = await run(seed, wire, 120)
      assert.equal(calls.length, 120)
      const outcomes = new Map<string, number>()
      for (const { callId, caller, callee } of calls) {
        const called = callee.incoming.get(callId)
        const what = `seed ${seed}, call ${callId}: ${caller.outcomes.join('+')} / ${called?.outcomes.join('+') ?? 'never arrived'}`
        for (const record of [caller, ...(called ? [called] : [])]) {
          assert.equal(record.outcomes.length, 1, what)
          assert.equal(record.open, 0, `${what}: something was asked and never answered`)
          const ends = record.outcomes[0] === 'accepted' ? 1 : 0
          assert.equal(record.ends.length, ends, `${what}: ${record.ends.join('+') || 'no end'}`)
        }
        const key = `${caller.outcomes[0]}/${called?.outcomes[0] ?? 'never arrived'}`
        outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
      }
      assert.ok((outcomes.get('accepted/accepted') ?? 0) > 20, JSON.stringify([...outcomes]))
      for (const srf of made.splice(0)) assert.deepEqual(new Set(remembered(srf)), new Set([0]))
      for (const { engine, log, ua } of [alice, bob]) {
        assert.deepEqual(log.faults, [])
        assert.deepEqual(engine.counts(), { clientTransactions: 0, serverTransactions: 0, dialogs: 0, timers: 0 })
        await ua.close()
      }
      assert.equal(time.pending, 0, 'no timer is left')
    }
  })
}
