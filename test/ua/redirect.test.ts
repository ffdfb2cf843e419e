import assert from 'node:assert/strict'
import { test } from 'node:test'
import { leadsHome, mostTargets, nextTarget, targetsFrom, withContacts } from '../../electron/ua/redirect.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { headerOf, RawPeer } from '../support/raw-peer.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'

const order = (contact: string, first = 'sip:bob@10.0.0.2', source = '10.0.0.2') => {
  let targets = withContacts(targetsFrom(first), contact, source, false)
  const found: string[] = []
  for (;;) {
    const [next, rest] = nextTarget(targets)
    if (next === undefined) return found
    found.push(next)
    targets = rest
  }
}

test('contacts by q, best first; without q it is 1 (RFC 3261 8.1.3.4, 20.10)', () => {
  assert.deepEqual(
    order('<sip:c@10.0.0.5>;q=0.2, "B, x" <sip:b@10.0.0.4>;q=0.7, sip:d@10.0.0.6;q=0.7, <sip:a@10.0.0.3>;expires=5'),
    ['sip:a@10.0.0.3', 'sip:b@10.0.0.4', 'sip:d@10.0.0.6', 'sip:c@10.0.0.5'],
  )
})

test('loops, downgrades, strangers to SIP and the loopback of this host are refused; the count is bounded', () => {
  assert.deepEqual(order('<sip:bob@10.0.0.2>, <sip:b%6fb@10.0.0.2>, <mailto:bob@x>, <tel:+1234>, *, <sip:bob@>'), [])
  assert.deepEqual(order('<sip:c@10.0.0.3>, <sips:c@10.0.0.3>', 'sips:bob@10.0.0.2'), ['sips:c@10.0.0.3'])
  assert.deepEqual(order('<sip:c@127.0.0.1:5080>, <sip:c@localhost>, <sip:c@[::1]>'), [])
  assert.deepEqual(order('<sip:c@127.0.0.1:5080>', 'sip:bob@127.0.0.1', '127.0.0.1'), ['sip:c@127.0.0.1:5080'])
  const many = Array.from({ length: 50 }, (_, at) => `<sip:x@10.0.1.${at}>`).join(', ')
  assert.equal(order(many).length, mostTargets)
})

test('a Contact cannot lead past its own host, or say more than whom to call', () => {
  const [target] = order('<sip:c:secret@10.0.0.3;maddr=10.9.9.9;method=BYE;transport=tcp?Subject=x>')
  assert.equal(target, 'sip:c@10.0.0.3;transport=tcp')
})

test('only the addresses of the account lead home', () => {
  const line = {
    from: { uri: 'sip:me@example.org' },
    registrar: 'sip:example.org',
    route: ['sip:proxy.example.org;transport=tcp', '<sip:10.0.0.9:5070;lr>'],
    credentials: undefined,
    instanceId: '',
  }
  const home = (uri: string) => leadsHome(uri, line)
  assert.deepEqual(
    ['sip:a@example.org', 'sip:a@EXAMPLE.org:5060', 'sip:a@proxy.example.org', 'sip:a@10.0.0.9:5070', 'tel:+1'].map(
      home,
    ),
    [true, true, true, true, true],
  )
  assert.deepEqual(['sip:a@example.org.evil', 'sip:a@10.0.0.9', 'sip:example.org@evil'].map(home), [
    false,
    false,
    false,
  ])
})

async function bench() {
  const time = new VirtualTime()
  const net = new LossyNet(time, 7)
  const phone = new FakePhone()
  const agent = await virtualAgent(time, net, '10.0.0.1', 8, phone)
  const peers = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5'].map((address) => new RawPeer(net, address))
  /** What each peer says to an INVITE: a status, or the lines of a 302. */
  const answers = new Map<RawPeer, number | string>()
  for (const [at, peer] of peers.entries()) {
    peer.onText = (text) => {
      if (!text.startsWith('INVITE')) return
      const say = answers.get(peer) ?? 404
      const contact = typeof say === 'string' ? say : `Contact: <sip:p@${peer.local.address}>`
      peer.send(peer.answer(text, typeof say === 'string' ? 302 : say, `t${at}`, [contact]), '10.0.0.1')
    }
  }
  const invites = (peer: RawPeer) => peer.heard.filter((text) => text.startsWith('INVITE'))
  return { time, net, phone, agent, peers, answers, invites }
}

test('each contact is tried in turn: same call, next CSeq, no account, and one outcome', async () => {
  const { time, phone, agent, peers, answers, invites } = await bench()
  const [moved, busy, taken, never] = peers as [RawPeer, RawPeer, RawPeer, RawPeer]
  answers.set(moved, 'Contact: <sip:n@10.0.0.5>;q=0.1, <sip:b@10.0.0.3>;q=0.9, <sip:t@10.0.0.4>;q=0.5')
  answers.set(busy, 486)
  answers.set(taken, 200)
  agent.ua.invite({ uri: 'sip:m@10.0.0.2', from: { uri: 'sip:me@10.0.0.1' }, sdp: sdp('offer') }, phone.outgoing())
  await time.advance(1_000)
  assert.deepEqual(phone.take(), ['onAccepted ?'])
  assert.deepEqual(
    [moved, busy, taken, never].map((peer) => invites(peer).length),
    [1, 1, 1, 0],
  )
  const all = [moved, busy, taken].map((peer) => invites(peer)[0] ?? '')
  assert.equal(new Set(all.map((text) => headerOf(text, 'Call-ID'))).size, 1)
  assert.equal(new Set(all.map((text) => headerOf(text, 'From'))).size, 1)
  const [first = 0, second, third] = all.map((text) => Number.parseInt(headerOf(text, 'CSeq') ?? '', 10))
  assert.deepEqual([second, third], [first + 1, first + 2])
  assert.ok(taken.firsts.includes('ACK'))
  assert.deepEqual(agent.log.faults, [])
})

