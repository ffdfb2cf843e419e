import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowsOf } from '../../renderer/call-log/rows.ts'
import { cleanPaste, peopleOf, suggestionsFor } from '../../renderer/dialer/suggestions.ts'
import { languageFor } from '../../renderer/language/language.ts'
import { columnCount, columnMs, heightOf, keepLevelsOf, Levels, levelsOf } from '../../renderer/state/levels.ts'
import { linesOf } from '../../renderer/state/lines.ts'
import { clockText, lengthText } from '../../renderer/text/duration.ts'
import { ann, call, chen, entry, marta, officeLog, ringing, unanswered } from '../support/sample-calls.ts'

test('levels: half a minute in columns, the peak of each, gaps included', () => {
  const levels = new Levels()
  levels.add({ microphoneDbfs: -30, speakerDbfs: -100 }, 0)
  levels.add({ microphoneDbfs: -6, speakerDbfs: -60 }, columnMs / 2)
  assert.equal(levels.columns.length, 1)
  assert.equal(levels.columns[0]?.microphone, heightOf(-6))
  levels.lose(columnMs * 3.5)
  assert.deepEqual(
    levels.columns.map(({ lost }) => lost),
    [false, false, false, true],
  )
  levels.add({ microphoneDbfs: -30, speakerDbfs: -30 }, columnMs * 1000)
  assert.equal(levels.columns.length, columnCount)
  assert.equal(levels.columns.at(-1)?.speaker, heightOf(-30))
  for (let time = 0; time < 10_000; time++)
    levels.add({ microphoneDbfs: 0, speakerDbfs: 0 }, columnMs * 1000 + time * 70)
  assert.equal(levels.columns.length, columnCount)
})

test('levels: a listener hears each change until it has gone', () => {
  const levels = new Levels()
  let heard = 0
  const stop = levels.listen(() => heard++)
  levels.add({ microphoneDbfs: 0, speakerDbfs: 0 }, 0)
  stop()
  levels.add({ microphoneDbfs: 0, speakerDbfs: 0 }, 1)
  assert.equal(heard, 1)
})

test('levels: those of calls there are no more are forgotten, those of the audio test stay', () => {
  const [test, running, over] = [levelsOf(''), levelsOf('running'), levelsOf('over')]
  keepLevelsOf(['running'])
  assert.equal(levelsOf(''), test)
  assert.equal(levelsOf('running'), running)
  assert.notEqual(levelsOf('over'), over)
  keepLevelsOf([])
})

test('lines: the talking one is active, else the one being dialled, else the first held', () => {
  const held = call(ann, { onHold: { local: true, remote: false } })
  const talking = call(marta)
  const dialled = unanswered(chen, { state: 'early' })
  assert.equal(linesOf([held, talking, dialled]).active, talking)
  assert.equal(linesOf([held, dialled]).active, dialled)
  // In a conference several talk: one of them can be chosen, one that is held not.
  const other = { ...talking, callId: 'other' }
  assert.equal(linesOf([talking, other], 'other').active, other)
  assert.equal(linesOf([talking, held], held.callId).active, talking)
  assert.equal(linesOf([held]).active, held)
  assert.equal(linesOf([ringing(ann)]).active, undefined)
  const [first, second] = [ringing(ann), ringing(marta)]
  assert.deepEqual(linesOf([first, second]).ringing, [second, first])
})

test('rows: a heading a day, missed calls of one caller in a row folded, removed ones gone', () => {
  const log = officeLog()
  const rows = rowsOf(log, 'all', [])
  assert.equal(rows.filter(({ kind }) => kind === 'day').length, 2)
  const folded = rows.filter((row) => row.kind === 'call' && row.ids.length === 2)
  assert.equal(folded.length, 1)
  assert.equal(
    rowsOf(
      log,
      'all',
      log.map(({ id }) => id),
    ).length,
    0,
  )
  for (const row of rowsOf(log, 'outgoing', [])) if (row.kind === 'call') assert.equal(row.entry.direction, 'outgoing')
  const apart = [entry(ann, 0), entry(ann, 1)]
  assert.equal(rowsOf(apart, 'all', []).filter(({ kind }) => kind === 'call').length, 2)
})

test('suggestions: one row a person, what begins with the text first, at most thirty', () => {
  const people = peopleOf(
    [entry(ann, 0), entry(ann, 1), entry({ uri: 'sip:bob@100.example.org' }, 2), entry(marta, 3)],
    [],
  )
  assert.deepEqual(
    people.map(({ uri }) => uri),
    [ann.uri, 'sip:bob@100.example.org', marta.uri],
  )
  assert.deepEqual(
    suggestionsFor('100', people).map(({ uri }) => uri),
    [ann.uri, marta.uri, 'sip:bob@100.example.org'],
  )
  assert.equal(suggestionsFor('雅婷', people)[0]?.uri, ann.uri)
  assert.equal(suggestionsFor('ＭＡＲＴＡ', people)[0]?.uri, marta.uri)
  const many = peopleOf(
    Array.from({ length: 100 }, (_, index) => entry({ uri: `sip:1${index}@x.org` }, index)),
    [],
  )
  assert.equal(suggestionsFor('1', many).length, 30)
})

const pasted: [text: string, clean: string][] = [
  [' tel:+886 (2) 2345-6789 ', '+886223456789'],
  ['sip:bob@example.org', 'sip:bob@example.org'],
  ['192.168.1.20', '192.168.1.20'],
  ['1001@192.168.1.20\r\nsecond line', '1001@192.168.1.20'],
  ['', ''],
]
for (const [text, clean] of pasted) test(`pasted: ${JSON.stringify(text)}`, () => assert.equal(cleanPaste(text), clean))

test('durations', () => {
  assert.deepEqual([clockText(0), clockText(167_000), clockText(3_767_999)], ['00:00', '02:47', '1:02:47'])
  assert.deepEqual([lengthText(43_000), lengthText(665_000), lengthText(-1)], ['0:43', '11:05', '0:00'])
})

test('the language is the chosen one, else the first of the system that is spoken here', () => {
  assert.equal(languageFor('zh-TW', ['en']), 'zh-Hant')
  assert.equal(languageFor('auto', ['fr', 'zh-Hant-HK', 'en']), 'zh-Hant')
  assert.equal(languageFor('auto', ['zh-SG']), 'zh-Hans')
  assert.equal(languageFor('auto', ['de', 'en-US', 'zh']), 'en')
  assert.equal(languageFor('auto', []), 'en')
})
