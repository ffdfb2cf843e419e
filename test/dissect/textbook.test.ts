import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { LineOptions } from '../../electron/phone/ports.ts'
import { conversationsOf } from '../../electron/dissect/conversation.ts'
import { explainConversation } from '../../electron/dissect/explain/explain.ts'
import { say } from '../../electron/dissect/explain/say.ts'
import { ladder } from '../../electron/dissect/ladder.ts'
import { exportTrace } from '../../electron/trace/export.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { missing } from '../support/needs.ts'
import { headerOf, RawPeer } from '../support/raw-peer.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualProxy } from '../support/virtual-proxy.ts'
import { VirtualTime } from '../support/virtual-time.ts'
import { captured, type Written } from '../support/written-trace.ts'

/**
 * The flows of the textbooks, played by whole user agents in virtual time, as ladders and as what is told of them.
 * `DIALTONE_WRITE_TEXTBOOK=1` writes the files anew; what has changed in them is for a person to judge.
 */

const names = {
  '10.0.0.1': 'Alice',
  '10.0.0.2': 'Proxy',
  '10.0.0.3': 'Bob',
  '10.0.0.4': 'Carol',
  '10.0.0.5': 'Second proxy',
}
const [alices, proxys, bobs, carols, secondProxys] = Object.keys(names) as [string, string, string, string, string]
/** Of each flow that was played, what passed. */
const played: (readonly Written[])[] = []

async function stage() {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const wire: Written[] = []
  let silent: (to: string, text: string) => boolean = () => false
  net.drop = (bytes, from, to) => {
    wire.push([time.now(), `${from.address}:${from.port}`, `${to.address}:${to.port}`, Buffer.from(bytes).toString()])
    return silent(to.address, Buffer.from(bytes).toString())
  }
  const person = async (address: string, seed: number) => {
    const phone = new FakePhone()
    const { ua, log } = await virtualAgent(time, net, address, seed, phone)
    const from = { uri: `sip:${names[address as keyof typeof names].toLowerCase()}@${address}` }
    return { ua, phone, log, from, offer: () => here('offer', address), answer: () => here('answer', address) }
  }
  return { time, net, wire, person, silence: (which: typeof silent) => void (silent = which) }
}

type Person = Awaited<ReturnType<Awaited<ReturnType<typeof stage>>['person']>>

const here = (name: string, address: string, direction = '') =>
  sdp(name)
    .replaceAll('127.0.0.1', address)
    .replace(/$/, direction === '' ? '' : `a=${direction}\r\n`)

const account = (over: Partial<LineOptions> = {}): LineOptions => ({
  from: { uri: `sip:alice@${proxys}` },
  registrar: `sip:${proxys}`,
  route: [`sip:${proxys}`],
  credentials: { username: 'alice', password: 'secret' },
  instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  ...over,
})

function told(wire: readonly Written[]): string {
  const shown = Object.fromEntries(Object.entries(names).map(([address, name]) => [`${address}:5060`, name]))
  return conversationsOf(captured(wire), true)
    .map((conversation) => {
      const { steps } = conversation
      const numbers = new Map(steps.map(({ read }, at) => [read.message.id, at + 1]))
      const all = steps.flatMap(({ read, again }) => [read.message, ...again.map(({ message }) => message)])
      const findings = explainConversation(conversation).map((found) => {
        const { text, advice, section } = say(found, 'en')
        return `${found.tone}: ${text} [${section}]\n${advice === '' ? '' : `    ${advice}\n`}`
      })
      return `${ladder(all, { names: shown, numbers })}\n${findings.join('')}`
    })
    .join('\n')
}

function matches(name: string, wire: readonly Written[]): void {
  const file = new URL(`textbook/${name}.txt`, import.meta.url)
  const text = told(wire)
  played.push(wire)
  if (process.env['DIALTONE_WRITE_TEXTBOOK'] === '1') writeFileSync(file, text)
  assert.equal(text, readFileSync(file, 'utf8'))
}

/** `caller` calls, the other rings, and answers after 4 s. */
function answering({ phone, answer }: Person, time: VirtualTime): void {
  phone.react = (invite) => {
    invite.ring()
    time.after(4000, () => void phone.accept(invite, answer()))
  }
}