test('where everybody refuses, the last refusal counts; 6xx ends the search; a loop ends by itself', async () => {
  const { time, phone, agent, peers, answers, invites } = await bench()
  const [moved, one, other] = peers as [RawPeer, RawPeer, RawPeer]
  const dial = async () => {
    agent.ua.invite({ uri: 'sip:m@10.0.0.2', from: { uri: 'sip:me@10.0.0.1' }, sdp: sdp('offer') }, phone.outgoing())
    await time.advance(70_000)
    return phone.take()
  }
  answers.set(moved, 'Contact: <sip:a@10.0.0.3>, <sip:nobody@10.0.9.9>;q=0.6, <sip:b@10.0.0.4>;q=0.5')
  answers.set(one, 480)
  answers.set(other, 486)
  assert.deepEqual(await dial(), ['onRejected 486 peer'])
  answers.set(one, 603)
  assert.deepEqual(await dial(), ['onRejected 603 peer'])
  assert.equal(invites(other).length, 1)
  answers.set(one, 'Contact: <sip:m@10.0.0.2>')
  answers.set(moved, 'Contact: <sip:a@10.0.0.3>')
  assert.deepEqual(await dial(), ['onRejected 302 peer'])
  assert.equal(invites(one).length, 3)
})

test('given up between two targets: nobody else is asked', async () => {
  const { time, phone, agent, peers, answers } = await bench()
  const [moved, silent] = peers as [RawPeer, RawPeer]
  silent.onText = () => {}
  answers.set(moved, 'Contact: <sip:a@10.0.0.3>, <sip:b@10.0.0.4>;q=0.5')
  const made = { uri: 'sip:m@10.0.0.2', from: { uri: 'sip:me@10.0.0.1' }, sdp: sdp('offer') }
  const given = agent.ua.invite(made, phone.outgoing())
  await time.advance(100)
  given.cancel()
  silent.send(silent.answer(silent.heard[0] ?? '', 100, ''), '10.0.0.1')
  await time.advance(10)
  assert.ok(silent.firsts.includes('CANCEL'))
  silent.send(silent.answer(silent.heard[0] ?? '', 487, 'x'), '10.0.0.1')
  await time.advance(100)
  assert.deepEqual(phone.take(), ['onRejected 487 peer'])
  assert.deepEqual(peers[2]?.heard, [])
})

test('an account: its server is given credentials, whom it redirects to is given none', async () => {
  const { time, net, phone, agent, peers } = await bench()
  const [proxy, stranger] = peers as [RawPeer, RawPeer]
  const registrar = new RawPeer(net, '10.0.0.8')
  const challenge = 'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=MD5'
  proxy.onText = (text) => {
    if (!text.startsWith('INVITE')) return
    const known = /^Proxy-Authorization:/m.test(text)
    const lines = known ? ['Contact: <sip:s@10.0.0.3>;q=0.8, <sip:s@10.0.0.2:5060>;q=0.9'] : []
    if (text.startsWith('INVITE sip:s@')) return proxy.send(proxy.answer(text, 404, 'z'), '10.0.0.1')
    if (known) proxy.send(proxy.answer(text, 302, 'z', lines), '10.0.0.1')
    else proxy.send(proxy.answer(text, 407, 'z', [challenge.replace('WWW', 'Proxy')]), '10.0.0.1')
  }
  stranger.onText = (text) => {
    if (text.startsWith('INVITE')) stranger.send(stranger.answer(text, 401, 'y', [challenge]), '10.0.0.1')
  }
  const line = agent.ua.openLine({
    from: { uri: 'sip:me@10.0.0.2' },
    registrar: 'sip:10.0.0.2',
    route: ['sip:10.0.0.2'],
    credentials: { username: 'me', password: 'secret' },
    instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000000',
  })
  const made = { uri: 'sip:bob@10.0.0.2', from: { uri: 'sip:me@10.0.0.2' }, sdp: sdp('offer'), line }
  agent.ua.invite(made, phone.outgoing())
  await time.advance(5_000)
  assert.deepEqual(phone.take(), ['onRejected 401 peer'])
  const asked = stranger.heard.filter((text) => text.startsWith('INVITE'))
  assert.equal(asked.length, 1)
  assert.doesNotMatch(asked.join(''), /^(Proxy-)?Authorization:|^Route:/m)
  assert.equal(proxy.heard.filter((text) => text.startsWith('INVITE sip:s@10.0.0.2')).length, 1)
  assert.deepEqual(registrar.heard, [])
})
