import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { suite, test, type TestContext } from 'node:test'
import type { Endpoint } from '../../../electron/sip/transaction-user.ts'
import type { StreamTransport } from '../../../electron/sip/transport/stream-transport.ts'
import type { StreamLimits } from '../../../electron/sip/transport/stream-limits.ts'
import { startTcp } from '../../../electron/sip/transport/tcp.ts'
import { startTls, type TlsOptions } from '../../../electron/sip/transport/tls.ts'
import { TransportError } from '../../../electron/sip/transport/transport-error.ts'
import { Authority } from '../../support/certificates.ts'
import { realClock } from '../../support/real-clock.ts'
import { scopeOf } from '../../support/scope.ts'
import { temporaryFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const message = (body: string) =>
  Buffer.from(`MESSAGE sip:a@b SIP/2.0\r\nContent-Length: ${body.length}\r\n\r\n${body}`)

interface Host {
  readonly transport: StreamTransport
  readonly heard: { readonly text: string; readonly local: Endpoint; readonly remote: Endpoint }[]
  readonly closed: Endpoint[]
}

function listenTo(t: TestContext, transport: StreamTransport): Host {
  const host: Host = { transport, heard: [], closed: [] }
  transport.delegate = {
    onBytes: (bytes, local, remote) => {
      host.heard.push({ text: Buffer.from(bytes).toString('latin1').split('\r\n\r\n')[1] ?? '', local, remote })
    },
    onFlowClosed: (remote) => host.closed.push(remote),
    onError: (error) => assert.fail(error),
  }
  t.after(() => transport.close())
  return host
}

async function tcpHost(t: TestContext, address = '127.0.0.1', limits: Partial<StreamLimits> = {}): Promise<Host> {
  return listenTo(t, await startTcp({ address, port: 0 }, { clock: realClock, limits }))
}

const send = (from: Host, text: string, to: Endpoint, onFlow = false) =>
  new Promise<string>((resolve) => {
    from.transport.send(message(text), to, (error) => resolve(error?.code ?? 'sent'), onFlow)
  })

const texts = ({ heard }: Host) => heard.map(({ text }) => text)

async function stranger(t: TestContext, { transport }: Host): Promise<Socket & { said: () => string }> {
  let said = ''
  const socket = connect(transport.local.port, '127.0.0.1')
  socket.setEncoding('latin1').on('data', (text: string) => (said += text))
  socket.on('error', () => {})
  t.after(() => void socket.destroy())
  await once(socket, 'connect')
  return Object.assign(socket, { said: () => said })
}

suite('TCP', () => {
  test('a connection whose own end is no address of the machine any more is closed, and the next is a new one', async (t) => {
    const [alice, bob] = [await tcpHost(t, '::1'), await tcpHost(t, '::1')]
    assert.equal(await send(alice, 'before', bob.transport.local), 'sent')
    alice.transport.networkChanged(['127.0.0.1', '::1'])
    assert.deepEqual([alice.transport.connections, alice.closed], [1, []])
    alice.transport.networkChanged(['127.0.0.1'])
    await until('it is closed', () => alice.closed.length === 1)
    assert.deepEqual([alice.transport.connections, alice.closed], [0, [bob.transport.local]])
    assert.equal(await send(alice, 'after', bob.transport.local), 'sent')
    await until('both arrived', () => bob.heard.length === 2)
    assert.notEqual(bob.heard[0]?.remote.port, bob.heard[1]?.remote.port)
  })

  for (const address of ['127.0.0.1', '::1']) {
    test(`${address}: one connection serves both directions, and is made anew after a reset`, async (t) => {
      const [alice, bob] = [await tcpHost(t, address), await tcpHost(t, address)]
      const sent = [1, 2, 3].map((index) => send(alice, `hello ${index}`, bob.transport.local))
      assert.deepEqual(await Promise.all(sent), ['sent', 'sent', 'sent'])
      await until('they arrived', () => bob.heard.length === 3)
      assert.deepEqual(texts(bob), ['hello 1', 'hello 2', 'hello 3'])
      const { remote, local } = bob.heard[0]!
      assert.deepEqual(local, bob.transport.local)
      assert.notEqual(remote.port, alice.transport.local.port)
      assert.equal(await send(bob, 'back', remote, true), 'sent')
      await until('it came back', () => alice.heard.length === 1)
      assert.deepEqual(
        [alice.heard[0]!.remote, alice.heard[0]!.local.port],
        [bob.transport.local, alice.transport.local.port],
      )
      assert.deepEqual([alice.transport.connections, bob.transport.connections], [1, 1])

      await bob.transport.close()
      await until('the end is noticed', () => alice.closed.length === 1)
      assert.equal(await send(alice, 'gone', bob.transport.local, true), 'closed')
      assert.equal(await send(alice, 'gone', bob.transport.local), 'unreachable')
      const again = listenTo(t, await startTcp(bob.transport.local, { clock: realClock }))
      assert.equal(await send(alice, 'anew', again.transport.local), 'sent')
      await until('it arrived', () => again.heard.length === 1)
    })
  }

  test('our end of a connection is known before anything is sent', async (t) => {
    const [alice, bob] = [await tcpHost(t, '0.0.0.0'), await tcpHost(t)]
    const opened = await new Promise((resolve) => alice.transport.open(bob.transport.local, resolve))
    assert.deepEqual(opened, { transport: 'tcp', address: '127.0.0.1', port: alice.transport.local.port })
    const nowhere = { ...bob.transport.local, address: '::1' }
    const refused = await new Promise((resolve) => alice.transport.open(nowhere, resolve))
    assert.ok(refused instanceof TransportError && refused.code === 'unreachable')
  })

  test('keep-alives are answered between messages, each pair of line ends by one', async (t) => {
    const bob = await tcpHost(t)
    const socket = await stranger(t, bob)
    socket.write('\r\n\r')
    socket.write(Buffer.concat([Buffer.from('\n'), message('one')]))
    await until('the pong', () => socket.said() === '\r\n')
    socket.write(Buffer.concat([Buffer.from('\r\n'), message('two')]))
    await until('both messages', () => bob.heard.length === 2)
    assert.equal(socket.said(), '\r\n')
  })

  test('our own connections are kept alive; one that stops answering is given up', async (t) => {
    const quick = { keepAliveMs: 20, pongMs: 1_500 }
    const [alice, bob] = [await tcpHost(t, '127.0.0.1', quick), await tcpHost(t)]
    await send(alice, 'hello', bob.transport.local)
    await until('it arrived', () => bob.heard.length === 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.deepEqual([alice.closed, bob.closed], [[], []])

    // Answers one ping, and no other
    let pings = 0
    const server = createServer((socket) =>
      socket.on('error', () => {}).on('data', () => pings++ || socket.write('\r\n')),
    )
    t.after(() => void server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const to = { ...bob.transport.local, port }
    await new Promise((resolve) => alice.transport.open(to, resolve))
    await until('it is given up', () => alice.closed.some((remote) => remote.port === port))
    assert.ok(pings > 1)
  })

  test('who sends no SIP, no end, nothing, or too slowly, is shown out', async (t) => {
    const bob = await tcpHost(t, '127.0.0.1', { firstMessageMs: 300, wholeMessageMs: 150, connectionsPerSource: 4 })
    const [silent, slow, web, endless] = await Promise.all([1, 2, 3, 4].map(() => stranger(t, bob)))
    const fifth = await stranger(t, bob)
    await once(fifth, 'close')
    web!.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    endless!.write('OPTIONS sip:a@b SIP/2.0\r\nCall-ID: 1\r\n\r\nOPTIONS')
    slow!.write(message('whole'))
    slow!.write(message('never').subarray(0, 20))
    await Promise.all([silent, slow, web, endless].map((socket) => socket!.closed || once(socket!, 'close')))
    await until('all are gone', () => bob.transport.connections === 0)
    // The one without Content-Length is handed up, so that it can be refused (RFC 3261 18.3)
    assert.deepEqual(texts(bob), ['', 'whole'])
  })

  test('a peer that does not read is cut off before it costs memory', async (t) => {
    const [alice, bob] = [await tcpHost(t, '127.0.0.1', { bufferedBytes: 200_000 }), await tcpHost(t)]
    const socket = await stranger(t, alice)
    socket.write(message('hello'))
    await until('it arrived', () => alice.heard.length === 1)
    socket.pause()
    const { remote } = alice.heard[0]!
    const outcomes = new Set<string>()
    for (let index = 0; index < 2_000 && !outcomes.has('congested'); index++) {
      const sent = send(alice, 'x'.repeat(10_000), remote, true).then((outcome) => outcomes.add(outcome))
      if (index % 10 === 0) await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 5))])
    }
    await until('it is told', () => outcomes.has('congested'))
    assert.deepEqual([alice.transport.connections, bob.transport.connections], [0, 0])
  })
})

