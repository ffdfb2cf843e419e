import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { header } from '../../../electron/sip/message/headers.ts'
import { parseUri } from '../../../electron/sip/message/uri.ts'
import type { SipRequest } from '../../../electron/sip/message/message.ts'
import type { Endpoint } from '../../../electron/sip/transaction-user.ts'
import { LossyNet } from '../../support/lossy-net.ts'
import { idle, Station } from '../../support/station.ts'
import { StreamNet } from '../../support/stream-net.ts'
import { VirtualTime } from '../../support/virtual-time.ts'

const names: Record<string, Endpoint[]> = {
  'two.test': [tcp('10.0.0.2'), tcp('10.0.0.3')],
  'pair.test': [udp('10.0.0.2'), udp('10.0.0.3')],
}

function tcp(address: string): Endpoint {
  return { transport: 'tcp', address, port: 5060 }
}
function udp(address: string): Endpoint {
  return { transport: 'udp', address, port: 5060 }
}

/** Three hosts that speak UDP and TCP, both simulated. */
async function bench({ only = {} as Record<string, 'udp' | 'tcp'> } = {}) {
  const time = new VirtualTime()
  const datagrams = new LossyNet(time, 1)
  const streams = new StreamNet(time)
  const open = (address: string) =>
    Station.open(datagrams, time, address, {
      transports: [
        ...(only[address] === 'tcp' ? [] : [datagrams.bind(address)]),
        ...(only[address] === 'udp' ? [] : [streams.bind(address)]),
      ],
      locate: async (uri) => {
        const host = parseUri(uri)?.host ?? ''
        return names[host] ?? [uri.includes('transport=tcp') ? tcp(host) : udp(host)]
      },
    })
  const [alice, bob, carol] = [await open('10.0.0.1'), await open('10.0.0.2'), await open('10.0.0.3')]
  for (const station of [bob, carol, alice]) {
    station.handle = ({ method }, { transactionId }) => {
      if (method !== 'ACK') void station.respond(transactionId, 200)
    }
  }
  alice.handleResponse = ({ status, headers }, { dialogId }) => {
    if (status === 200 && header({ headers }, 'CSeq')?.endsWith('INVITE')) void alice.sendInDialog(dialogId, 'ACK')
  }
  const faults = () => [alice, bob, carol].flatMap((station) => station.faults)
  /** Connections take their time. */
  const soon = async <T>(promise: Promise<T>): Promise<T> => {
    await time.advance(20)
    return promise
  }
  return { time, soon, datagrams, streams, alice, bob, carol, faults }
}

/** `INVITE`, `200 INVITE` ... with the transport it went over, as Alice sent and heard it. */
const ladder = (station: Station) =>
  station.ladder().map((entry, index) => `${station.wire[index]?.remote.transport} ${entry}`)

const via = (request: SipRequest | undefined) => (request && header(request, 'Via')) ?? ''

