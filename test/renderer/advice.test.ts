import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { explain } from '../../electron/cli/explain.ts'
import { told } from '../../electron/cli/outcome.ts'
import { errorCodes } from '../../electron/ipc/contract.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import { adviceOnFailure, adviceOnStatus } from '../../renderer/explain/advice.ts'

interface Words {
  readonly codes: Readonly<Record<string, { readonly meaning: string; readonly remedy: string }>>
  readonly failures: Words['codes']
}

const folder = resolve(import.meta.dirname, '../../assets/codes')
const read = (language: string) => JSON.parse(readFileSync(`${folder}/${language}.json`, 'utf8')) as Words
const tables = { en: read('en'), 'zh-Hant': read('zh-Hant'), 'zh-Hans': read('zh-Hans') }

/** RFC 3261 21, every one. */
const rfc3261 = [
  [100, 180, 181, 182, 183, 200, 300, 301, 302, 305, 380],
  [400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 413, 414, 415, 416, 420, 421, 423],
  [480, 481, 482, 483, 484, 485, 486, 487, 488, 491, 493],
  [500, 501, 502, 503, 504, 505, 513, 600, 603, 604, 606],
].flat()
/** Of its extensions: those of the lab sheets, and those that we ourselves send or are sent. */
const others = [199, 202, 204, 412, 417, 422, 424, 428, 429, 433, 436, 437, 438, 439, 440, 469, 470, 489, 494, 580, 607]

for (const [language, { codes, failures }] of Object.entries(tables)) {
  test(`${language}: every code and every failure has a meaning and a remedy`, () => {
    for (const code of [...rfc3261, ...others, 608]) assert.ok(codes[code], String(code))
    for (const failure of [...errorCodes, 'network-lost', 'no-answer']) assert.ok(failures[failure], failure)
    for (const [key, { meaning, remedy }] of Object.entries({ ...codes, ...failures })) {
      assert.ok(meaning.length > 1 && remedy.length > 1, key)
      assert.match(remedy, /[.。]$/, key)
      assert.doesNotMatch(meaning, /[.。]$/, key)
      if (language === 'en') assert.doesNotMatch(meaning + remedy, /\p{Script=Han}/u, key)
      else assert.match(meaning, /\p{Script=Han}/u, key)
    }
  })

  test(`${language} has the same keys as English`, () => {
    assert.deepEqual(Object.keys(codes), Object.keys(tables.en.codes))
    assert.deepEqual(Object.keys(failures), Object.keys(tables.en.failures))
  })
}

test('neither Chinese slips into the other', () => {
  const simplified = /[设码话户输务标级册网络电无选单开关闭启请为时说与对应该总边还这样误问题没线号录频权声质]/u
  const traditional = /[設碼話戶輸務標級冊網絡電無選單開關閉啟請為時說與對應該總邊還這樣誤問題沒線號錄頻權聲質]/u
  assert.doesNotMatch(JSON.stringify(tables['zh-Hant']), simplified)
  assert.doesNotMatch(JSON.stringify(tables['zh-Hans']), traditional)
})

test('the command says them', () => {
  assert.equal(
    explain('busy', { code: 486, reason: 'Busy Here', by: 'remote' }),
    'the other side is busy (486 Busy Here). Try again later.',
  )
  // RFC 3261 8.1.3.2: a code that nobody knows means what the x00 of its class does.
  assert.match(explain('unavailable', { code: 499, reason: 'Odd', by: 'remote' }), /^the other side did not understand/)
  const rejected = new PhoneError('rejected', 'The peer refused to be transferred: 603 Decline', { sipCode: 603 })
  assert.deepEqual(told(rejected), {
    code: 'rejected',
    message: 'The peer refused to be transferred: 603 Decline - the other side declined the call; Try again later.',
  })
  assert.match(told(new PhoneError('port-in-use', 'Port 5060 is taken')).message, /dialtone doctor/)
})

test('the window says them as sentences, in its own language', () => {
  assert.deepEqual(adviceOnStatus(486, 'en'), { meaning: 'The other side is busy.', remedy: 'Try again later.' })
  assert.deepEqual(adviceOnStatus(486, 'zh-Hant'), { meaning: '對方忙線中。', remedy: '請稍後再試。' })
  assert.equal(adviceOnStatus(699, 'zh-Hans')?.meaning, '对方所有话机都忙线。')
  assert.equal(adviceOnFailure('no-audio-device', 'en')?.remedy, tables.en.failures['no-audio-device']?.remedy)
  assert.equal(adviceOnFailure('no such code', 'en'), undefined)
})
