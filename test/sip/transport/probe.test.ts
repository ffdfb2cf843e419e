import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import type { Clock } from '../../../electron/sip/clock.ts'
import { KernelProbe } from '../../../electron/sip/transport/probe.ts'

/** Time that passes only when told to; counts what is still waiting. */
class HandClock implements Clock {
  readonly #waiting = new Set<() => void>()
  now = () => 0
  after(_ms: number, fire: () => void) {
    this.#waiting.add(fire)
    return () => void this.#waiting.delete(fire)
  }
  get waiting() {
    return this.#waiting.size
  }
  runOut() {
    for (const fire of this.#waiting) fire()
    this.#waiting.clear()
  }
}

async function listener(): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { socket, port: socket.address().port }
}

async function closedPort(): Promise<number> {
  const { socket, port } = await listener()
  socket.close()
  await once(socket, 'close')
  return port
}

/** How many UDP sockets live, once those just closed have gone: their handles end with the event loop's turn. */
async function openSockets(): Promise<number> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve))
  return process.getActiveResourcesInfo().filter((name) => name.startsWith('UDP')).length
}

suite('asking the kernel', () => {
  test('the local address is the one that routes there', async () => {
    const probe = new KernelProbe(new HandClock())
    assert.equal(await probe.localAddressFor('127.0.0.1', 5060), '127.0.0.1')
    await assert.rejects(probe.localAddressFor('localhost', 5060), { name: 'TransportError', code: 'unreachable' })
    await assert.rejects(probe.localAddressFor('127.0.0.1', 0), { name: 'TransportError' })
    await assert.rejects(probe.localAddressFor('127.0.0.1', 99_999), { name: 'TransportError' })
  })

  test('a closed port shows without any time passing', async () => {
    const clock = new HandClock()
    assert.equal(await new KernelProbe(clock).watchPort('127.0.0.1', await closedPort()).verdict, 'closed')
    assert.equal(clock.waiting, 0)
  })

  test('an open port gets one keep-alive, and the watch ends with its time', async () => {
    const clock = new HandClock()
    const { socket, port } = await listener()
    try {
      const watch = new KernelProbe(clock).watchPort('127.0.0.1', port)
      const [bytes] = (await once(socket, 'message')) as [Buffer]
      assert.equal(bytes.toString(), '\r\n\r\n')
      clock.runOut()
      assert.equal(await watch.verdict, 'unknown')
    } finally {
      socket.close()
    }
  })

  test('a peer that answers is there: the watch is over at once', async () => {
    const clock = new HandClock()
    const { socket, port } = await listener()
    try {
      socket.on('message', (_bytes, from) => socket.send('\r\n', from.port, from.address))
      assert.equal(await new KernelProbe(clock).watchPort('127.0.0.1', port).verdict, 'unknown')
      assert.equal(clock.waiting, 0)
    } finally {
      socket.close()
    }
  })

  test('cancelled at any moment it settles once and leaves neither timer nor socket', async () => {
    const clock = new HandClock()
    const port = await closedPort()
    const probe = new KernelProbe(clock)
    const before = await openSockets()
    const early = probe.watchPort('127.0.0.1', port)
    early.cancel()
    early.cancel()
    assert.equal(await early.verdict, 'unknown')
    const late = probe.watchPort('127.0.0.1', port)
    await late.verdict
    late.cancel()
    assert.equal(await late.verdict, 'closed')
    assert.equal(await probe.watchPort('not an address', 5060).verdict, 'unreachable')
    assert.equal(clock.waiting, 0)
    // The socket of the early one closes as soon as its connect, already under way, has come back.
    await probe.localAddressFor('127.0.0.1', port)
    assert.equal(await openSockets(), before)
  })
})
