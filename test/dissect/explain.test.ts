import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { conversationOf, conversationsOf } from '../../electron/dissect/conversation.ts'
import { credentialsIn, digestSteps } from '../../electron/dissect/digest.ts'
import { explainConversation } from '../../electron/dissect/explain/explain.ts'
import type { Finding } from '../../electron/dissect/explain/finding.ts'
import { say } from '../../electron/dissect/explain/say.ts'
import { readMessage } from '../../electron/dissect/read-message.ts'
import { mutate } from '../support/mutate.ts'
import { seeded } from '../support/seeded.ts'
import { captured, recordedAt, sdp, sip, type Written } from '../support/written-trace.ts'

const [a, b] = ['192.0.2.1:5060', '192.0.2.2:5060']
const tagged = '<sip:bob@office.lan>;tag=b'
const bobs = '<sip:bob@192.0.2.2>'
const offer = sdp('192.0.2.1', 8000)
const answer = sdp('192.0.2.2', 9000, '0 101')

const invite: Written = [
  0,
  a,
  b,
  sip('INVITE sip:bob@office.lan SIP/2.0', { contact: '<sip:alice@192.0.2.1>', body: offer }),
]
const ok = (atMs: number): Written => [atMs, b, a, sip('SIP/2.0 200 OK', { to: tagged, contact: bobs, body: answer })]
const ack = (atMs: number): Written => [
  atMs,
  a,
  b,
  sip('ACK sip:bob@192.0.2.2 SIP/2.0', { to: tagged, branch: 'z9hG4bK2', cseq: '1 ACK' }),
]
const bye = (atMs: number, more: string[] = []): Written => [
  atMs,
  b,
  a,
  sip('BYE sip:alice@192.0.2.1 SIP/2.0', {
    from: tagged,
    to: '<sip:alice@office.lan>;tag=a',
    branch: 'z9hG4bKb',
    via: 'SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKb',
    more,
  }),
]
const status = (atMs: number, line: string, more: string[] = []): Written => [
  atMs,
  b,
  a,
  sip(`SIP/2.0 ${line}`, { to: tagged, more }),
]

const explained = (written: readonly Written[]) => explainConversation(conversationOf(captured(written), true))
const told = (written: readonly Written[]) => explained(written).map(({ name }) => name)
const inWords = (findings: readonly Finding[], name: string, language = 'en') => {
  const found = findings.find((one) => one.name === name)
  return found === undefined ? undefined : say(found, language).text
}

