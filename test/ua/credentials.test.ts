import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accepting, accountBench, challenge, hasCredentials, requests, us } from '../support/account-bench.ts'
import { sdp } from '../support/fake-phone.ts'
import { headerOf, RawPeer } from '../support/raw-peer.ts'

/**
 * Credentials answer only a challenge to a request that the account itself sent through its own server. Whoever else
 * asks for them gets nothing that could be cracked.
 */

type Bench = Awaited<ReturnType<typeof accountBench>>

const from = { uri: 'sip:alice@10.0.0.2' }

/** Answers every REGISTER after one challenge, so that the realm is known. */
async function registered(bench: Bench): Promise<void> {
  const { server, time, line } = bench
  server.onText = (text) => {
    const known = hasCredentials(text)
    server.send(known ? server.answer(text, 200, 'r') : server.answer(text, 401, 'r', [challenge(401)]), us)
  }
  const registering = line.register({ expiresSeconds: 600 })
  await time.pass(1000)
  assert.equal((await registering).status, 200)
}

const nothingLeft = (...peers: RawPeer[]) => {
  for (const peer of peers) assert.deepEqual(peer.heard.filter(hasCredentials), [])
}

test('an INVITE through our proxy: 407 and 401 get their answer, in one call with one Call-ID', async () => {
  for (const status of [401, 407] as const) {
    const bench = await accountBench()
    const { server, time, ua, phone, line } = bench
    server.onText = (text) => {
      if (!text.startsWith('INVITE')) return
      const known = hasCredentials(text)
      server.send(known ? accepting(server, text, 'b') : server.answer(text, status, 'a', [challenge(status)]), us)
    }
    ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
    await time.pass(1000)
    assert.deepEqual(phone.take(), ['onAccepted peer'])
    const [first = '', second = ''] = requests(server, 'INVITE')
    assert.equal(headerOf(first, 'Call-ID'), headerOf(second, 'Call-ID'))
    assert.equal(headerOf(first, 'From'), headerOf(second, 'From'))
    assert.match(
      headerOf(second, status === 401 ? 'Authorization' : 'Proxy-Authorization') ?? '',
      /uri="sip:bob@10\.0\.0\.2"/,
    )
    // RFC 3261 22.1: the ACK repeats them, with no challenge of its own.
    assert.ok(requests(server, 'ACK').some(hasCredentials))
  }
})

