import assert from 'node:assert/strict'
import { test } from 'node:test'
import { header } from '../../../electron/sip/message/headers.ts'
import type { RequestContext } from '../../../electron/sip/transaction-user.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { mutate } from '../../support/mutate.ts'
import { seeded } from '../../support/seeded.ts'
import { idle, Station } from '../../support/station.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const behaviours = ['answer', 'answer', 'answer', 'reject', 'silent', 'ring', 'slow'] as const
type Behaviour = (typeof behaviours)[number]

/** How one call went, as each side saw it. */
interface Story {
  readonly behaviour: Behaviour
  readonly cancelled: boolean
  /** Final responses at the caller. */
  readonly finals: number[]
  /** How the callee's INVITE ended, in its own eyes. */
  readonly calleeFinals: string[]
  /** Ends of the dialog at each side: `bye in`, `bye out`, `engine`. */
  readonly callerEnds: string[]
  readonly calleeEnds: string[]
  callerDialog: string | undefined
  calleeDialog: string | undefined
}

class Scene {
  readonly time = new VirtualTime()
  readonly random: () => number
  readonly net: LossyNet
  readonly stories = new Map<string, Story>()
  readonly byDialog = new Map<string, Story>()

  constructor(seed: number, loss: number) {
    this.random = seeded(seed)
    this.net = new LossyNet(this.time, seed, { loss, duplicates: loss / 2, delayMs: 5, jitterMs: 120 })
  }

  below(max: number): number {
    return Math.floor(this.random() * max)
  }
}

function playCallee(scene: Scene, bob: Station) {
  const { time } = scene
  const answer = (story: Story, { transactionId }: RequestContext, status: number) =>
    bob.respond(transactionId, status).then(
      (sent) => {
        story.calleeFinals.push(String(status))
        if (status === 200) {
          story.calleeDialog = sent.dialogId
          scene.byDialog.set(sent.dialogId, story)
        }
      },
      () => {},
    )
  bob.handle = (request, context) => {
    const story = scene.stories.get(header(request, 'Call-ID') ?? '')
    const { transactionId } = context
    if (!story) {
      if (request.method !== 'ACK' && request.method !== 'CANCEL') void bob.respond(transactionId, 486)
      return
    }
    switch (request.method) {
      case 'INVITE':
        if (story.behaviour === 'silent') return
        if (story.behaviour === 'reject') return void answer(story, context, 486)
        void bob.respond(transactionId, 180)
        if (story.behaviour === 'answer') time.after(scene.below(3_000), () => void answer(story, context, 200))
        if (story.behaviour === 'slow') time.after(20_000 + scene.below(20_000), () => void answer(story, context, 200))
        return
      case 'CANCEL':
        return void story.calleeFinals.push('cancelled')
      case 'BYE':
        story.calleeEnds.push('bye in')
        return void bob.respond(transactionId, 200)
    }
  }
}

function playCaller(scene: Scene, alice: Station) {
  const { time } = scene
  alice.handleResponse = (response, { dialogId }) => {
    const story = scene.stories.get(header(response, 'Call-ID') ?? '')
    if (!story || !header(response, 'CSeq')?.endsWith('INVITE') || response.status < 200) return
    story.finals.push(response.status)
    if (response.status !== 200) return
    story.callerDialog = dialogId
    scene.byDialog.set(dialogId, story)
    void alice.sendInDialog(dialogId, 'ACK')
    if (scene.random() < 0.6) {
      time.after(scene.below(40_000), () => {
        alice.sendInDialog(dialogId, 'BYE').then(
          () => story.callerEnds.push('bye out'),
          () => {},
        )
      })
    }
  }
  alice.handle = (request, { transactionId, dialogId }) => {
    if (request.method !== 'BYE') return
    scene.byDialog.get(dialogId)?.callerEnds.push('bye in')
    void alice.respond(transactionId, 200)
  }
}

async function dial(scene: Scene, alice: Station, bob: Station, index: number) {
  const { time } = scene
  const callId = `call-${index}`
  const story: Story = {
    behaviour: behaviours[scene.below(behaviours.length)] ?? 'answer',
    cancelled: scene.random() < 0.35,
    finals: [],
    calleeFinals: [],
    callerEnds: [],
    calleeEnds: [],
    callerDialog: undefined,
    calleeDialog: undefined,
  }
  scene.stories.set(callId, story)
  const { transactionId } = await alice.send('INVITE', bob.uri, [{ name: 'Call-ID', value: callId }])
  if (story.cancelled || story.behaviour === 'ring' || story.behaviour === 'silent') {
    time.after(scene.below(4_000), () => void alice.cancel(transactionId))
  }
}