suite('why a call ended', () => {
  test('who hung up, after how long, in which message', () => {
    const flow = [invite, status(180, '180 Ringing'), ok(4000), ack(4010), bye(46_900, ['Reason: Q.850;cause=16'])]
    const findings = explained(flow)
    assert.equal(inWords(findings, 'ended.bye'), 'bob@office.lan hung up after 42.9 s (BYE, message 5).')
    assert.equal(inWords(findings, 'ended.byeReason'), 'The BYE says why: Q.850;cause=16.')
    const own = explainConversation(conversationOf(recordedAt(b, flow), false))
    assert.equal(inWords(own, 'ended.bye'), 'This phone hung up after 42.9 s (BYE, message 5).')
    assert.equal(inWords(own, 'ended.bye', 'zh-Hant'), '本機在 42.9 秒後掛斷（BYE，訊息 5）。')
  })

  test('refused: with the meaning of the code and what to try', () => {
    const findings = explained([invite, status(100, '486 Busy Here')])
    const found = findings.find(({ name }) => name === 'ended.refused')
    assert.match(found ? say(found, 'en').text : '', /bob@office\.lan with 486 Busy Here \(message 2\): .*busy/)
    assert.match(found ? say(found, 'en').advice : '', /later/i)
    assert.deepEqual(told([invite, status(100, '302 Moved', ['Contact: <sip:carol@h>'])]), ['ended.redirected'])
  })

  test('rang, and a server gave up: nobody refused, and no address is to be checked', () => {
    const findings = explained([invite, status(100, '180 Ringing'), status(60_100, '408 Request Timeout')])
    assert.equal(
      inWords(findings, 'ended.notAnswered'),
      'It rang, and nobody answered: after 60.1 s the call was given up on the way (408, message 3).',
    )
    assert.deepEqual(told([invite, status(100, '408 Request Timeout')]), ['ended.refused'])
  })

  test('given up, and answered elsewhere', () => {
    const cancel = (more: string[] = []): Written => [
      8000,
      a,
      b,
      sip('CANCEL sip:bob@office.lan SIP/2.0', { cseq: '1 CANCEL', more }),
    ]
    const given = explained([invite, status(100, '180 Ringing'), cancel(), status(8020, '487 Request Terminated')])
    assert.equal(
      inWords(given, 'ended.cancelled'),
      'alice@office.lan gave up after 8 s, before anybody answered (CANCEL, message 3).',
    )
    const elsewhere = cancel(['Reason: SIP;cause=200;text="Call completed elsewhere"'])
    assert.deepEqual(told([invite, elsewhere, status(8020, '487 Request Terminated')]), ['ended.elsewhere'])
    assert.ok(told([invite, cancel(), ok(8010), ack(8020), bye(8030)]).includes('ended.lateAnswer'))
  })

  test('nothing came back: how often it was tried, and timer B', () => {
    const times = [0, 500, 1500, 3500, 7500, 15_500, 31_500]
    const findings = explained(times.map((at) => [at, a, b, invite[3]]))
    assert.match(inWords(findings, 'ended.noReply') ?? '', /to 192\.0\.2\.2:5060 7 times in 31\.5 s/)
    assert.equal(findings.length, 1)
  })

  test('the ACK never comes: the call is dropped after 32 s', () => {
    const repeats = [0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map(ok)
    const lost = explained([invite, ...repeats, bye(32_000)])
    assert.deepEqual(lost[0]?.name, 'ended.noAck')
    assert.match(inWords(lost, 'ended.noAck') ?? '', /11 times in 31\.5 s/)
    assert.match(lost[0] ? say(lost[0], 'en').advice : '', /bob@192\.0\.2\.2/)
    const unheard = told([invite, ok(0), ack(10), ...repeats.slice(1), bye(32_000)])
    assert.equal(unheard[0], 'ended.ackLost')
    assert.ok(!told([invite, ok(0), ok(500), ack(600), bye(9000)]).some((name) => /ack/i.test(name)), 'lost once')
  })

  test('the session timer ran out; a BYE at any other time has nothing to do with it', () => {
    const timed = (at: number): Written => [
      at,
      b,
      a,
      sip('SIP/2.0 200 OK', { to: tagged, contact: bobs, more: ['Session-Expires: 90;refresher=uac'], body: answer }),
    ]
    assert.ok(told([invite, timed(1000), ack(1010), bye(61_000)]).includes('ended.session'))
    assert.ok(!told([invite, timed(1000), ack(1010), bye(30_000)]).includes('ended.session'))
  })

  test('a change that failed took the call with it; a transfer; a BYE that nobody knows', () => {
    const change = sip('INVITE sip:bob@192.0.2.2 SIP/2.0', { to: tagged, cseq: '2 INVITE', branch: 'z9hG4bK9' })
    const no = sip('SIP/2.0 408 Request Timeout', { to: tagged, cseq: '2 INVITE', branch: 'z9hG4bK9' })
    assert.ok(
      told([invite, ok(100), ack(110), [9000, a, b, change], [9500, b, a, no], bye(9600)]).includes('ended.reinvite'),
    )
    const refer = sip('REFER sip:bob@192.0.2.2 SIP/2.0', {
      to: tagged,
      branch: 'z9hG4bKr',
      more: ['Refer-To: <sip:carol@h>'],
    })
    assert.equal(
      inWords(explained([invite, ok(100), ack(110), [5000, a, b, refer], bye(6000)]), 'ended.transferred'),
      'alice@office.lan asked for a transfer to carol@h (REFER, message 4).',
    )
    const unknown = sip('SIP/2.0 481 Gone', {
      cseq: '1 BYE',
      via: 'SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKb',
    })
    assert.ok(told([invite, ok(100), ack(110), bye(6000), [6010, a, b, unknown]]).includes('ended.byeUnknown'))
    assert.ok(told([invite, ok(100), ack(110), bye(6000), bye(6500), bye(7500)]).includes('ended.byeNoReply'))
  })

  test('several phones rang, and one still does', () => {
    const ring = (tag: string): Written => [100, b, a, sip('SIP/2.0 180 Ringing', { to: `<sip:bob@h>;tag=${tag}` })]
    const findings = explained([invite, ring('x'), ring('y')])
    assert.deepEqual(findings.map(({ name }) => name).toSorted(), ['ended.forked', 'ended.noFinal'])
    assert.match(inWords(findings, 'ended.forked') ?? '', /at 2 phones/)
  })
})

const registrar = '192.168.1.132:5060'
const lab = '192.168.1.101:5060'
const contact = '<sip:101@192.168.1.101:5060>'
const reg = (cseq: number, more: string[] = []) =>
  sip('REGISTER sip:192.168.1.132 SIP/2.0', {
    cseq: `${cseq} REGISTER`,
    branch: `z9hG4bK${cseq}`,
    via: `SIP/2.0/UDP 192.168.1.101:5060;branch=z9hG4bK${cseq}`,
    from: '<sip:101@192.168.1.132>;tag=1',
    to: '<sip:101@192.168.1.132>',
    contact,
    more: ['Expires: 3600', ...more],
  })
const regAnswer = (cseq: number, line: string, more: string[] = []) =>
  sip(`SIP/2.0 ${line}`, {
    cseq: `${cseq} REGISTER`,
    via: `SIP/2.0/UDP 192.168.1.101:5060;branch=z9hG4bK${cseq}`,
    from: '<sip:101@192.168.1.132>;tag=1',
    to: '<sip:101@192.168.1.132>;tag=2',
    more,
  })

// As captured in a lab with MiniSipServer 2.x and X-Lite 1103m.
const challenge =
  'Proxy-Authenticate: Digest realm="myvoipapp.com", nonce="18bf67854ae23d6d2cd772af69535f91", algorithm=MD5'
const credentials = (over: Readonly<Record<string, string>> = {}) => {
  const params = {
    username: '101',
    realm: 'myvoipapp.com',
    nonce: '18bf67854ae23d6d2cd772af69535f91',
    uri: 'sip:192.168.1.132',
    response: '581842f465276cd5fa908061d7bf2f69',
    algorithm: 'MD5',
    ...over,
  }
  const list = Object.entries(params).map(([name, value]) => `${name}="${value}"`)
  return `Proxy-Authorization: Digest ${list.join(', ')}`
}
const labRegistration = (proof: string, last: string, more: string[] = []): Written[] => [
  [0, lab, registrar, reg(1)],
  [2, registrar, lab, regAnswer(1, '407 Proxy Authentication Required', [challenge])],
  [4, lab, registrar, reg(2, [proof])],
  [6, registrar, lab, regAnswer(2, last, more)],
]
const accepted = ['Contact: <sip:101@192.168.1.101:5060>;expires=120']

const nodeHash = (algorithm: string, text: string) =>
  createHash(algorithm === 'sha512-256' ? 'sha512-256' : algorithm)
    .update(text)
    .digest('hex')

suite('a digest', () => {
  test('step by step: the lab registration comes out right with its password, and none without', () => {
    const [, , third] = captured(labRegistration(credentials(), '200 OK', accepted))
    const [sent] = credentialsIn(readMessage(third!))
    assert.ok(sent)
    assert.deepEqual(digestSteps(sent, nodeHash, '101'), {
      algorithm: 'MD5',
      a1: '101:myvoipapp.com:•••',
      ha1: '706111fa522f4751cf668abdf3beeae2',
      a2: 'REGISTER:sip:192.168.1.132',
      ha2: '3fb694270d43d524ca7625ccfbd57cfd',
      formula: 'HA1:18bf67854ae23d6d2cd772af69535f91:HA2',
      response: '581842f465276cd5fa908061d7bf2f69',
      expected: '581842f465276cd5fa908061d7bf2f69',
    })
    const without = digestSteps(sent, nodeHash)
    assert.deepEqual([without.ha1, without.expected], [undefined, undefined])
    assert.notEqual(digestSteps(sent, nodeHash, 'wrong').expected, sent.response)
  })

  test('with qop, auth-int, a session and SHA-256 (RFC 7616 3.9.1)', () => {
    const proof =
      'Authorization: Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm=SHA-256, ' +
      'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ' +
      'qop=auth, response="753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"'
    const [message] = captured([[0, a, b, sip('GET /dir/index.html SIP/2.0', { more: [proof] })]])
    const [sent] = credentialsIn(readMessage(message!))
    assert.ok(sent)
    const steps = digestSteps(sent, nodeHash, 'Circle of Life')
    assert.equal(steps.expected, steps.response)
    assert.match(steps.formula, /^HA1:7ypf.*:00000001:f2\/w.*:auth:HA2$/)
    const whole = digestSteps({ ...sent, qop: 'auth-int', session: true, body: 'x' }, nodeHash, 'Circle of Life')
    assert.equal(whole.a2, `GET:/dir/index.html:${nodeHash('sha256', 'x')}`)
    assert.equal(whole.ha1, nodeHash('sha256', `${steps.ha1}:${sent.nonce}:${sent.cnonce}`))
  })

  test('accepted: asking is normal, and a registrar that asks like a proxy is remarked', () => {
    const names = told(labRegistration(credentials(), '200 OK', accepted))
    assert.deepEqual(names.toSorted(), [
      'digest.accepted',
      'digest.asked',
      'digest.proxyRegistrar',
      'registration.registered',
      'registration.shorter',
    ])
  })

  const again = '407 Proxy Authentication Required'
  const refusals: [what: string, proof: string, last: string, more: string[], name: string][] = [
    ['the password', credentials({ response: '0'.repeat(32) }), again, [challenge], 'digest.refused'],
    ['another realm', credentials({ realm: 'other.org' }), again, [challenge], 'digest.realm'],
    ['another nonce', credentials({ nonce: 'old' }), again, [challenge], 'digest.nonce'],
    ['a stale nonce', credentials(), again, [`${challenge}, stale=true`], 'digest.stale'],
    ['another address', credentials({ uri: 'sip:10.0.0.1' }), again, [challenge], 'digest.uri'],
    ['another algorithm', credentials({ algorithm: 'SHA-256' }), again, [challenge], 'digest.algorithm'],
    ['qop unasked', credentials({ qop: 'auth', nc: '00000001', cnonce: 'c' }), again, [challenge], 'digest.qop'],
    ['403', credentials(), '403 Forbidden', [], 'digest.forbidden'],
  ]
  for (const [what, proof, last, more, name] of refusals)
    test(`refused: ${what}`, () => {
      const names = told(labRegistration(proof, last, more))
      assert.ok(names.includes(name as never), `${names}`)
      assert.ok(!names.includes('digest.accepted'))
    })

  test('a stale nonce is not told as a wrong password', () => {
    const flow = labRegistration(credentials(), again, [`${challenge}, stale=true`])
    assert.ok(!told(flow).includes('digest.refused'))
  })

  test('the same count twice is a replay', () => {
    const proof = credentials({ qop: 'auth', nc: '00000001', cnonce: 'c' })
    const flow: Written[] = [...labRegistration(proof, '200 OK', accepted), [9000, lab, registrar, reg(3, [proof])]]
    assert.ok(told(flow).includes('digest.replay'))
  })

  test('the password stands in nothing that is told', () => {
    const findings = explained(labRegistration(credentials(), again, [challenge]))
    assert.doesNotMatch(JSON.stringify(findings), /706111fa522f4751cf668abdf3beeae2|581842f465276cd5fa908061d7bf2f69/)
  })
})

suite('a registration', () => {
  test('as long as it was given, refreshed in time, taken away at the end', () => {
    const flow: Written[] = [
      ...labRegistration(credentials(), '200 OK', accepted),
      [100_000, lab, registrar, reg(3)],
      [100_010, registrar, lab, regAnswer(3, '200 OK', accepted)],
      [150_000, lab, registrar, reg(4).replace('Expires: 3600', 'Expires: 0')],
      [150_010, registrar, lab, regAnswer(4, '200 OK')],
    ]
    const findings = explained(flow)
    assert.equal(
      inWords(findings, 'registration.registered'),
      '101@192.168.1.132 is registered at 101@192.168.1.101:5060 for 120 s (message 4).',
    )
    assert.equal(inWords(findings, 'registration.refreshed'), 'Refreshed in time: 1 times so far.')
    assert.deepEqual(
      findings.map(({ name }) => name).filter((name) => /expired|removed/.test(name)),
      ['registration.removed'],
    )
  })

  test('nobody refreshed it: how long no call could arrive', () => {
    const flow: Written[] = [
      ...labRegistration(credentials(), '200 OK', accepted),
      [420_000, lab, registrar, reg(3)],
      [420_006, registrar, lab, regAnswer(3, '200 OK', accepted)],
    ]
    const findings = explained(flow)
    assert.equal(findings[0]?.name, 'registration.expired')
    assert.match(inWords(findings, 'registration.expired') ?? '', /120 s were given, and no refresh came for 300 s/)
  })

  test('too brief, refused, not answered, not in the list, not alone', () => {
    const one = (line: string, more: string[] = []): Written[] => [
      [0, lab, registrar, reg(1)],
      [5, registrar, lab, regAnswer(1, line, more)],
    ]
    assert.match(
      inWords(explained(one('423 Interval Too Brief', ['Min-Expires: 600'])), 'registration.tooBrief') ?? '',
      /600 s/,
    )
    assert.match(inWords(explained(one('404 Not Found')), 'registration.refused') ?? '', /404 Not Found/)
    assert.deepEqual(told([0, 500, 1500].map((at): Written => [at, lab, registrar, reg(1)])), ['registration.noReply'])
    assert.ok(
      told(one('200 OK', ['Contact: <sip:101@203.0.113.9:4000>;expires=60'])).includes('registration.contactMissing'),
    )
    assert.ok(told(one('200 OK', [...accepted, 'Contact: <sip:101@192.168.1.7>'])).includes('registration.others'))
  })
})

suite('NAT', () => {
  const natted = (via: string, parts: { seen: string; contact: string; rport?: boolean }): Written[] => [
    [
      0,
      parts.seen,
      b,
      sip('INVITE sip:bob@office.lan SIP/2.0', { via, contact: parts.contact, body: sdp('192.168.1.5', 8000) }),
    ],
  ]

  test('addresses in the messages against where the packets come from', () => {
    const via = 'SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bK1'
    const flow = natted(via, { seen: '203.0.113.9:61000', contact: '<sip:alice@192.168.1.5>' })
    const findings = explained(flow)
    assert.deepEqual(
      findings
        .map(({ name }) => name)
        .filter((name) => /nat|media/.test(name))
        .toSorted(),
      ['media.private', 'nat.contact', 'nat.mapped', 'nat.noRport'],
    )
    assert.match(
      inWords(findings, 'nat.mapped') ?? '',
      /writes 192\.168\.1\.5:5060, its packets come from 203\.0\.113\.9:61000/,
    )
  })

  test('seen by what the other side notes in Via; nothing to see where all is the same', () => {
    const back = 'SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bK1;received=203.0.113.9;rport=61000'
    const flow: Written[] = [
      [
        0,
        '192.168.1.5:5060',
        b,
        sip('OPTIONS sip:b SIP/2.0', { via: 'SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bK1;rport' }),
      ],
      [5, b, '192.168.1.5:5060', sip('SIP/2.0 200 OK', { via: back, cseq: '1 OPTIONS' })],
    ]
    assert.match(inWords(explained(flow), 'nat.mapped') ?? '', /203\.0\.113\.9:61000/)
    assert.ok(!told([invite, ok(10), ack(20), bye(900)]).some((name) => name.startsWith('nat.')))
  })

  test('a router that rewrites: Via comes back changed, or the length is wrong', () => {
    const flow: Written[] = [
      [0, '192.168.1.5:5060', b, sip('OPTIONS sip:b SIP/2.0', { via: 'SIP/2.0/UDP 192.168.1.5:5060;branch=z9hG4bK1' })],
      [
        5,
        b,
        '192.168.1.5:5060',
        sip('SIP/2.0 200 OK', { via: 'SIP/2.0/UDP 203.0.113.9:4711;branch=z9hG4bK1', cseq: '1 OPTIONS' }),
      ],
    ]
    assert.match(
      inWords(explained(flow), 'nat.alg') ?? '',
      /changed Via on the way: it left as 192\.168\.1\.5:5060 and came back as 203\.0\.113\.9:4711/,
    )
    const cut: Written = [0, a, b, invite[3].replace('c=IN IP4 192.0.2.1', 'c=IN IP4 203.0.113.200')]
    assert.ok(told([cut]).includes('nat.length'))
  })
})

suite('audio', () => {
  const call = (offered: string, answered: string, source = a): Written[] => [
    [0, source, b, sip('INVITE sip:bob@h SIP/2.0', { contact: '<sip:alice@192.0.2.1>', body: offered })],
    [9, b, source, sip('SIP/2.0 200 OK', { to: tagged, contact: bobs, body: answered })],
  ]
  const about = (written: readonly Written[]) => told(written).filter((name) => name.startsWith('media.'))

  test('what was agreed, and whether keypad tones can travel', () => {
    assert.equal(
      inWords(explained(call(offer, answer)), 'media.agreed'),
      'Audio was agreed: PCMU, sent to 192.0.2.2:9000 by the side that offered.',
    )
    assert.deepEqual(about(call(offer, sdp('192.0.2.2', 9000, '8'))), ['media.noTones', 'media.agreed'])
  })

  test('no codec in common', () => {
    assert.deepEqual(about(call(sdp('192.0.2.1', 8000, '0'), sdp('192.0.2.2', 9000, '18'))), ['media.noCodec'])
    const refused = [invite, status(10, '488 Not Acceptable Here', ['Warning: 305 h "Incompatible media format"'])]
    assert.deepEqual(about(refused), ['media.noCodec', 'media.warning'])
    assert.match(inWords(explained(refused), 'media.noCodec') ?? '', /offered were PCMU, PCMA, the answer is 488/)
    const secured = offer.replace('RTP/AVP', 'RTP/SAVP')
    const refusedToo: Written[] = [[0, a, b, sip('INVITE sip:b SIP/2.0', { body: secured })], status(9, '488 No')]
    assert.deepEqual(about(refusedToo), ['media.encryption'])
    assert.deepEqual(about(call(offer, sdp('192.0.2.2', 0))), ['media.refused'])
  })

  test('why one side hears nothing', () => {
    assert.equal(about(call(sdp('127.0.0.1', 8000), answer))[0], 'media.loopback')
    assert.equal(about(call(sdp('192.168.1.5', 8000), answer))[0], 'media.private')
    assert.equal(about(call(sdp('2001:db8::1', 8000), answer))[0], 'media.family')
    assert.ok(about(call(sdp('0.0.0.0', 8000), answer)).includes('media.nowhere'))
    assert.ok(about(call(sdp('192.0.2.99', 8000), answer)).includes('media.elsewhere'))
    assert.ok(about(call(sdp('192.0.2.1', 8000, '0', ['a=sendonly']), answer)).includes('media.oneWay'))
  })

  test('an offer in the answer (delayed), and a hold later on', () => {
    const late: Written[] = [
      [0, a, b, sip('INVITE sip:b SIP/2.0')],
      [9, b, a, sip('SIP/2.0 200 OK', { to: tagged, body: sdp('192.0.2.2', 9000) })],
      [
        12,
        a,
        b,
        sip('ACK sip:b SIP/2.0', {
          to: tagged,
          branch: 'z9hG4bK2',
          cseq: '1 ACK',
          body: sdp('192.0.2.1', 8000, '8 101'),
        }),
      ],
    ]
    assert.equal(
      inWords(explained(late), 'media.agreed'),
      'Audio was agreed: PCMA, sent to 192.0.2.1:8000 by the side that offered.',
    )
    const held = sip('INVITE sip:b SIP/2.0', {
      to: tagged,
      cseq: '2 INVITE',
      branch: 'z9hG4bK5',
      body: sdp('192.0.2.1', 8000, '0', ['a=sendonly']),
    })
    assert.equal(
      inWords(explained([...call(offer, answer), [9000, a, b, held]]), 'media.hold'),
      'alice@office.lan put the call on hold (sendonly).',
    )
  })
})

suite('other requests and bad input', () => {
  test('how a MESSAGE was answered, or that nobody did', () => {
    const text = sip('MESSAGE sip:b SIP/2.0')
    const answered = (line: string): Written => [9, b, a, sip(`SIP/2.0 ${line}`, { cseq: '1 MESSAGE' })]
    assert.deepEqual(told([[0, a, b, text], answered('200 OK')]), ['request.accepted'])
    assert.deepEqual(told([[0, a, b, text], answered('404 Not Found')]), ['request.refused'])
    assert.deepEqual(told([0, 500, 1500].map((at): Written => [at, a, b, text])), ['request.noReply'])
  })

  test('calls are told apart by their Call-ID', () => {
    const two = captured([invite, [1, a, b, invite[3].replaceAll('c1@alice', 'c2@alice')]])
    assert.deepEqual(
      conversationsOf(two, true).map(({ sipCallId }) => sipCallId),
      ['c1@alice', 'c2@alice'],
    )
  })

  test('mutated messages never throw, and everything said is whole', () => {
    const random = seeded(11)
    const flows = [
      [invite, status(180, '180 Ringing'), ok(4000), ack(4010), bye(46_900)],
      labRegistration(credentials(), '200 OK', accepted),
    ]
    const pool = flows.flat().map(([, , , text]) => Buffer.from(text))
    let read = 0
    for (let turn = 0; turn < 400; turn++)
      for (const flow of flows) {
        const broken = flow.map(([at, from, to, text]): Written => [
          at,
          from,
          to,
          turn % 3 === 0 ? text : Buffer.from(mutate(Buffer.from(text), pool, random)).toString(),
        ])
        for (const conversation of conversationsOf(captured(broken), turn % 2 === 0))
          for (const found of explainConversation(conversation)) {
            read += 1
            for (const language of ['en', 'zh-Hant', 'zh-Hans'])
              assert.doesNotMatch(say(found, language).text, /^$|undefined|NaN|\[object/, found.name)
          }
      }
    assert.ok(read > 1000, `${read}`)
  })
})
