import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeAccount } from '../../electron/phone/account.ts'
import { defaultAccount } from '../../electron/phone/default-account.ts'
import { defaultSettings, mergeSettings } from '../../electron/phone/settings.ts'
import { homeOf } from '../../renderer/dialer/home.ts'
import { readTarget } from '../../renderer/dialer/read-target.ts'
import { accountFields } from '../../renderer/settings/account-fields.ts'
import { type Field, patchOf, valuesOf } from '../../renderer/settings/field.ts'
import { meaningOfDefault } from '../../renderer/settings/meaning-of-default.ts'
import { pages, phoneFields } from '../../renderer/settings/phone-fields.ts'
import { searchSettings } from '../../renderer/settings/search.ts'
import { shownSteps, verdictOf } from '../../renderer/settings/test-steps.ts'
import { faultOf, faultsOf } from '../../renderer/settings/validate.ts'
import { dialThrough } from '../../electron/phone/account-line.ts'
import { readTranslations } from '../support/translations.ts'

const { en, ...others } = readTranslations()
const everyField = [...accountFields, ...pages.flatMap((page) => phoneFields[page])]
const fieldOf = (path: string) => everyField.find((field) => field.path === path)!

test('what is shown and saved again changes nothing', () => {
  const fields = accountFields.filter(({ path }) => path !== 'password')
  const account = changeAccount(defaultAccount, {
    username: '1001',
    domain: 'office.lan:5070',
    codecs: ['PCMA'],
    forward: { busy: '1002', noAnswerSeconds: 30 },
    sessionTimer: { on: true, seconds: 600 },
  })
  const again = changeAccount(account, patchOf(valuesOf(account, fields), fields))
  assert.deepEqual(again, {
    ...account,
    pickupCode: '',
    forward: { always: '', busy: '1002', noAnswer: '', noAnswerSeconds: 30 },
  })
  for (const page of pages) {
    const patch = patchOf(valuesOf(defaultSettings, phoneFields[page]), phoneFields[page])
    assert.deepEqual(mergeSettings(defaultSettings, patch), defaultSettings)
  }
})