for (const [seed, loss] of [
  [11, 0],
  [12, 0.05],
  [13, 0.1],
  [14, 0.2],
  [15, 0.3],
] as const) {
  test(`200 calls over a wire that loses ${loss * 100} %: each settles in one way at both ends, nothing is left`, async () => {
    const scene = new Scene(seed, loss)
    const { time, net } = scene
    const alice = await Station.open(net, time, '10.0.0.1')
    // Of a caller whose every word was lost, only a callee's own patience rids it
    const bob = await Station.open(net, time, '10.0.0.2', { limits: { ringingMs: 180_000 } })
    playCaller(scene, alice)
    playCallee(scene, bob)
    const mallory = net.bind('10.6.6.6')
    await alice.send('INVITE', bob.uri)
    await time.advance(100_000)
    const samples = [...alice.wire, ...bob.wire].map(({ bytes }) => Buffer.from(bytes))
    for (let index = 0; index < 200; index++) {
      time.after(scene.below(60_000), () => void dial(scene, alice, bob, index))
      // Somebody sends broken copies of what went over the wire before
      time.after(scene.below(100_000), () => {
        const sample = samples[scene.below(samples.length)] ?? Buffer.alloc(0)
        const to = { transport: 'udp', address: scene.random() < 0.5 ? '10.0.0.1' : '10.0.0.2', port: 5060 } as const
        mallory.send(mutate(sample, samples, scene.random), to, () => {})
      })
    }
    // Whatever is still up afterwards is hung up by the callee
    time.after(120_000, () => {
      for (const story of scene.stories.values()) {
        if (story.calleeDialog === undefined) continue
        bob.sendInDialog(story.calleeDialog, 'BYE').then(
          () => story.calleeEnds.push('bye out'),
          () => {},
        )
      }
    })
    await time.advance(500_000)
    assert.deepEqual([alice.faults, bob.faults], [[], []])
    for (const { dialogId } of alice.ended) scene.byDialog.get(dialogId)?.callerEnds.push('engine')
    for (const { dialogId } of bob.ended) scene.byDialog.get(dialogId)?.calleeEnds.push('engine')
    let talked = 0
    for (const [callId, story] of scene.stories) {
      const what = `${callId} ${JSON.stringify(story)}`
      assert.equal(story.finals.length, 1, what)
      if (loss <= 0.1 && !story.cancelled && story.behaviour === 'answer') assert.deepEqual(story.finals, [200], what)
      if (loss <= 0.1 && story.behaviour === 'reject' && !story.cancelled) assert.deepEqual(story.finals, [486], what)
      assert.ok(story.calleeFinals.length <= 1, what)
      assert.equal(story.callerEnds.length, story.callerDialog === undefined ? 0 : 1, what)
      assert.equal(story.calleeEnds.length, story.calleeDialog === undefined ? 0 : 1, what)
      if (story.finals[0] === 200) {
        talked++
        assert.deepEqual(story.calleeFinals, ['200'], what)
      }
    }
    assert.ok(talked > 30, `${talked} calls were answered`)
    for (const station of [alice, bob]) assert.deepEqual(station.engine.counts(), idle)
    assert.equal(time.pending, 0)
  })
}

test('5,000 calls leave nothing behind', async () => {
  const scene = new Scene(5, 0)
  const { time } = scene
  const net = new LossyNet(time, 5)
  const alice = await Station.open(net, time, '10.0.0.1', { wireTap: { onMessage() {} } })
  const bob = await Station.open(net, time, '10.0.0.2', { wireTap: { onMessage() {} } })
  let ended = 0
  bob.handle = ({ method }, { transactionId }) => {
    if (method === 'INVITE') void bob.respond(transactionId, 200)
    if (method === 'BYE') void bob.respond(transactionId, 200)
  }
  alice.handleResponse = (response, { dialogId }) => {
    if (header(response, 'CSeq')?.endsWith('BYE')) return void ended++
    void alice.sendInDialog(dialogId, 'ACK')
    void alice.sendInDialog(dialogId, 'BYE')
  }
  for (let index = 0; index < 5_000; index++) {
    time.after(index * 20, () => void alice.send('INVITE', bob.uri))
  }
  await time.advance(150_000)
  assert.equal(ended, 5_000)
  for (const station of [alice, bob]) assert.deepEqual(station.engine.counts(), idle)
  assert.equal(time.pending, 0)
})

test('100,000 bytes-and-pieces datagrams in a call: nothing throws, the call goes on', async () => {
  const time = new VirtualTime()
  const net = new LossyNet(time, 6)
  const alice = await Station.open(net, time, '10.0.0.1')
  const bob = await Station.open(net, time, '10.0.0.2', { wireTap: { onMessage() {} } })
  bob.handle = ({ method }, { transactionId }) => {
    if (method === 'INVITE') void bob.respond(transactionId, 200)
    if (method === 'INFO') void bob.respond(transactionId, 200)
  }
  alice.handleResponse = (response, { dialogId }) => {
    if (header(response, 'CSeq')?.endsWith('INVITE')) void alice.sendInDialog(dialogId, 'ACK')
  }
  await alice.send('INVITE', bob.uri)
  await time.advance(100)
  const dialog = alice.responses[0]?.context.dialogId ?? ''
  await alice.sendInDialog(dialog, 'INFO')
  await time.advance(100)
  const samples = alice.wire.map(({ bytes }) => Buffer.from(bytes))
  const random = seeded(6)
  const mallory = net.bind('10.6.6.6')
  mallory.delegate = { onBytes() {}, onError() {} }
  for (let index = 0; index < 100_000; index++) {
    const sample = samples[index % samples.length] ?? Buffer.alloc(0)
    mallory.send(mutate(sample, samples, random), { transport: 'udp', address: bob.address, port: 5060 }, () => {})
    if (index % 500 === 0) await time.advance(20)
  }
  await alice.sendInDialog(dialog, 'INFO')
  await time.advance(100)
  assert.deepEqual(alice.statuses(), [200, 200, 200])
  assert.deepEqual(bob.faults, [])
  void alice.sendInDialog(dialog, 'BYE')
  await time.advance(200_000)
  await bob.engine.close()
  assert.equal(time.pending, 0)
})
