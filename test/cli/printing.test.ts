import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { explain } from '../../electron/cli/explain.ts'
import { commandHelp, generalHelp } from '../../electron/cli/help.ts'
import { watchLifetime } from '../../electron/cli/lifetime.ts'
import { createLog } from '../../electron/cli/log.ts'
import { commands, options, optionsOf } from '../../electron/cli/options.ts'
import type { CommandName } from '../../electron/cli/options.ts'
import { failedBefore, judge } from '../../electron/cli/outcome.ts'
import { Progress } from '../../electron/cli/progress.ts'
import { SoundCardNews } from '../../electron/cli/sound-card-news.ts'
import { qualitySummary } from '../../electron/cli/summary.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import type { CallEnded } from '../../electron/phone/shapes.ts'
import { someQuality } from '../support/fake-media.ts'

const ended: CallEnded = {
  callId: 'c1',
  sipCallId: 'abc@host',
  code: 200,
  reason: 'OK',
  by: 'remote',
  cause: 'normal',
  durationMs: 1234,
  quality: someQuality,
}
const nothing = { sent: false, received: false }

test('the help names every command, and of each command every option with its value', () => {
  const general = generalHelp('1.2.3')
  for (const name of Object.keys(commands) as CommandName[]) {
    assert.match(general, new RegExp(`^ {2}${name}`, 'm'))
    const help = commandHelp(name)
    for (const option of optionsOf(name)) {
      const row: { help: string; value?: string } = options[option]
      const flat = help.replaceAll(/\s+/g, ' ')
      assert.ok(
        flat.includes(`--${option}${row.value === undefined ? '' : ` ${row.value}`} ${row.help}`),
        `${name} ${option}`,
      )
    }
    assert.ok(Math.max(...help.split('\n').map((line) => line.length)) <= 100, name)
  }
  assert.match(general, /^dialtone 1\.2\.3/)
})

test('a call that went well has the SIP status, one that failed the word that stderr begins with', () => {
  const well = judge('bob@host', ended, { ringing: 1, answered: 2 }, nothing)
  assert.equal(well.failure, undefined)
  assert.deepEqual([well.outcome.answered, well.outcome.code, well.outcome.cause], [true, 200, 'normal'])
  const busy = judge('bob@host', { ...ended, code: 486, reason: 'Busy Here', cause: 'busy' }, {}, nothing)
  assert.match(busy.failure ?? '', /^busy - the other side is busy \(486 Busy Here\)\. Try again later\.$/)
  assert.deepEqual([busy.outcome.answered, busy.outcome.code, busy.outcome.sipCode], [false, 'busy', 486])
})

test('what the command gave up itself is no answer, what a person broke off is cancelled', () => {
  const cancelled: CallEnded = { ...ended, code: 487, reason: 'Request Terminated', by: 'local', cause: 'cancelled' }
  assert.equal(judge('x', cancelled, {}, nothing, true).outcome.cause, 'no-answer')
  assert.match(judge('x', cancelled, {}, nothing, false).failure ?? '', /^cancelled - /)
  assert.equal(judge('x', ended, { answered: 1 }, nothing, true).outcome.cause, 'normal')
})

test('an answered call fails when the audio that was asked for did not flow', () => {
  const silent = {
    ...ended,
    quality: {
      ...someQuality,
      received: { ...someQuality.received, packets: 0 },
      sent: { ...someQuality.sent, packets: 0 },
    },
  }
  for (const expected of [
    { sent: true, received: false },
    { sent: false, received: true },
  ]) {
    assert.match(judge('x', silent, { answered: 1 }, expected).failure ?? '', /^network-lost - .*audio/)
    const { quality: _, ...without } = ended
    assert.match(judge('x', without, { answered: 1 }, expected).failure ?? '', /^network-lost - /)
    assert.equal(judge('x', ended, { answered: 1 }, expected).failure, undefined)
  }
  assert.equal(judge('x', silent, { answered: 1 }, nothing).failure, undefined)
})

