import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError } from '../../../electron/sip/engine/engine-error.ts'
import { Loop } from '../../../electron/sip/engine/loop.ts'
import { Network, type Path } from '../../../electron/sip/engine/network.ts'
import type { Endpoint } from '../../../electron/sip/transaction-user.ts'
import { TransportError } from '../../../electron/sip/transport/transport-error.ts'
import type { Transport } from '../../../electron/sip/transport/transport.ts'
import { settle, VirtualTime } from '../../support/virtual-time.ts'

/** A socket bound to every address, and a kernel that answers when the test says so. */
function bench() {
  const time = new VirtualTime()
  const faults: unknown[] = []
  const changes: (readonly string[])[] = []
  const loop = new Loop((error) => faults.push(error))
  const asked: { readonly address: string; answer(local: string): void; refuse(): void }[] = []
  const transport: Transport = {
    local: { transport: 'udp', address: '0.0.0.0', port: 5060 },
    delegate: undefined,
    send() {},
    networkChanged: (own) => void changes.push(own),
    close: async () => {},
  }
  const network = new Network({
    transports: [transport],
    clock: time,
    loop,
    onFault: (error) => faults.push(error),
    probe: {
      localAddressFor: (address) =>
        new Promise((resolve, reject) =>
          asked.push({ address, answer: resolve, refuse: () => reject(new TransportError('unreachable', 'no route')) }),
        ),
      ownAddresses: () => ['198.51.100.7'],
      watchPort: () => ({ verdict: Promise.resolve('unknown'), cancel() {} }),
    },
  })
  const heard: string[] = []
  network.open((bytes, { local, remote }) => heard.push(`${Buffer.from(bytes)} ${remote.address}>${local.address}`))
  const arrive = (text: string, address: string) =>
    transport.delegate?.onBytes(Buffer.from(text), transport.local, { transport: 'udp', address, port: 5060 })
  return { time, network, asked, heard, arrive, faults, changes }
}

const udp = (address: string): Endpoint => ({ transport: 'udp', address, port: 5060 })

test('on a wildcard socket the first messages of a stranger wait, in order, until our own address is known', async () => {
  const { asked, heard, arrive, time } = bench()
  arrive('1', '192.0.2.1')
  arrive('2', '192.0.2.1')
  assert.deepEqual([heard, asked.map(({ address }) => address)], [[], ['192.0.2.1']])
  asked[0]?.answer('192.0.2.99')
  await settle()
  arrive('3', '192.0.2.1')
  const all = ['1', '2', '3'].map((text) => `${text} 192.0.2.1>192.0.2.99`)
  assert.deepEqual(heard, all)
  // Routes change: the kernel is asked again after a while
  await time.advance(10_001)
  arrive('4', '192.0.2.1')
  assert.deepEqual([heard.length, asked.length], [3, 2])
})

test('when the network changes, nothing is believed that the kernel said before', async () => {
  const { network, asked, changes } = bench()
  const told: string[] = []
  const ask = () =>
    network.pathTo(udp('192.0.2.1'), (path) => told.push(path instanceof EngineError ? path.code : path.local.address))
  ask()
  asked[0]?.answer('192.0.2.99')
  await settle()
  ask()
  network.networkChanged()
  ask()
  asked[1]?.answer('198.51.100.7')
  await settle()
  assert.deepEqual([told, asked.length], [['192.0.2.99', '192.0.2.99', '198.51.100.7'], 2])
  assert.deepEqual(changes, [['198.51.100.7']])
})

test('strangers beyond number are dropped while the kernel is busy, acquaintances are not', async () => {
  const { asked, heard, arrive } = bench()
  arrive('friend', '192.0.2.1')
  asked[0]?.answer('192.0.2.99')
  await settle()
  for (let index = 0; index < 5_000; index++) arrive('flood', `10.0.${index >> 8}.${index & 255}`)
  assert.equal(asked.length, 1 + 256)
  arrive('friend', '192.0.2.1')
  assert.equal(heard.length, 2)
  for (const { answer } of asked.slice(1)) answer('192.0.2.99')
  await settle()
  assert.equal(heard.length, 2 + 256)
})

test('no way to somewhere is an error of its own, told once', async () => {
  const { network, asked, faults } = bench()
  const told: (Path | EngineError)[] = []
  network.pathTo(udp('192.0.2.1'), (path) => told.push(path))
  network.pathTo(udp('2001:db8::1'), (path) => told.push(path))
  asked[0]?.refuse()
  await settle()
  assert.deepEqual(
    told.map((path) => path instanceof EngineError && path.code),
    ['no-transport', 'no-transport'],
  )
  assert.deepEqual(faults, [])
})