suite('TLS (RFC 5922)', () => {
  const authorityOf = async (t: TestContext) => new Authority(await temporaryFolder(scopeOf(t)))

  async function tlsHost(t: TestContext, options: Partial<TlsOptions> = {}): Promise<Host> {
    return listenTo(t, await startTls({ address: '127.0.0.1', port: 0 }, { clock: realClock, ...options }))
  }

  test('a certificate that proves the domain is taken, another is not', async (t) => {
    const authority = await authorityOf(t)
    const identity = authority.issue('server', 'DNS:sip.test')
    const bob = await tlsHost(t, { identity })
    const alice = await tlsHost(t, { authorities: [authority.root.certificate] })
    assert.equal(alice.transport.local.port, 0)
    const to = (serverName: string) => ({ ...bob.transport.local, serverName })
    assert.equal(await send(alice, 'hello', to('sip.test')), 'sent')
    await until('it arrived', () => bob.heard.length === 1)
    assert.equal(await send(bob, 'back', bob.heard[0]!.remote, true), 'sent')
    await until('it came back', () => alice.heard.length === 1)
    assert.equal(await send(alice, 'hello', to('other.test')), 'certificate-untrusted')
    assert.equal(await send(alice, 'hello', bob.transport.local), 'certificate-untrusted')
    const doubtful = await tlsHost(t)
    assert.equal(await send(doubtful, 'hello', to('sip.test')), 'certificate-untrusted')
  })

  test('an unknown certificate is asked about, and pinned; a refusal is remembered by who is asked', async (t) => {
    const authority = await authorityOf(t)
    const bob = await tlsHost(t, { identity: authority.selfSigned('lab', 'DNS:lab.test') })
    const asked: string[] = []
    const answers = { 'lab.test': 'always', 'no.test': 'never' } as const
    const alice = await tlsHost(t, {
      onUntrusted: async (facts) => {
        asked.push(`${facts.host} ${facts.subject} ${facts.issuer}`)
        assert.match(facts.fingerprint, /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
        assert.match(facts.validTo, /^20\d\d-.*Z$/)
        return answers[facts.host as keyof typeof answers]
      },
    })
    const to = (serverName: string) => ({ ...bob.transport.local, serverName })
    assert.equal(await send(alice, 'hello', to('lab.test')), 'sent')
    assert.equal(await send(alice, 'no', to('no.test')), 'certificate-untrusted')
    assert.equal(await send(alice, 'no', to('no.test')), 'certificate-untrusted')
    assert.equal(await send(alice, 'again', to('lab.test')), 'sent')
    assert.deepEqual(asked, ['lab.test CN=lab CN=lab', 'no.test CN=lab CN=lab', 'no.test CN=lab CN=lab'])
  })

  test('nobody decides: the connection fails; the answer counts for the next one', async (t) => {
    const authority = await authorityOf(t)
    const bob = await tlsHost(t, { identity: authority.selfSigned('lab', 'DNS:lab.test') })
    let answer: (given: 'once') => void = () => {}
    const onUntrusted = () => new Promise<'once'>((resolve) => (answer = resolve))
    const alice = await tlsHost(t, { decisionMs: 50, onUntrusted })
    const to = { ...bob.transport.local, serverName: 'lab.test' }
    assert.equal(await send(alice, 'early', to), 'certificate-untrusted')
    // Who has waited once in vain need not wait again
    assert.equal(await send(alice, 'still early', to), 'certificate-untrusted')
    answer('once')
    await new Promise(setImmediate)
    assert.equal(await send(alice, 'late', to), 'sent')
  })

  test('who speaks no TLS gets no further', async (t) => {
    const authority = await authorityOf(t)
    const bob = await tlsHost(t, { identity: authority.selfSigned('lab', 'DNS:lab.test') })
    const socket = await stranger(t, bob)
    socket.write(message('plain'))
    await once(socket, 'close')
    assert.deepEqual(bob.heard, [])
    const plain = await tcpHost(t)
    const alice = await tlsHost(t, { limits: { connectMs: 200 } })
    assert.notEqual(await send(alice, 'hello', { ...plain.transport.local, transport: 'tls' }), 'sent')
  })

  test('a port that answers, but not in TLS, is told from one that does not answer', async (t) => {
    const rude = createServer((socket) =>
      socket
        .on('error', () => {})
        .resume()
        .end('no'),
    )
    await once(rude.listen(0, '127.0.0.1'), 'listening')
    t.after(() => void rude.close())
    const { port } = rude.address() as AddressInfo
    const alice = await tlsHost(t)
    const to = { transport: 'tls', address: '127.0.0.1', port } as const
    assert.equal(await send(alice, 'hello', to), 'tls-failed')
    rude.close()
    await once(rude, 'close')
    assert.equal(await send(alice, 'hello', to), 'unreachable')
  })
})