test('a failure before any call tells its code and what to try', () => {
  const { outcome, failure } = failedBefore('x', new PhoneError('port-in-use', 'SIP port 5060 is taken'))
  assert.match(failure ?? '', /^port-in-use - SIP port 5060 is taken\. Choose another port/)
  assert.deepEqual([outcome.code, outcome.cause, outcome.quality], ['port-in-use', null, null])
  assert.match(failedBefore('x', new TypeError('oops')).failure ?? '', /^internal - /)
})

test('a SIP code stands behind its meaning, and only when the other side sent it', () => {
  assert.match(explain('declined', { code: 603, reason: 'Decline', by: 'remote' }), /declined the call \(603 Decline\)/)
  assert.doesNotMatch(explain('unreachable', { code: 503, reason: 'Service Unavailable', by: 'network' }), /503/)
  assert.match(explain('unreachable', { code: 503, reason: 'no such host: x', by: 'network' }), /\(no such host: x\)/)
})

function recorded(watched: boolean) {
  const lines: string[] = []
  return { lines, progress: new Progress({ watched, err: (line) => void lines.push(line) }) }
}

test('for a script the failure comes first, for a person everything as it happens', () => {
  const script = recorded(false)
  script.progress.remark('calling bob')
  script.progress.logTo('error')('a logged fault')
  script.progress.failure('busy - they are busy.')
  assert.deepEqual(script.lines, ['busy - they are busy.', 'calling bob', 'a logged fault'])
  const person = recorded(true)
  person.progress.remark('calling bob')
  person.progress.failure('busy - they are busy.')
  assert.deepEqual(person.lines, ['calling bob', 'busy - they are busy.'])
  const later = recorded(false)
  later.progress.remark('calling bob')
  later.progress.event('ringing')
  later.progress.logTo('error')('a logged fault')
  assert.deepEqual(later.lines, ['calling bob', 'ringing', 'a logged fault'])
})

test('the sound card is news when it goes and when it comes back', () => {
  const { lines, progress } = recorded(true)
  const news = new SoundCardNews(progress)
  for (const state of ['idle', 'running', 'lost', 'lost', 'idle', 'running', 'running', 'unavailable'] as const)
    news.onState(state)
  assert.deepEqual(
    lines.map((line) => /gone|back$|no sound card/.exec(line)?.[0]),
    ['gone', 'back', 'no sound card'],
  )
})

test('the log keeps its level, and secrets out of its lines', () => {
  const lines: string[] = []
  const log = createLog(
    'warn',
    (line) => void lines.push(line),
    () => 0,
  )
  log.info('quiet')
  log.warn('loud', { password: 'hunter2', account: { HA1: 'hunter2', user: 'bob' }, Authorization: 'hunter2', n: 1n })
  log.error('worse', { error: new Error('why') })
  assert.equal(lines.length, 2)
  assert.match(
    lines[0] ?? '',
    /^1970-01-01T00:00:00\.000Z warn loud password=\*\*\* account=\{"HA1":"\*\*\*","user":"bob"\}/,
  )
  assert.match(lines[1] ?? '', /worse error=Error: why/)
  assert.doesNotMatch(lines.join('\n'), /hunter2/)
})

test('the summary names what a person asks of a call', () => {
  const text = qualitySummary(someQuality).join('\n')
  for (const word of [/received +PCMU/, /sent +PCMU/, /lost/, /jitter/, /MOS/, /kbit\/s Ethernet/, /delay/])
    assert.match(text, word)
})

test('a signal ends in order, a second one at once, and so does the end of the parent', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] })
  const subject = Object.assign(new EventEmitter(), { ppid: 100 })
  let forced = 0
  const life = watchLifetime(subject, () => (forced += 1))
  subject.emit('SIGTERM')
  assert.equal(await life.stopped, 'SIGTERM')
  assert.equal(forced, 0)
  subject.emit('SIGINT')
  assert.equal(forced, 1)
  life.close()
  assert.deepEqual([subject.listenerCount('SIGTERM'), subject.listenerCount('SIGINT')], [0, 0])
  const orphan = watchLifetime(subject, () => {})
  subject.ppid = 1
  t.mock.timers.tick(1000)
  assert.equal(await orphan.stopped, 'parent-gone')
  orphan.close()
})