suite('several transports', () => {
  test('a call over TCP: Via and Contact say so, nothing is sent twice, nothing waits for timers of UDP', async () => {
    const { time, soon, alice, bob, faults } = await bench()
    const invite = await soon(alice.send('INVITE', 'sip:bob@10.0.0.2;transport=tcp'))
    await time.advance(50)
    assert.match(via(invite.message), /^SIP\/2\.0\/TCP 10\.0\.0\.1:5060;/)
    assert.equal(header(invite.message, 'Contact'), '<sip:10.0.0.1:5060;transport=tcp>')
    assert.equal(header(alice.responses[0]!.message, 'Contact'), '<sip:bob@10.0.0.2:5060;transport=tcp>')
    const dialogId = bob.requests.find(({ message }) => message.method === 'ACK')!.context.dialogId
    await soon(bob.sendInDialog(dialogId, 'BYE'))
    await time.advance(50)
    assert.deepEqual(ladder(alice), [
      'tcp out INVITE',
      'tcp in 200 INVITE',
      'tcp out ACK',
      'tcp in BYE',
      'tcp out 200 BYE',
    ])
    // RFC 3261 17.1.2.2 and 17.2.2: K and J are zero; the INVITE's transactions wait for repeated 2xx (RFC 6026)
    await time.advance(32_000)
    assert.deepEqual([alice.engine.counts(), bob.engine.counts(), faults()], [idle, idle, []])
  })

  test('the connection is cut in a call: the dialog survives, BYE goes over a new one', async () => {
    const { time, soon, streams, alice, bob, faults } = await bench()
    await soon(alice.send('INVITE', 'sip:bob@10.0.0.2;transport=tcp'))
    await time.advance(50)
    assert.equal(streams.connected, 1)
    streams.cut()
    await time.advance(60_000)
    assert.deepEqual([alice.engine.counts().dialogs, bob.engine.counts().dialogs], [1, 1])
    await soon(bob.sendInDialog(bob.requests.at(-1)!.context.dialogId, 'BYE'))
    await time.advance(50)
    assert.deepEqual([bob.statuses(), streams.connected], [[200], 2])
    assert.deepEqual([alice.engine.counts().dialogs, bob.engine.counts().dialogs, faults()], [0, 0, []])
  })

  test('cut before the answer: the request is sent again, its answer comes over a new connection', async () => {
    const { time, soon, streams, alice, bob } = await bench()
    bob.handle = () => {}
    await soon(alice.send('OPTIONS', 'sip:bob@10.0.0.2;transport=tcp'))
    await time.advance(50)
    streams.cut()
    await time.advance(50)
    assert.deepEqual([bob.ladder(), streams.connected], [['in OPTIONS', 'in OPTIONS*'], 2])
    await bob.respond(bob.requests[0]!.context.transactionId, 200)
    await time.advance(50)
    assert.deepEqual([alice.statuses(), streams.connected], [[200], 2])
  })

  test('the connection of a request is gone: its answer looks for the address in Via (RFC 3261 18.2.2)', async () => {
    const { time, soon, streams, alice, bob } = await bench()
    bob.handle = () => {}
    await soon(alice.send('INVITE', 'sip:bob@10.0.0.2;transport=tcp'))
    await time.advance(500)
    assert.deepEqual(alice.ladder(), ['out INVITE', 'in 100 INVITE'])
    streams.cut()
    await time.advance(500)
    await bob.respond(bob.requests[0]!.context.transactionId, 200)
    await time.advance(50)
    assert.deepEqual([alice.statuses(), streams.connected, bob.requests.length], [[200], 2, 2])
  })

  test('above 1300 bytes UDP becomes TCP, and UDP again where nobody takes TCP (RFC 3261 18.1.1)', async () => {
    const { time, soon, alice, bob, carol } = await bench({ only: { '10.0.0.3': 'udp' } })
    const body = { body: Buffer.alloc(1_400, 'x') }
    for (const host of ['10.0.0.2', '10.0.0.3', '10.0.0.3']) {
      await soon(alice.send('OPTIONS', `sip:a@${host}`, [{ name: 'Content-Type', value: 'text/plain' }], body))
      await time.advance(100)
    }
    await soon(alice.send('OPTIONS', 'sip:a@10.0.0.2'))
    await time.advance(100)
    const transports = [...bob.requests, ...carol.requests].map(({ message }) => via(message).slice(8, 11))
    assert.deepEqual(transports, ['TCP', 'UDP', 'UDP', 'UDP'])
    assert.deepEqual(alice.statuses(), [200, 200, 200, 200])
  })

  test('a target that refuses connections, answers 503 or nothing: the next one is asked, and remembered', async () => {
    const { time, soon, streams, datagrams, alice, bob, carol, faults } = await bench()
    streams.kill({ address: '10.0.0.2' })
    await soon(alice.send('OPTIONS', 'sip:a@two.test'))
    await time.advance(100)
    assert.deepEqual([alice.statuses(), bob.requests.length, carol.requests.length], [[200], 0, 1])

    bob.handle = ({ method }, { transactionId }) => {
      if (method !== 'ACK') void bob.respond(transactionId, 503)
    }
    const { transactionId } = await soon(alice.send('INVITE', 'sip:a@pair.test'))
    await time.advance(100)
    assert.deepEqual(alice.statuses(transactionId), [200])
    assert.deepEqual(
      bob.requests.map(({ message }) => message.method),
      ['INVITE'],
    )
    // A repeated 503 is still acknowledged
    const acks = () => alice.ladder().filter((entry) => entry.startsWith('out ACK')).length
    const before = acks()
    const { message } = bob.requests[0]!
    const response = alice.wire.find(({ bytes }) => Buffer.from(bytes).toString().startsWith('SIP/2.0 503'))!
    datagrams.send(response.bytes, udp('10.0.0.2'), udp('10.0.0.1'))
    await time.advance(10)
    assert.deepEqual([acks() - before, message.method], [1, 'INVITE'])

    // Remembered: while the first is known to fail, the second is asked first
    const asked = bob.requests.length
    await soon(alice.send('OPTIONS', 'sip:a@pair.test'))
    await time.advance(100)
    assert.equal(bob.requests.length, asked)
    await time.advance(31_000)
    bob.handle = ({ method }, { transactionId: id }) => {
      if (method !== 'ACK') void bob.respond(id, 200)
    }
    await soon(alice.send('OPTIONS', 'sip:a@pair.test'))
    await time.advance(100)
    assert.equal(bob.requests.length, asked + 1)

    datagrams.drop = (_, from, to) => from.address === '10.0.0.2' || to.address === '10.0.0.2'
    const silent = await soon(alice.send('OPTIONS', 'sip:a@pair.test'))
    await time.advance(33_000)
    assert.deepEqual(alice.statuses(silent.transactionId), [200])
    await time.advance(70_000)
    assert.deepEqual([alice.engine.counts().clientTransactions, faults()], [0, []])
  })

  test('when all fail, one final answer comes: what the first said, or what went wrong', async () => {
    const { time, soon, streams, alice, bob, carol } = await bench()
    for (const station of [bob, carol]) {
      station.handle = ({ method }, { transactionId }) => {
        if (method !== 'ACK') void station.respond(transactionId, 503)
      }
    }
    const refused = await soon(alice.send('INVITE', 'sip:a@pair.test'))
    await time.advance(100)
    assert.deepEqual(alice.statuses(refused.transactionId), [503])
    for (const address of ['10.0.0.2', '10.0.0.3']) streams.kill({ address })
    await assert.rejects(soon(alice.send('INVITE', 'sip:a@two.test')), /refused/)
    await time.advance(70_000)
    assert.equal(alice.engine.counts().clientTransactions, 0)
  })
})
