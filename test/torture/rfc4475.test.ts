import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { suite, test } from 'node:test'
import { parseCSeq } from '../../electron/sip/message/cseq.ts'
import { header, headers } from '../../electron/sip/message/headers.ts'
import { unquote } from '../../electron/sip/message/grammar.ts'
import type { SipMessage, SipRequest, SipResponse } from '../../electron/sip/message/message.ts'
import { parseNameAddr, tagOf } from '../../electron/sip/message/name-addr.ts'
import { param } from '../../electron/sip/message/params.ts'
import { parseMessage } from '../../electron/sip/message/parse.ts'
import { parseUri, userOf } from '../../electron/sip/message/uri.ts'
import { requestFault, responseFault } from '../../electron/sip/message/validate.ts'
import { branchOf, parseVia } from '../../electron/sip/message/via.ts'
import { tortureSet } from './torture-set.ts'

/** What has to become of a message below the transaction user: an error answer, silence, or on to the user. */
type Verdict = 'process' | 'discard' | 400 | 416 | 501 | 505

const refused: Readonly<Record<string, Verdict>> = {
  badinv01: 400,
  clerr: 400,
  ncl: 400,
  scalar02: 400,
  scalarlg: 'discard',
  quotbal: 400,
  ltgtruri: 400,
  lwsruri: 400,
  lwsstart: 400,
  trws: 400,
  escruri: 400,
  regbadct: 400,
  badaspec: 400,
  baddn: 400,
  badvers: 505,
  mismatch01: 400,
  mismatch02: 501,
  bigcode: 'discard',
  insuf: 400,
  unkscm: 416,
  novelsc: 416,
  multi01: 400,
  mcl01: 400,
  bcast: 'discard',
}

function verdictOn(bytes: Uint8Array): Verdict {
  const result = parseMessage(bytes)
  if (!result.ok) return result.status ?? 'discard'
  if (result.message.kind === 'response') return responseFault(result.message) ? 'discard' : 'process'
  return requestFault(result.message)?.status ?? 'process'
}

const messages = tortureSet()

suite('RFC 4475: every torture message gets what is due to it', () => {
  test('the set is complete and byte-exact', () => {
    assert.equal(messages.length, 49)
    for (const { file, sha256, bytes } of messages) {
      assert.equal(createHash('sha256').update(bytes).digest('hex'), sha256, file)
    }
    const names = messages.map(({ file }) => file.replace('.dat', ''))
    assert.deepEqual(
      Object.keys(refused).filter((name) => !names.includes(name)),
      [],
    )
  })

  for (const message of messages) {
    const expected = refused[message.file.replace('.dat', '')] ?? 'process'
    test(`${message.section} ${message.title}: ${expected}`, () => {
      assert.equal(verdictOn(message.bytes), expected)
      if (typeof expected === 'number') assert.ok(message.accepts(expected), 'the RFC allows that answer')
      else if (message.kind === 'request')
        assert.ok(message.accepts(200) || message.class === 'semantic' || message.class === 'valid')
      else assert.equal(expected === 'discard', message.action === 'discard')
    })
  }

  test('whoever gets an error answer can be told which request it answers', () => {
    for (const { file, bytes } of messages) {
      const result = parseMessage(bytes)
      if (result.ok || result.status === undefined) continue
      assert.ok(result.partial, file)
      for (const name of ['Via', 'From', 'To', 'Call-ID', 'CSeq'])
        assert.ok(header(result.partial, name), `${file} ${name}`)
    }
  })
})

function read(name: string): SipMessage {
  const found = messages.find(({ file }) => file === `${name}.dat`)
  const result = found && parseMessage(found.bytes)
  if (!result?.ok) throw new Error(`${name} was refused`)
  return result.message
}

const readRequest = (name: string) => read(name) as SipRequest
const readResponse = (name: string) => read(name) as SipResponse