test('the form holds every field of an account', () => {
  const paths = (tree: object, path = ''): string[] =>
    Object.entries(tree).flatMap(([key, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? paths(value as object, `${path}${key}.`)
        : [path + key],
    )
  const shown = new Set(accountFields.map(({ path }) => path))
  // These two are switches of their own on the page.
  const missing = paths(defaultAccount).filter((path) => !shown.has(path) && path !== 'enabled' && path !== 'isDefault')
  assert.deepEqual(missing, [])
})

test('every setting of the phone is on a page', () => {
  const shown = new Set(everyField.map(({ path }) => path))
  // Devices, language and colours have controls of their own.
  const own = /^(?:ui\.|audio\.(?:input|output|ring)$)/
  const all = Object.entries(defaultSettings).flatMap(([group, settings]) =>
    Object.entries(settings).flatMap(([key, value]) =>
      key === 'autoAnswer'
        ? Object.keys(value as object).map((inner) => `${group}.${key}.${inner}`)
        : `${group}.${key}`,
    ),
  )
  assert.deepEqual(
    all.filter((path) => !own.test(path) && !shown.has(path)),
    [],
  )
})

for (const [language, texts] of Object.entries({ en, ...others }))
  test(`${language}: each field has a name, a help line and names of its choices`, () => {
    for (const { path, label, kind } of everyField) {
      assert.ok(texts.has(`field.${path}`), path)
      assert.ok(label !== undefined || texts.has(`label.${path}`), path)
      if (kind.type === 'choice' && kind.names === undefined)
        for (const value of kind.values) assert.ok(texts.has(`choice.${path}.${value}`), `${path} ${value}`)
    }
  })

const judged: readonly (readonly [path: string, value: string, fault: string | undefined])[] = [
  ['username', '1001', undefined],
  ['username', '1001@office.lan', 'user'],
  ['displayName', 'A\u0007', 'control'],
  ['displayName', 'x'.repeat(129), 'tooLong'],
  ['proxy', '', undefined],
  ['proxy', '192.168.11.175:50600', undefined],
  ['proxy', 'office.lan', undefined],
  ['proxy', '[2001:db8::1]:5061', undefined],
  ['proxy', '192.168.11.175:99999', 'host'],
  ['proxy', '192.168.11.999', 'host'],
  ['proxy', 'sip:office.lan', 'host'],
  ['proxy', '1001@office.lan', 'host'],
  ['reregisterSeconds', '180', undefined],
  ['reregisterSeconds', '3', 'range'],
  ['reregisterSeconds', 'soon', 'range'],
  ['reregisterSeconds', '', 'range'],
  ['dialPrefix', '0', undefined],
  ['dialPrefix', 'zero', 'digits'],
  ['network.listenIp', '192.168.11.20', undefined],
  ['network.listenIp', '2001:db8::1', undefined],
  ['network.listenIp', 'office.lan', 'ip'],
  ['network.rtpPorts', '8000', undefined],
  ['network.rtpPorts', '8000-8999', undefined],
  ['network.rtpPorts', '8001-8002', 'ports'],
  ['network.rtpPorts', '80', 'ports'],
  ['network.stunServers', 'stun.a.org, stun.b.org:3478', undefined],
  ['network.stunServers', 'stun a@b', 'hosts'],
]
for (const [path, value, fault] of judged)
  test(`${path} ${JSON.stringify(value.slice(0, 30))}: ${fault ?? 'good'}, as the phone says`, () => {
    const field = fieldOf(path)
    assert.equal(faultOf(field, value), fault)
    const patch = patchOf({ [path]: value }, [field])
    const phone = () =>
      accountFields.includes(field) ? changeAccount(defaultAccount, patch) : mergeSettings(defaultSettings, patch)
    if (fault === undefined) assert.doesNotThrow(phone)
    // The phone takes any text for the name of a STUN server.
    else if (fault !== 'hosts') assert.throws(phone)
  })

test('one RTP port means it and the next; a codec list may be empty in an account only', () => {
  assert.deepEqual(patchOf({ 'network.rtpPorts': '8000' }, [fieldOf('network.rtpPorts')]), {
    network: { rtpPorts: [8000, 8001] },
  })
  assert.deepEqual(faultsOf({ 'audio.codecs': [] }, [fieldOf('audio.codecs')]), { 'audio.codecs': 'noCodec' })
  assert.deepEqual(faultsOf({ codecs: [] }, [fieldOf('codecs')]), {})
})

test('what Default means follows what is typed and the settings', () => {
  const auto = defaultSettings.defaults
  const values = { useOutboundProxy: 'default', register: 'default', outboundProxy: '' }
  assert.deepEqual(meaningOfDefault('useOutboundProxy', values, auto), { always: false, why: 'noProxy' })
  assert.deepEqual(meaningOfDefault('useOutboundProxy', { ...values, outboundProxy: 'x.org' }, auto), {
    always: true,
    why: 'proxyGiven',
  })
  assert.deepEqual(meaningOfDefault('register', values, { ...auto, register: 'never' }), {
    always: false,
    why: 'settings',
  })
  assert.equal(meaningOfDefault('register', { ...values, register: 'always' }, auto), undefined)
  assert.equal(meaningOfDefault('dtmf', values, auto), undefined)
})

test('a setting is found by X-Lite\u2019s name and by what it means, in each language', () => {
  for (const texts of [en, ...Object.values(others)]) {
    const labelOf = (field: Field) => field.label ?? texts.get(`label.${field.path}`) ?? ''
    const helpOf = ({ path }: Field) => texts.get(`field.${path}`) ?? ''
    const found = (text: string) => searchSettings(text, labelOf, helpOf).map(({ field }) => field.path)
    assert.equal(found('Listen SIP')[0], 'network.sipPort')
    assert.equal(found('dialprefix')[0], 'dialPrefix')
    assert.ok(found('STUN').includes('network.useXNat'))
    assert.ok(found('50600').includes('network.sipPort'))
    assert.deepEqual(found('  '), [])
    assert.deepEqual(found('no such thing'), [])
  }
})

test('a test shows the whole way, and who is at fault', () => {
  const passed = { step: 'dns', ok: true, detail: 'at 192.0.2.1' } as const
  assert.deepEqual(
    shownSteps([passed, { step: 'connect', ok: false, detail: 'refused' }], 'udp').map(({ step, state }) => [
      step,
      state,
    ]),
    [
      ['dns', 'ok'],
      ['connect', 'failed'],
      ['register', 'notReached'],
    ],
  )
  assert.deepEqual(
    shownSteps(undefined, 'tls', [passed]).map(({ step, state }) => [step, state]),
    [
      ['dns', 'ok'],
      ['connect', 'running'],
      ['tls', 'waiting'],
      ['register', 'waiting'],
    ],
  )
  // What was reached at first and then fails has failed.
  const [, connect] = shownSteps(undefined, 'tcp', [
    passed,
    { step: 'connect', ok: true, detail: '' },
    { step: 'connect', ok: false, detail: 'gone', durationMs: 7 },
  ])
  assert.deepEqual(connect, { step: 'connect', state: 'failed', detail: 'gone', durationMs: 7 })
  const refused = (code: number) => [passed, { step: 'register', ok: false, code, detail: '' } as const]
  const typed = { hasPassword: true, proxy: '192.0.2.1' }
  assert.deepEqual(verdictOf(refused(407), typed), { cause: 'password', field: 'password' })
  assert.deepEqual(verdictOf(refused(401), { ...typed, hasPassword: false }), {
    cause: 'noPassword',
    field: 'password',
  })
  assert.deepEqual(verdictOf(refused(404), typed), { cause: 'unknownUser', field: 'username' })
  assert.deepEqual(verdictOf(refused(499), { ...typed, proxy: '' }), { cause: 'other', field: 'domain' })
  assert.equal(verdictOf([passed], typed), undefined)
})

test('with an account a number goes where the phone sends it', () => {
  const account = changeAccount(defaultAccount, {
    username: '1001',
    domain: 'office.lan',
    proxy: '192.0.2.9:5070',
    dialPrefix: '0',
  })
  const home = homeOf({ ...account, id: 'a', hasPassword: false })
  for (const typed of [
    '1002',
    'bob',
    '1002@192.0.2.7',
    '1002@192.0.2.9:5070',
    '1002@192.0.2.9',
    'x@other.org',
    '[::1]',
  ]) {
    const reading = readTarget(typed, home)
    const { uri, direct } = dialThrough(typed, account)
    assert.deepEqual(reading.kind === 'good' && [reading.uri, reading.direct], [uri, direct], typed)
  }
  assert.equal(homeOf({ ...account, username: '', id: 'a', hasPassword: false }), undefined)
})