test('two realms on one 407 get two header fields', async () => {
  const { server, time, ua, phone, line } = await accountBench()
  server.onText = (text) => {
    if (!text.startsWith('INVITE')) return
    const both = [challenge(407, 'one'), challenge(407, 'two')]
    server.send(hasCredentials(text) ? accepting(server, text, 'b') : server.answer(text, 407, 'a', both), us)
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  const fields = (requests(server, 'INVITE')[1] ?? '')
    .split('\r\n')
    .filter((row) => row.startsWith('Proxy-Authorization:'))
  assert.deepEqual(
    fields.map((row) => /realm="(\w+)"/.exec(row)?.[1]),
    ['one', 'two'],
  )
})

test('a wrong password ends the call after one retry', async () => {
  const { server, time, ua, phone, line } = await accountBench()
  server.onText = (text) => {
    if (text.startsWith('INVITE')) server.send(server.answer(text, 407, 'a', [challenge(407)]), us)
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  assert.deepEqual(phone.take(), ['onRejected 407 peer'])
  assert.equal(requests(server, 'INVITE').length, 2)
})

test('a call given up while it is challenged is over, and is not sent again', async () => {
  const { server, time, ua, phone, line } = await accountBench()
  const call = ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  server.onText = (text) => {
    if (!text.startsWith('INVITE')) return
    call.cancel()
    server.send(server.answer(text, 407, 'a', [challenge(407)]), us)
  }
  await time.pass(1000)
  assert.deepEqual(phone.take(), ['onRejected 487 peer'])
  assert.equal(requests(server, 'INVITE').length, 1)
})

test('re-INVITE and BYE through our proxy get their answer too', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { server, time, ua, phone, line } = bench
  server.onText = (text) => {
    if (/^(INVITE|BYE) /.test(text) && !hasCredentials(text))
      return server.send(server.answer(text, 407, 'b', [challenge(407)]), us)
    if (text.startsWith('INVITE')) server.send(accepting(server, text, 'b', ['Record-Route: <sip:10.0.0.2;lr>']), us)
    else if (text.startsWith('BYE')) server.send(server.answer(text, 200, 'b'), us)
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  const [dialog] = phone.dialogs
  assert.ok(dialog)
  const held = dialog.reinvite(sdp('hold'))
  await time.pass(1000)
  assert.equal((await held).status, 200)
  const ended = dialog.bye()
  await time.pass(1000)
  await ended
  const byes = requests(server, 'BYE')
  assert.deepEqual(byes.map(hasCredentials), [false, true])
  const [uri = ''] = /^BYE (\S+)/.exec(byes[1] ?? '')?.slice(1) ?? []
  assert.match(byes[1] ?? '', new RegExp(`uri="${uri}"`))
  assert.equal(bench.engine.counts().dialogs, 0)
})

test('a stranger calls directly and challenges our re-INVITE and BYE', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { stranger, server, time, phone } = bench
  phone.react = (invite) => {
    assert.equal(invite.line, undefined)
    void phone.accept(invite)
  }
  const replies = [challenge(401), challenge(407)]
  stranger.onText = (text) => {
    const [method = ''] = text.split(' ')
    if (method === 'SIP/2.0' && text.includes('CSeq: 1 INVITE') && text.includes(' 200 ')) {
      const to = headerOf(text, 'To') ?? ''
      stranger.send(stranger.request('ACK', `sip:alice@${us}`, [`To: ${to}`, 'CSeq: 1 ACK']), us)
    } else if (method === 'INVITE' || method === 'BYE') stranger.send(stranger.answer(text, 401, '', replies), us)
  }
  stranger.send(stranger.request('INVITE', `sip:alice@${us}`), us)
  await time.pass(1000)
  const [dialog] = phone.dialogs
  assert.ok(dialog)
  const held = dialog.reinvite(sdp('hold'))
  await time.pass(1000)
  assert.equal((await held).status, 401)
  const ended = dialog.bye()
  await time.pass(60_000)
  await ended
  assert.equal(requests(stranger, 'INVITE').length, 1)
  assert.equal(requests(stranger, 'BYE').length, 1)
  nothingLeft(stranger)
  assert.equal(server.heard.filter(hasCredentials).length, 1)
  // Nobody keeps a dialog for a BYE that will not come again.
  assert.equal(bench.engine.counts().dialogs, 0)
})

test('a direct call of ours is challenged at its INVITE', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { stranger, time, ua, phone } = bench
  for (const status of [401, 407] as const) {
    stranger.onText = (text) => stranger.send(stranger.answer(text, status, 'x', [challenge(status)]), us)
    ua.invite({ uri: 'sip:bob@10.0.0.3', from, sdp: sdp('offer') }, phone.outgoing())
    await time.pass(1000)
    assert.deepEqual(phone.take(), [`onRejected ${status} peer`])
  }
  nothingLeft(stranger)
})