suite('RFC 4475: the valid ones are understood', () => {
  test('method or status of each is the one it has', () => {
    for (const { file, methodOrCode, bytes } of messages) {
      const result = parseMessage(bytes)
      if (!result.ok) continue
      const { message } = result
      assert.equal(message.kind === 'request' ? message.method : String(message.status), methodOrCode, file)
    }
  })

  test('3.1.1.1: folding, blanks, compact forms, lists', () => {
    const request = readRequest('wsinv')
    assert.equal(tagOf(header(request, 'To') ?? ''), '1918181833n')
    const from = parseNameAddr(header(request, 'From') ?? '')
    assert.equal(from?.displayName, 'J Rosenberg \\"')
    assert.equal(from && param(from.params, 'tag'), '98asjd8')
    assert.equal(header(request, 'Max-Forwards'), '0068')
    assert.deepEqual(parseCSeq(header(request, 'CSeq') ?? ''), { number: 9, method: 'INVITE' })
    const vias = headers(request, 'Via').map((value) => parseVia(value))
    assert.deepEqual(
      vias.map((via) => via && [via.transport, via.host, branchOf(via)]),
      [
        ['UDP', '192.0.2.2', '390skdjuw'],
        ['TCP', 'spindle.example.com', 'z9hG4bK9ikj8'],
        ['UDP', '192.168.255.111', 'z9hG4bK30239'],
      ],
    )
    assert.equal(header(request, 'Subject'), '')
    assert.equal(header(request, 'NewFangledHeader'), 'newfangled value continued newfangled value')
    assert.equal(header(request, 'UnknownHeaderWithUnusualValue'), ';;,,;;,;')
    assert.equal(header(request, 'Route'), '<sip:services.example.com;lr;unknownwith=value;unknown-no-value>')
    const contact = parseNameAddr(header(request, 'Contact') ?? '')
    assert.equal(contact?.displayName, 'Quoted string ""')
    assert.equal(contact && param(contact.params, 'q'), '0.33')
    assert.equal(request.body.byteLength, 150)
  })

  test('3.1.1.2: characters that are rarely seen, kept to the byte', () => {
    const request = readRequest('intmeth')
    assert.equal(header(request, 'Call-ID'), 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{')
    assert.equal(header(request, "extensionHeader-!.%*+_`'~"), '\ufeff大停電')
    const to = parseNameAddr(header(request, 'To') ?? '')
    assert.equal(to?.displayName, 'BEL:\x07 NUL:\x00 DEL:\x7f')
    const from = parseNameAddr(header(request, 'From') ?? '')
    assert.equal(from?.displayName, "token1~` token2'+_ token3*%!.-")
    assert.equal(unquote((from && param(from.params, "fromParam''~+*_!.-%")) ?? ''), 'работающий')
    assert.equal(tagOf(header(request, 'From') ?? ''), "_token~1'+`*%!-.")
    assert.equal(branchOf(parseVia(header(request, 'Via') ?? '')!), "z9hG4bK-.!%66*_+`'~")
    const uri = parseUri(request.uri)
    assert.equal(uri?.user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*")
    assert.equal(uri?.password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
  })

  test('3.1.1.3 and 3.1.1.4: escapes are undone once, and a zero byte ends nothing', () => {
    const uri = parseUri(readRequest('esc01').uri)
    assert.equal(uri && userOf(uri), 'sips:user@example.com')
    const contact = parseNameAddr(header(readRequest('esc01'), 'Contact') ?? '')
    const contactUri = parseUri(contact?.uri ?? '')
    assert.equal(contactUri && userOf(contactUri), 'caller')
    assert.equal(contactUri && param(contactUri.params, 'n%61me'), 'v%61lue%25%34%31')
    const contacts = headers(readRequest('escnull'), 'Contact').map((value) => parseNameAddr(value)?.uri ?? '')
    assert.deepEqual(
      contacts.map((text) => userOf(parseUri(text)!)),
      ['\0', '\0\0'],
    )
  })

  test('3.1.1.5: a percent sign in a method or a header name is no escape', () => {
    const request = readRequest('esc02')
    assert.equal(request.method, 'RE%47IST%45R')
    assert.equal(headers(request, 'Contact').length, 2)
    assert.equal(header(request, 'C%6Fntact'), '<sip:alias2@host2.example.com>')
  })

  test('3.1.1.6: no blank between name and <', () => {
    const from = parseNameAddr(header(readRequest('lwsdisp'), 'From') ?? '')
    assert.deepEqual([from?.displayName, from?.uri], ['caller', 'sip:caller@example.com'])
  })

  test('3.1.1.7: 34 Vias and values without end', () => {
    const request = readRequest('longreq')
    assert.equal(headers(request, 'Via').length, 34)
    assert.match(parseNameAddr(header(request, 'To') ?? '')?.displayName ?? '', /extremeextreme proportion$/)
  })

  test('3.1.1.8: what follows the message is cut off', () => {
    const bytes = messages.find(({ file }) => file === 'dblreq.dat')!.bytes
    const result = parseMessage(bytes)
    assert.ok(result.ok)
    assert.equal(result.message.body.byteLength, 0)
    assert.deepEqual(result.notes, ['450 bytes after the body cut off'])
  })

  test('3.1.1.9 to 3.1.1.13: semicolons in the user, unknown transports, binary bodies, odd reasons', () => {
    const uri = parseUri(readRequest('semiuri').uri)
    assert.equal(uri && userOf(uri), 'user;par=u@example.net')
    assert.deepEqual(
      headers(readRequest('transports'), 'Via').map((value) => parseVia(value)?.transport),
      ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'],
    )
    const multipart = readRequest('mpart01')
    assert.equal(multipart.body.byteLength, Number(header(multipart, 'Content-Length')))
    assert.ok(multipart.body.includes(0))
    assert.equal(readResponse('unreason').reason, '= 2**3 * 5**2 но сто девяносто девять - простое')
    assert.equal(readResponse('noreason').reason, '')
  })

  test('3.3.12 to 3.3.14: whose parameter and whose header it is', () => {
    const contact = (name: string) => parseNameAddr(header(readRequest(name), 'Contact') ?? '')
    const bare = contact('cparam01')
    assert.equal(bare && param(bare.params, 'unknownparam'), '')
    const bracketed = contact('cparam02')
    assert.deepEqual(bracketed?.params, [])
    assert.equal(param(parseUri(bracketed?.uri ?? '')!.params, 'unknownparam'), '')
    assert.equal(parseUri(contact('regescrt')?.uri ?? '')?.headers, 'Route=%3Csip:sip.example.com%3E')
  })
})
