import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header } from '../../../electron/sip/message/headers.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { idle, Station } from '../../support/station.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

async function pair() {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const alice = await Station.open(net, time, '10.0.0.1')
  const bob = await Station.open(net, time, '10.0.0.2')
  return { time, net, alice, bob }
}

/** Bob rings and answers; Alice acknowledges. */
async function call({ time, alice, bob }: Awaited<ReturnType<typeof pair>>) {
  bob.handle = ({ method }, { transactionId }) => {
    if (method === 'INVITE') {
      void bob.respond(transactionId, 180)
      void bob.respond(transactionId, 200)
    }
    if (method === 'BYE' || method === 'INFO' || method === 'UPDATE') void bob.respond(transactionId, 200)
  }
  alice.handle = ({ method }, { transactionId }) => {
    if (method === 'BYE') void alice.respond(transactionId, 200)
  }
  alice.handleResponse = ({ status, headers }, { dialogId }) => {
    if (status === 200 && header({ headers }, 'CSeq')?.endsWith('INVITE')) void alice.sendInDialog(dialogId, 'ACK')
  }
  const invite = await alice.send('INVITE', 'sip:bob@10.0.0.2')
  await time.advance(100)
  const accepted = alice.responses.find(({ message }) => message.status === 200)
  const ack = bob.requests.find(({ message }) => message.method === 'ACK')
  assert.ok(accepted && ack)
  return { invite, aliceDialog: accepted.context.dialogId, bobDialog: ack.context.dialogId }
}

test('a call is set up, held in order, and ended, and nothing is left', async () => {
  const bench = await pair()
  const { time, alice, bob } = bench
  const { invite, aliceDialog, bobDialog } = await call(bench)
  assert.deepEqual(alice.statuses(), [180, 200])
  assert.deepEqual(alice.ladder(), ['out INVITE', 'in 180 INVITE', 'in 200 INVITE', 'out ACK'])
  assert.notEqual(aliceDialog, bobDialog)
  // The ACK of the 200 is told with the name of its INVITE
  assert.equal(bob.requests[1]?.context.transactionId, bob.requests[0]?.context.transactionId)
  assert.equal(invite.message.headers[0]?.name, 'Via')
  assert.equal(alice.engine.counts().dialogs, 1)

  await alice.sendInDialog(aliceDialog, 'INFO')
  await time.advance(100)
  await bob.sendInDialog(bobDialog, 'BYE')
  await time.advance(100)
  assert.deepEqual(alice.statuses(), [180, 200, 200])
  assert.deepEqual(bob.statuses(), [200])
  assert.equal(alice.engine.counts().dialogs + bob.engine.counts().dialogs, 0)
  await time.advance(40_000)
  assert.deepEqual(alice.engine.counts(), idle)
  assert.deepEqual(bob.engine.counts(), idle)
  assert.equal(time.pending, 0)
  assert.deepEqual([alice.faults, bob.faults], [[], []])
  await assert.rejects(alice.sendInDialog(aliceDialog, 'INFO'), /unable to find dialog/)
})