test('a peer that our proxy led us to, and who answers for himself from then on, gets nothing', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { server, stranger, time, ua, phone, line } = bench
  // No Record-Route: what follows goes past the proxy. Two forks, of which one accepts.
  server.onText = (text) => {
    if (!text.startsWith('INVITE')) return
    server.send(server.answer(text, 180, 'fork', ['Contact: <sip:other@10.0.0.3>']), us)
    server.send(accepting(stranger, text, 'b'), us)
  }
  stranger.onText = (text) => {
    if (text.startsWith('ACK')) return
    stranger.send(stranger.answer(text, 401, 'b', [challenge(401), challenge(407)]), us)
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  const [dialog] = phone.dialogs
  assert.ok(dialog)
  const held = dialog.reinvite(sdp('hold'))
  await time.pass(1000)
  assert.equal((await held).status, 401)
  const told = dialog.info('text/plain', 'x')
  await time.pass(1000)
  assert.equal((await told).status, 401)
  const ended = dialog.bye()
  await time.pass(60_000)
  await ended
  assert.deepEqual(
    stranger.firsts.filter((first) => first !== 'ACK'),
    ['INVITE', 'INFO', 'BYE'],
  )
  nothingLeft(stranger)
})

test('forks that accept past the proxy get an ACK and a BYE, and neither the password’s digest nor an answer', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { net, server, stranger, time, ua, phone, line } = bench
  const second = new RawPeer(net, '10.0.0.4')
  server.onText = (text) => {
    if (!text.startsWith('INVITE')) return
    if (!hasCredentials(text)) return server.send(server.answer(text, 407, 'a', [challenge(407)]), us)
    // Two contacts of the callee's, both take it; nobody says Record-Route.
    server.send(accepting(stranger, text, 'one'), us)
    server.send(accepting(second, text, 'two'), us)
  }
  for (const peer of [stranger, second]) {
    peer.onText = (text) => {
      if (text.startsWith('ACK')) return
      peer.send(peer.answer(text, 407, '', [challenge(401), challenge(407)]), us)
    }
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  assert.deepEqual(phone.take(), ['onAccepted peer'])
  for (const work of [phone.dialogs[0]?.reinvite(sdp('hold')), phone.dialogs[0]?.info('text/plain', 'x')]) {
    await time.pass(1000)
    assert.equal((await work)?.status, 407)
  }
  const ended = phone.dialogs[0]?.bye()
  await time.pass(60_000)
  await ended
  assert.deepEqual(new Set([...stranger.firsts, ...second.firsts]), new Set(['ACK', 'INVITE', 'INFO', 'BYE']))
  assert.ok(requests(server, 'INVITE').some(hasCredentials))
  nothingLeft(stranger, second)
  assert.equal(bench.engine.counts().dialogs, 0)
})

test('whatever we send in a direct call, of ours or of theirs, and however it is challenged: nothing', async () => {
  for (const byUs of [true, false]) {
    for (const status of [401, 407] as const) {
      const bench = await accountBench({ sessionTimer: { seconds: 90 } })
      await registered(bench)
      const { stranger, server, time, ua, phone } = bench
      phone.react = (invite) => void phone.accept(invite)
      stranger.onText = (text) => {
        const [method = ''] = text.split(' ')
        if (method === 'INVITE' && byUs && phone.dialogs.length === 0) {
          const timer = ['Session-Expires: 90;refresher=uac', 'Require: timer', 'Allow: UPDATE']
          stranger.send(
            stranger.answer(text, 180, 'x', ['Require: 100rel', 'RSeq: 1', 'Contact: <sip:s@10.0.0.3>']),
            us,
          )
          stranger.send(accepting(stranger, text, 'x', timer), us)
        } else if (text.startsWith('SIP/2.0 200') && /^CSeq: 1 INVITE/m.test(text)) {
          const to = `To: ${headerOf(text, 'To')}`
          stranger.send(stranger.request('ACK', `sip:alice@${us}`, [to, 'CSeq: 1 ACK']), us)
        } else if (method !== 'ACK' && method !== 'SIP/2.0')
          stranger.send(stranger.answer(text, status, '', [challenge(401), challenge(407)]), us)
      }
      if (byUs) ua.invite({ uri: 'sip:s@10.0.0.3', from, sdp: sdp('offer') }, phone.outgoing())
      else {
        const timer = ['Supported: timer', 'Session-Expires: 90;refresher=uas', 'Allow: INVITE, UPDATE']
        stranger.send(stranger.request('INVITE', `sip:alice@${us}`, timer), us)
      }
      await time.pass(1000)
      const [dialog] = phone.dialogs
      assert.ok(dialog)
      const works = [dialog.reinvite(sdp('hold')), dialog.info('text/plain', 'x')]
      dialog.refer({ target: 'sip:carol@10.0.0.9', referredBy: from.uri }, phone.referral())
      // Half of the session's time: a refresh as well.
      await time.pass(46_000)
      await Promise.all(works)
      const written = ua.message({ uri: 'sip:s@10.0.0.3', from, text: 'hello' })
      const asked = ua.options('sip:s@10.0.0.3')
      await time.pass(1000)
      assert.deepEqual([(await written).status, (await asked).status], [status, status])
      const ended = dialog.bye()
      await time.pass(60_000)
      await ended
      const methods = new Set(stranger.firsts.filter((first) => !/^\d/.test(first)))
      for (const method of ['INVITE', 'INFO', 'REFER', 'UPDATE', 'MESSAGE', 'OPTIONS', 'BYE'])
        assert.ok(methods.has(method), `${method} of ${[...methods].join(' ')}`)
      if (byUs) assert.ok(methods.has('PRACK'))
      nothingLeft(stranger)
      assert.equal(server.heard.filter(hasCredentials).length, 1)
    }
  }
})

