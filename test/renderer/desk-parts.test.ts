import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeAccount } from '../../electron/phone/account.ts'
import { defaultAccount } from '../../electron/phone/default-account.ts'
import { defaultSettings, mergeSettings } from '../../electron/phone/settings.ts'
import { csvOf } from '../../renderer/call-log/csv.ts'
import { labPatches, readLabTable } from '../../renderer/settings/lab-table.ts'
import { readProfile, writeProfile } from '../../renderer/settings/profile-file.ts'
import { ann, entry, quality } from '../support/sample-calls.ts'

test('the log as CSV: one row a call, what breaks cells quoted, formulas of strangers made texts', () => {
  const csv = csvOf([
    entry(ann, 0, { quality: quality() }),
    entry({ uri: 'sip:x@y', displayName: '=HYPERLINK("http://evil","x")' }, 1, {
      reason: 'No, thanks\r\nBye',
      code: 0,
    }),
  ])
  assert.ok(csv.startsWith('\ufeffat,direction,name,uri,'))
  const [, first = '', ...rest] = csv.split('\r\n')
  assert.match(first, /,outgoing,周雅婷 Chou Ya-ting,sip:1002@office\.lan,yes,no,200,OK,normal,43,PCMU,0\.4,3\.1,4\.3,/)
  const second = rest.join('\r\n')
  assert.ok(second.includes(`"'=HYPERLINK(""http://evil"",""x"")"`))
  assert.ok(second.includes('"No, thanks\r\nBye"'))
  assert.equal(csvOf([]).split('\r\n').length, 2)
})

const sheet = `
  Display Name: 1001
Username	1001
Authorization User = 1001
Password: 1001
Domain/Realm: 192.168.1.132
SIP Proxy:  192.168.1.132:5060
Out Bound Proxy: none
Use Outbound Proxy: Default
Send Internal IP: Always
Register: ALWAYS
Direct Dial IP: Yes
Listen SIP Port   50600
Listen RTP Port: 8000
Reregister Proxy：１８０
Use X-NAT to Choose SIP/RTP Ports: Never
Network card: Realtek
NAT Firewall IP: somewhere
`

test('the table of an X-Lite lab sheet is understood line by line', () => {
  const rows = readLabTable(sheet)
  const by = (kind: string) => rows.filter((row) => row.kind === kind).map(({ text }) => text)
  assert.deepEqual(by('unknown'), ['Network card: Realtek'])
  assert.deepEqual(by('wrong'), ['NAT Firewall IP: somewhere'])
  const { account, settings } = labPatches(rows)
  const { password, ...fields } = account
  assert.equal(password, '1001')
  const kept = changeAccount(defaultAccount, fields)
  assert.equal(kept.proxy, '192.168.1.132:5060')
  assert.equal(kept.outboundProxy, '')
  assert.deepEqual([kept.register, kept.sendInternalIp, kept.useOutboundProxy], ['always', 'always', 'default'])
  assert.equal(kept.reregisterSeconds, 180)
  const { network } = mergeSettings(defaultSettings, settings)
  assert.deepEqual([network.sipPort, network.rtpPorts, network.useXNat], [50_600, [8000, 8001], 'never'])
  // The password is not for those who look over a shoulder.
  assert.ok(!JSON.stringify(rows.map((row) => ('shown' in row ? row.shown : ''))).includes('1001\u2022'))
  assert.equal(
    rows.find((row) => row.kind === 'good' && row.field.path === 'password' && row.shown === '1001'),
    undefined,
  )
})

test('a sheet that means nothing, or far too much, is harmless', () => {
  assert.deepEqual(readLabTable(''), [])
  assert.ok(readLabTable('x\n'.repeat(100_000)).length <= 200)
  assert.deepEqual(labPatches(readLabTable('hello\n: 5\nForward To (busy): 1009')), {
    account: { forward: { noAnswerSeconds: 20, busy: '1009' } },
    settings: {},
  })
})

test('a profile goes into a file and back without a secret', () => {
  const account = {
    ...changeAccount(defaultAccount, { username: '1001', domain: 'office.lan' }),
    id: 'a',
    hasPassword: true,
  }
  const text = writeProfile(defaultSettings, [account], 'BEGIN:VCARD\r\nEND:VCARD\r\n')
  assert.doesNotMatch(text, /password/i)
  const profile = readProfile(text)
  assert.deepEqual(mergeSettings(defaultSettings, profile?.settings), defaultSettings)
  assert.equal(changeAccount(defaultAccount, profile?.accounts[0] ?? {}).username, '1001')
  assert.match(profile?.contacts ?? '', /VCARD/)
  for (const broken of ['', '{', '[]', 'null', '{"format":"other"}']) assert.equal(readProfile(broken), undefined)
  const odd = readProfile(
    '{"format":"dialtone-profile","settings":7,"accounts":[1,{"id":"x","password":"s","username":"u"}]}',
  )
  assert.deepEqual(odd, { settings: {}, accounts: [{ username: 'u' }], contacts: '' })
})