function registrar(net: LossyNet, accepts: boolean): RawPeer {
  const peer = new RawPeer(net, proxys)
  let nonces = 0
  peer.onText = (text) => {
    const contact = `Contact: ${headerOf(text, 'Contact')};expires=120`
    const known = headerOf(text, 'Authorization') !== undefined && accepts
    const asks = `WWW-Authenticate: Digest realm="sip.test", nonce="n${++nonces}", qop="auth", algorithm=MD5`
    const answer = known ? peer.answer(text, 200, 'r', [contact]) : peer.answer(text, 401, 'r', [asks])
    peer.send(answer.replace('Whatever', known ? 'OK' : 'Unauthorized'), alices)
  }
  return peer
}

test('registration: 401, the digest, refreshed in time, taken away', async () => {
  const { time, net, wire, person } = await stage()
  const alice = await person(alices, 1)
  registrar(net, true)
  const line = alice.ua.openLine(account())
  for (const [expiresSeconds, pause] of [
    [3600, 110_000],
    [3600, 60_000],
    [0, 1000],
  ] as const) {
    const registering = line.register({ expiresSeconds })
    await time.advance(pause)
    assert.equal((await registering).status, 200)
  }
  matches('registration', wire)
})

test('registration: a wrong password', async () => {
  const { time, net, wire, person } = await stage()
  const alice = await person(alices, 1)
  registrar(net, false)
  const registering = alice.ua.openLine(account()).register({ expiresSeconds: 3600 })
  await time.advance(1000)
  assert.equal((await registering).status, 401)
  matches('registration-wrong-password', wire)
})

test('a call through a proxy that asks for the password', async () => {
  const { time, net, wire, person } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  const proxy = new VirtualProxy(net, proxys)
  proxy.users.set('bob', [bobs])
  proxy.challenge = 'Proxy-Authenticate: Digest realm="sip.test", nonce="n1", qop="auth", algorithm=MD5'
  answering(bob, time)
  const line = alice.ua.openLine(account())
  const invite = { uri: `sip:bob@${proxys}`, from: { uri: `sip:alice@${proxys}` }, line, sdp: alice.offer() }
  alice.ua.invite(invite, alice.phone.outgoing())
  await time.advance(20_000)
  void bob.phone.dialogs[0]!.bye()
  await time.advance(1000)
  matches('call-through-proxy', wire)
})

test('a call through two proxies, both of which stay in the way', async () => {
  const { time, net, wire, person } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  new VirtualProxy(net, proxys).users.set('bob', [secondProxys])
  new VirtualProxy(net, secondProxys).users.set('bob', [bobs])
  answering(bob, time)
  const line = alice.ua.openLine(account())
  const invite = { uri: `sip:bob@${proxys}`, from: { uri: `sip:alice@${proxys}` }, line, sdp: alice.offer() }
  alice.ua.invite(invite, alice.phone.outgoing())
  await time.advance(8000)
  void alice.phone.dialogs[0]!.bye()
  await time.advance(1000)
  matches('call-through-two-proxies', wire)
})

test('busy', async () => {
  const { time, wire, person } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  bob.phone.react = (invite) => invite.reject(486)
  alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(1000)
  matches('busy', wire)
})

test('nobody answers, and the caller gives up', async () => {
  const { time, wire, person } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  bob.phone.react = (invite) => invite.ring()
  const call = alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(12_000)
  call.cancel()
  await time.advance(1000)
  matches('cancelled', wire)
})

test('nothing comes back at all', async () => {
  const { time, wire, person, silence } = await stage()
  const [alice] = [await person(alices, 1), await person(bobs, 2)]
  silence((to) => to === bobs)
  alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(40_000)
  matches('no-reply', wire)
})

test('the ACK never arrives: the call is dropped after 32 s', async () => {
  const { time, wire, person, silence } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  silence((_, text) => text.startsWith('ACK '))
  answering(bob, time)
  alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(60_000)
  matches('ack-lost', wire)
})

test('no codec in common', async () => {
  const { time, wire, person } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  bob.phone.react = (invite) => invite.reject(488)
  alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(1000)
  matches('no-codec', wire)
})

