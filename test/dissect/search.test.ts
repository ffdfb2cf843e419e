import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PatternTimeout } from '../../electron/dissect/pattern.ts'
import { found, parseSearch, type Search } from '../../electron/dissect/search.ts'
import { runPatterns } from '../../electron/trace/pattern-worker.ts'
import { officeTrace } from '../support/sample-trace.ts'

const messages = officeTrace()

function read(written: string): Search {
  const search = parseSearch(written)
  assert.ok('terms' in search)
  return search
}

async function meeting(search: string) {
  const what = await found(parseSearch(search), messages, runPatterns)
  assert.ok('messages' in what)
  return what.messages
}

async function linesOf(search: string): Promise<readonly string[]> {
  const some = await meeting(search)
  return some.map(({ text }) => text.slice(0, text.indexOf('\r\n')))
}

test('fields are those of the message, and all that is asked is met by one message', async () => {
  const everything = messages.map(({ method, code, sipCallId }) => ({ method, code, sipCallId }))
  const counted = (wanted: (one: (typeof everything)[number]) => boolean) => everything.filter(wanted).length
  assert.equal((await linesOf('')).length, messages.length)
  assert.equal(
    (await linesOf('method:register')).length,
    counted(({ method }) => method === 'REGISTER'),
  )
  assert.equal(
    (await linesOf('code:4xx')).length,
    counted(({ code = 0 }) => code >= 400 && code < 500),
  )
  assert.deepEqual(await linesOf('code:407 method:REGISTER'), [])
  assert.ok((await linesOf('code:407 method:INVITE')).every((line) => line.startsWith('SIP/2.0 407')))
  const [{ sipCallId = '' } = {}] = everything
  assert.equal(
    (await linesOf(`Call-ID:${sipCallId}`)).length,
    counted((one) => one.sipCallId === sipCallId),
  )
})

test('a user is who calls or is called, not whoever is spoken of', async () => {
  const some = await meeting('user:1002')
  assert.ok(some.length > 0)
  for (const { text } of some) assert.match(text, /^(?:From|To|f|t): .*sip:[^@]*1002[^@]*@/im)
  const others = messages.filter((message) => !some.includes(message))
  for (const { text } of others) assert.doesNotMatch(text, /^(?:From|To|f|t): .*sip:1002@/im)
})

test('words beside each other are one text, quoted blanks belong to a field, an unknown field is a word', async () => {
  const status = await linesOf('407 proxy authentication')
  assert.ok(status.length > 0)
  assert.deepEqual(await linesOf('text:"407 Proxy Authentication"'), status)
  assert.deepEqual(await linesOf('authentication 407 proxy'), [])
  assert.deepEqual(read('sip:1002@office.lan').terms, [{ field: 'text', wanted: 'sip:1002@office.lan' }])
})

test('regular expressions search the text line by line, or one field, beside plain words', async () => {
  assert.ok((await linesOf('/^cseq: \\d+ BYE$/')).length >= 2)
  assert.deepEqual(await linesOf('/^cseq: \\d+ BYE$/m'), [])
  assert.deepEqual(await linesOf('method:/^(ACK|BYE)$/ code:200'), ['SIP/2.0 200 OK'])
  assert.deepEqual(await linesOf('/nowhere at all/ method:INVITE'), [])
  assert.deepEqual(read('/a\\/b c/i x').terms, [
    { field: 'text', source: 'a\\/b c', flags: 'i' },
    { field: 'text', wanted: 'x' },
  ])
})

test('a search that is refused says so in one way, whatever it is: an expression that is none, or one too slow', async () => {
  const refused = await found(parseSearch('code:4xx /(a/'), messages, runPatterns)
  assert.ok('refused' in refused)
  assert.deepEqual([refused.refused, /invalid regular expression/i.test(refused.why)], ['pattern', true])
  const slow = await found(parseSearch('/x/'), messages, () => Promise.reject(new PatternTimeout()))
  assert.ok('refused' in slow)
  assert.deepEqual([slow.refused, /longer than 2 s/.test(slow.why)], ['time', true])
  await assert.rejects(
    found(parseSearch('/x/'), messages, () => Promise.reject(new Error('no worker'))),
    /no worker/,
  )
})

test('an expression that would take for ever is ended; the thread that asked goes on meanwhile', async () => {
  let ticks = 0
  const ticking = setInterval(() => (ticks += 1), 5)
  const hostile = { source: '(a+)+$', flags: '', texts: [`${'a'.repeat(60)}!`] }
  await assert.rejects(runPatterns({ patterns: [hostile], count: 1 }, 150), PatternTimeout)
  clearInterval(ticking)
  assert.ok(ticks > 2)
})
