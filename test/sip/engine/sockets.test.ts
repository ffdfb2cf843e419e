import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { test, type TestContext } from 'node:test'
import {
  createEngine,
  createLocate,
  KernelProbe,
  UdpTransport,
  type Engine,
  type RequestContext,
  type ResponseContext,
  type SipRequest,
  type SipResponse,
} from '../../../electron/sip/index.ts'
import { realClock } from '../../support/real-clock.ts'

const empty = { headers: [], body: new Uint8Array(0) }

interface Phone {
  readonly engine: Engine
  readonly port: number
  onRequest: (request: SipRequest, context: RequestContext) => void
  onResponse: (response: SipResponse, context: ResponseContext) => void
}

/** On every address of the host, as a phone listens by default. */
async function open(context: TestContext): Promise<Phone> {
  const transport = await UdpTransport.bind({ address: '0.0.0.0', port: 0, exact: true })
  const faults: unknown[] = []
  const phone = { port: transport.local.port, onRequest() {}, onResponse() {} } as unknown as Phone & { engine: Engine }
  phone.engine = await createEngine({
    clock: realClock,
    random: randomBytes,
    transports: [transport],
    probe: new KernelProbe(realClock),
    locate: createLocate({ clock: realClock, ipVersion: '4', transports: ['udp'] }),
    user: {
      onRequest: (request, about) => phone.onRequest(request, about),
      onResponse: (response, about) => phone.onResponse(response, about),
      onDialogEnded() {},
    },
    onFault: (error) => faults.push(error),
    userAgent: 'Dialtone/test',
    allow: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS'],
    supported: [],
  })
  context.after(async () => {
    await phone.engine.close()
    assert.deepEqual(faults, [])
  })
  return phone
}

test('a call between two engines on real sockets: each names the address that faces the other', async (context) => {
  const [alice, bob] = [await open(context), await open(context)]
  bob.onRequest = ({ method }, { transactionId }) => {
    if (method === 'ACK') return
    bob.engine.respond(transactionId, { status: 200, reason: '', ...empty }, () => {})
  }
  const localAddress = await new Promise<string>((resolve, reject) => {
    alice.onResponse = ({ status }, { dialogId, local }) => {
      if (status !== 200) return reject(new Error(String(status)))
      alice.engine.sendInDialog(dialogId, { method: 'ACK', uri: '', ...empty }, () => {})
      alice.onResponse = () => resolve(local.address)
      alice.engine.sendInDialog(dialogId, { method: 'BYE', uri: '', ...empty }, () => {})
    }
    alice.engine.send({ method: 'INVITE', uri: `sip:bob@127.0.0.1:${bob.port}`, ...empty }, () => {})
  })
  assert.equal(localAddress, '127.0.0.1')
  assert.deepEqual([alice.engine.counts().dialogs, bob.engine.counts().dialogs], [0, 0])
})

test('a closed port is told by the host, not by timer B', { timeout: 20_000 }, async (context) => {
  const phone = await open(context)
  const closed = createSocket('udp4')
  const port = await new Promise<number>((resolve) => closed.bind(0, '127.0.0.1', () => resolve(closed.address().port)))
  await new Promise<void>((resolve) => closed.close(resolve))
  const status = await new Promise<number>((resolve) => {
    phone.onResponse = (response) => resolve(response.status)
    phone.engine.send({ method: 'INVITE', uri: `sip:bob@127.0.0.1:${port}`, ...empty }, () => {})
  })
  assert.equal(status, 503)
  assert.equal(phone.engine.counts().clientTransactions, 0)
})