test('an address that nobody reaches from outside: what is seen of it, and what stands in Contact and description', async () => {
  const { time, net, wire, person } = await stage()
  const alice = await person(alices, 1)
  // A server outside, which sees the router's address in place of hers.
  const outside = new RawPeer(net, '198.51.100.7')
  outside.onText = (text) => {
    const seen = text.replace(/;rport(?=[;\r])/, ';received=203.0.113.9;rport=40001')
    if (text.startsWith('INVITE')) outside.send(outside.answer(seen, 486, 'x').replace('Whatever', 'Busy Here'), alices)
  }
  alice.ua.invite({ uri: 'sip:bob@198.51.100.7', from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(1000)
  matches('nat', wire)
})

test('forking: two phones ring, one answers', async () => {
  const { time, net, wire, person } = await stage()
  const [alice, bob, carol] = [await person(alices, 1), await person(bobs, 2), await person(carols, 3)]
  const proxy = new VirtualProxy(net, proxys)
  proxy.users.set('office', [bobs, carols])
  answering(carol, time)
  bob.phone.react = (invite) => invite.ring()
  const line = alice.ua.openLine(account())
  const invite = { uri: `sip:office@${proxys}`, from: { uri: `sip:alice@${proxys}` }, line, sdp: alice.offer() }
  alice.ua.invite(invite, alice.phone.outgoing())
  await time.advance(9000)
  void alice.phone.dialogs[0]!.bye()
  await time.advance(1000)
  matches('forking', wire)
})

test('hold and resume', async () => {
  const { time, wire, person } = await stage()
  const [alice, bob] = [await person(alices, 1), await person(bobs, 2)]
  answering(bob, time)
  alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(6000)
  const dialog = alice.phone.dialogs[0]!
  for (const [mine, theirs] of [
    ['sendonly', 'recvonly'],
    ['sendrecv', 'sendrecv'],
  ] as const) {
    bob.phone.onReinvite = () => ({ sdp: here('reanswer', bobs, theirs) })
    void dialog.reinvite(here('change', alices, mine))
    await time.advance(5000)
  }
  void dialog.bye()
  await time.advance(1000)
  matches('hold', wire)
})

test('a blind transfer', async () => {
  const { time, wire, person } = await stage()
  const [alice, bob, carol] = [await person(alices, 1), await person(bobs, 2), await person(carols, 3)]
  answering(bob, time)
  answering(carol, time)
  bob.phone.refer = (refer) => {
    refer.accept()
    const { onProvisional, onAccepted, onRejected } = bob.phone.outgoing()
    const invite = { uri: refer.target, from: bob.from, sdp: bob.offer(), referral: refer }
    bob.ua.invite(invite, {
      onProvisional,
      onRejected,
      onAccepted: (dialog, answer) => {
        onAccepted(dialog, answer)
        refer.report(200, 'OK')
      },
    })
  }
  alice.ua.invite({ uri: `sip:bob@${bobs}`, from: alice.from, sdp: alice.offer() }, alice.phone.outgoing())
  await time.advance(6000)
  const dialog = alice.phone.dialogs[0]!
  dialog.refer({ target: `sip:carol@${carols}`, referredBy: alice.from.uri }, alice.phone.referral())
  await time.advance(6000)
  void dialog.bye()
  await time.advance(8000)
  void carol.phone.dialogs[0]!.bye()
  await time.advance(1000)
  matches('transfer', wire)
})

test(
  'tshark reads each of them as it was: the same messages, between the same, in the same order',
  {
    skip: missing('tshark'),
  },
  async (t) => {
    assert.ok(played.length > 12, 'all have been played')
    // An hour apart from each other: one file, one look.
    const all = captured(
      played.flatMap((wire, hour) => wire.map(([at, ...rest]): Written => [hour * 3_600_000 + at, ...rest])),
    )
    const file = join(await temporaryFolder(scopeOf(t)), 'textbook.pcap')
    writeFileSync(file, exportTrace(all, 'pcap', false))
    const fields = [
      'ip.src',
      'ip.dst',
      'sip.Method',
      'sip.Status-Code',
      'sip.CSeq.method',
      'sip.Call-ID',
      '_ws.malformed',
    ]
    const options = [
      '-T',
      'fields',
      '-E',
      'separator=;',
      '-E',
      'occurrence=f',
      ...fields.flatMap((field) => ['-e', field]),
    ]
    const read = execFileSync('tshark', ['-r', file, ...options], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const host = (place: string) => place.replace(/:\d+$/, '')
    assert.deepEqual(
      read.trimEnd().split('\n'),
      all.map(({ local, remote, method, code, sipCallId }) =>
        [host(local), host(remote), code === undefined ? method : '', code ?? '', method, sipCallId, ''].join(';'),
      ),
    )
  },
)