test('in a dialog through our proxy a realm that nobody knows gets nothing', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { server, time, ua, phone, line } = bench
  server.onText = (text) => {
    if (text.startsWith('INVITE')) server.send(accepting(server, text, 'b', ['Record-Route: <sip:10.0.0.2;lr>']), us)
    else if (text.startsWith('BYE')) server.send(server.answer(text, 401, 'b', [challenge(401, 'evil')]), us)
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  const ended = phone.dialogs[0]?.bye()
  await time.pass(60_000)
  await ended
  assert.deepEqual(requests(server, 'BYE').map(hasCredentials), [false])
})

test('a call that the registrar brings is the account’s, whatever port it comes from', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { server, stranger, phone, time, line } = bench
  const [contact = ''] =
    /<([^>]+)>/.exec(headerOf(requests(server, 'REGISTER')[0] ?? '', 'Contact') ?? '')?.slice(1) ?? []
  server.send(server.request('INVITE', 'sip:alice@10.0.0.1', ['Call-ID: one']), us)
  stranger.send(stranger.request('INVITE', contact, ['Call-ID: two'], 'z9hG4bKtwo'), us)
  stranger.send(stranger.request('INVITE', 'sip:alice@10.0.0.1', ['Call-ID: three'], 'z9hG4bKthree'), us)
  await time.pass(100)
  assert.deepEqual(
    phone.invites.map((invite) => [invite.sipCallId, invite.line === line]),
    [
      ['one', true],
      ['two', true],
      ['three', false],
    ],
  )
  line.close()
  server.send(server.request('INVITE', 'sip:alice@10.0.0.1', ['Call-ID: four'], 'z9hG4bKfour'), us)
  await time.pass(100)
  assert.equal(phone.invites.at(-1)?.line, undefined)
})

test('a callee behind our proxy who asks with a realm of his own gets nothing', async () => {
  const bench = await accountBench()
  await registered(bench)
  const { server, time, ua, phone, line } = bench
  server.onText = (text) => {
    if (text.startsWith('INVITE')) server.send(server.answer(text, 401, 'b', [challenge(401, 'evil')]), us)
  }
  ua.invite({ uri: 'sip:bob@10.0.0.2', from, sdp: sdp('offer'), line }, phone.outgoing())
  await time.pass(1000)
  assert.deepEqual(phone.take(), ['onRejected 401 peer'])
  assert.deepEqual(requests(server, 'INVITE').map(hasCredentials), [false])
})
