import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Heartbeat } from '../../electron/media/heartbeat.ts'
import { KeptChild } from '../../electron/media/kept-child.ts'
import { FakeChildren } from '../support/fake-children.ts'
import { VirtualTime } from '../support/virtual-time.ts'

function keep(delayAfter: (deaths: number) => number = (deaths) => deaths * 100) {
  const clock = new VirtualTime()
  const children = new FakeChildren()
  const reasons: string[] = []
  const messages: unknown[] = []
  const child = new KeptChild({
    clock,
    start: (delegate) => children.start('child', delegate),
    delayAfter,
    healthyMs: 10_000,
    onStarted: () => {},
    onMessage: (message) => messages.push(message),
    onGone: (reason) => reasons.push(reason),
  })
  return { clock, children, reasons, messages, child, last: () => children.all.at(-1)! }
}

describe('kept child', () => {
  it('starts the next one when it dies, later and later', async () => {
    const { clock, children, reasons, child, last } = keep()
    child.run()
    last().exit({ code: 1, complaint: 'bad luck' })
    await clock.pass(99)
    assert.equal(children.all.length, 1)
    await clock.pass(1)
    assert.equal(children.all.length, 2)
    last().exit({ signal: 'SIGSEGV' })
    await clock.pass(199)
    assert.equal(children.all.length, 2)
    await clock.pass(1)
    assert.equal(children.all.length, 3)
    assert.deepEqual(reasons, ['it ended with code 1: bad luck', 'it was ended by SIGSEGV'])
    // One that lived well starts a new row.
    await clock.pass(10_000)
    last().exit({ code: 0 })
    await clock.pass(100)
    assert.equal(children.all.length, 4)
  })

  it('replaces a living one, and hears no more of the old one', async () => {
    const { clock, children, reasons, messages, child, last } = keep()
    child.run()
    last().say({ n: 1 })
    const old = last()
    child.replace('it hung')
    old.say({ n: 2 })
    child.replace('it hung twice')
    await clock.pass(100)
    assert.equal(children.all.length, 2)
    last().say({ n: 3 })
    assert.deepEqual([reasons, messages], [['it hung'], [{ n: 1 }, { n: 3 }]])
  })

  it('does not wait for one that cannot die', async () => {
    const { clock, children, child, last } = keep()
    child.run()
    const stuck = last()
    stuck.immortal = true
    child.replace('stuck')
    await clock.pass(600)
    assert.equal(children.all.length, 2)
    stuck.exit({ code: 0 })
    await clock.pass(1000)
    assert.equal(children.all.length, 2, 'its late end is not the new one’s')
    last().immortal = true
    let stopped = false
    void child.stop().then(() => (stopped = true))
    await clock.pass(600)
    assert.ok(stopped)
    assert.equal(clock.pending, 0)
  })

  it('starts none after stop, whenever that comes', async () => {
    const { clock, children, child, last } = keep()
    child.run()
    last().exit({ code: 1 })
    await child.stop()
    await clock.pass(5000)
    assert.deepEqual([children.all.length, clock.pending], [1, 0])
    child.run()
    assert.equal(children.all.length, 2)
    await child.stop()
    assert.equal(children.alive, 0)
    await clock.pass(5000)
    assert.deepEqual([children.all.length, clock.pending], [2, 0])
  })

  it('can be run again while the stopped one is still dying', async () => {
    const { clock, children, child, last } = keep()
    child.run()
    const stopped = child.stop()
    child.run()
    await stopped
    await clock.pass(1000)
    assert.equal(children.all.length, 2)
    assert.ok(last().alive)
    await clock.pass(1000)
    assert.ok(last().alive)
  })

  it('lets one end by itself, but not for ever', async () => {
    const willing = keep()
    willing.child.run()
    const ended = willing.child.end(2000)
    await willing.clock.pass(100)
    willing.last().exit({ code: 0 })
    await ended
    assert.equal(willing.clock.pending, 0)

    const deaf = keep()
    deaf.child.run()
    const killed = deaf.child.end(2000)
    await deaf.clock.pass(1999)
    assert.equal(deaf.children.alive, 1)
    await deaf.clock.pass(1)
    await killed
    assert.deepEqual([deaf.children.alive, deaf.clock.pending], [0, 0])
  })
})

describe('heartbeat', () => {
  function beat() {
    const clock = new VirtualTime()
    const seen = { asked: 0, hung: 0 }
    const heartbeat = new Heartbeat(
      clock,
      () => seen.asked++,
      () => seen.hung++,
    )
    heartbeat.start()
    return { clock, seen, heartbeat }
  }

  it('is content with whoever answers', async () => {
    const { clock, seen, heartbeat } = beat()
    for (let i = 0; i < 10; i++) {
      heartbeat.answered()
      await clock.pass(1500)
    }
    assert.deepEqual(seen, { asked: 11, hung: 0 })
    heartbeat.stop()
    await clock.pass(10_000)
    assert.deepEqual([seen.hung, clock.pending], [0, 0])
  })

  it('tells of who does not', async () => {
    const { clock, seen } = beat()
    await clock.pass(1499)
    assert.equal(seen.hung, 0)
    await clock.pass(1)
    assert.equal(seen.hung, 1)
  })

  it('does not blame the child for our own sleep', async () => {
    const { clock, seen, heartbeat } = beat()
    await clock.sleep(60_000)
    assert.equal(seen.hung, 0)
    heartbeat.answered()
    await clock.pass(1500)
    assert.deepEqual([seen.hung, seen.asked], [0, 2])
  })
})
