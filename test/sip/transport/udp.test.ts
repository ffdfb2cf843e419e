import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { suite, test } from 'node:test'
import type { Endpoint } from '../../../electron/sip/transaction-user.ts'
import type { TransportError } from '../../../electron/sip/transport/transport-error.ts'
import { UdpTransport } from '../../../electron/sip/transport/udp.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ address }) => address === '::1'))

const bind = (address = '127.0.0.1', port = 0, exact = true) => UdpTransport.bind({ address, port, exact })

interface Arrival {
  readonly bytes: Uint8Array
  readonly local: Endpoint
  readonly remote: Endpoint
}

/** The next thing that arrives. */
function arrival(transport: UdpTransport): Promise<Arrival> {
  return new Promise((resolve, reject) => {
    transport.delegate = { onBytes: (bytes, local, remote) => resolve({ bytes, local, remote }), onError: reject }
  })
}

function send(transport: UdpTransport, bytes: Uint8Array, remote: Endpoint): Promise<TransportError | undefined> {
  return new Promise((resolve) => transport.send(bytes, remote, resolve))
}

const code = (expected: TransportError['code']) => ({ name: 'TransportError', code: expected })

suite('UDP transport', () => {
  for (const address of ['127.0.0.1', ...(hasIpv6 ? ['::1'] : [])]) {
    test(`carries bytes between two sockets on ${address} and names both ends`, async () => {
      const [one, other] = [await bind(address), await bind(address)]
      try {
        const bytes = Buffer.from([0, 255, 13, 10])
        const arrived = arrival(other)
        assert.equal(await send(one, bytes, other.local), undefined)
        const { bytes: received, local, remote } = await arrived
        assert.deepEqual(Buffer.from(received), bytes)
        assert.deepEqual([local, remote], [other.local, one.local])
        assert.equal(remote.address, address)
      } finally {
        await Promise.all([one.close(), other.close()])
      }
    })
  }

  test('a taken port is an error when demanded, and the next free one when not', async () => {
    const first = await bind()
    try {
      await assert.rejects(bind('127.0.0.1', first.local.port), code('port-in-use'))
      const second = await bind('127.0.0.1', first.local.port, false)
      assert.ok(second.local.port > first.local.port)
      await second.close()
    } finally {
      await first.close()
    }
    const again = await bind('127.0.0.1', first.local.port)
    assert.equal(again.local.port, first.local.port)
    await again.close()
  })

  test('an address that is not ours, or none at all', async () => {
    await assert.rejects(bind('192.0.2.1'), code('address-not-available'))
    await assert.rejects(bind('localhost'), code('address-not-available'))
    await assert.rejects(bind('127.0.0.1', 70_000), code('address-not-available'))
  })

  test('what cannot be sent is told, and the socket goes on', async () => {
    const [one, other] = [await bind(), await bind()]
    try {
      const to = (address: string, port: number): Endpoint => ({ transport: 'udp', address, port })
      assert.equal((await send(one, Buffer.from('x'), to('localhost', 5060)))?.code, 'unreachable')
      assert.equal((await send(one, Buffer.from('x'), to('::1', 5060)))?.code, 'unreachable')
      assert.equal((await send(one, Buffer.from('x'), to('127.0.0.1', 0)))?.code, 'unreachable')
      assert.equal((await send(one, Buffer.from('x'), to('127.0.0.1', 65_536)))?.code, 'unreachable')
      assert.equal((await send(one, Buffer.alloc(65_536), other.local))?.code, 'too-large')
      const arrived = arrival(other)
      assert.equal(await send(one, Buffer.from('y'), other.local), undefined)
      assert.equal(Buffer.from((await arrived).bytes).toString(), 'y')
    } finally {
      await Promise.all([one.close(), other.close()])
    }
  })

  test('a delegate that throws is told of it, and hears the next datagram', async () => {
    const transport = await bind()
    const stranger = createSocket('udp4')
    try {
      const heard: string[] = []
      const second = new Promise<void>((resolve) => {
        transport.delegate = {
          onBytes(bytes) {
            heard.push(Buffer.from(bytes).toString())
            if (heard.length === 1) throw new Error('ours')
            resolve()
          },
          onError: (error) => heard.push(`${error.code} ${(error.cause as Error).message}`),
        }
      })
      stranger.send('first', transport.local.port, '127.0.0.1')
      stranger.send('second', transport.local.port, '127.0.0.1')
      await second
      assert.deepEqual(heard, ['first', 'failed ours', 'second'])
    } finally {
      stranger.close()
      await transport.close()
    }
  })

  test('after close nothing is sent, nothing delivered, and closing again is no fault', async () => {
    const [one, other] = [await bind(), await bind()]
    const closing = one.close()
    assert.equal((await send(one, Buffer.from('x'), other.local))?.code, 'closed')
    await Promise.all([closing, one.close(), other.close()])
  })
})
