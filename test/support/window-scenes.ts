import type { Page } from 'playwright-core'
import type { UntrustedCertificate } from '../../electron/phone/certificates.ts'
import { PhoneError } from '../../electron/phone/phone-error.ts'
import type { Call } from '../../electron/phone/shapes.ts'
import { ann, bare, call, chen, hostile, marta, officeLog, poor, quality, ringing, unanswered } from './sample-calls.ts'
import { officePackets, officeTrace } from './sample-trace.ts'
import type { ScriptedPhone } from './scripted-phone.ts'

/** One state of the window: what the phone says, and what somebody does until the screen looks like that. */
export interface Scene {
  readonly name: string
  prepare?(phone: ScriptedPhone): void
  act?(page: Page, phone: ScriptedPhone): Promise<void>
}

const test = (name: string) => `[data-test="${name}"]`

/** Half a minute of talk in the level strip, at once. */
export async function playLevels(phone: ScriptedPhone, { callId }: Pick<Call, 'callId'>, page: Page): Promise<void> {
  // The page's own clock runs ahead, so that nobody has to talk for half a minute.
  for (let tick = 0; tick < 70; tick++) {
    const [mine, theirs] = [Math.sin(tick / 5) > 0.1, Math.sin(tick / 5 + 2.4) > -0.2]
    const loudness = (talks: boolean, salt: number) => (talks ? -6 - 26 * Math.abs(Math.sin(tick * salt)) : -57)
    await page.evaluate(
      'window.shift = (window.shift ?? 0) + 455; performance.now = () => Performance.prototype.now.call(performance) + window.shift',
    )
    phone.notify('audio.levels', { callId, microphoneDbfs: loudness(mine, 2.7), speakerDbfs: loudness(theirs, 1.9) })
    if (tick === 24 || tick === 51) await showQuality(phone, { callId }, quality({ lost: tick, lossPercent: 0.4 }))
    await page.waitForTimeout(8)
  }
}

async function showQuality(phone: ScriptedPhone, one: Pick<Call, 'callId'>, figures = quality()): Promise<void> {
  phone.notify('call.quality', { callId: one.callId, quality: figures })
}

const talking = () => call(ann)

const office = { username: '1001', displayName: 'Front desk', domain: 'office.lan', proxy: '192.168.11.175' }

export const untrusted: UntrustedCertificate = {
  host: 'office.lan',
  fingerprint: Array.from({ length: 32 }, (_, index) => (index * 37 + 171).toString(16).slice(-2).toUpperCase()).join(
    ':',
  ),
  subject: 'CN=pbx.office.lan',
  issuer: 'CN=pbx.office.lan',
  validTo: '2027-03-01T00:00:00.000Z',
  reason: 'self-signed certificate',
  fault: 'unknown-authority',
  changed: false,
}

function withContacts(phone: ScriptedPhone): void {
  const people: readonly (readonly [name: string, target: string, watch: boolean])[] = [
    ['周雅婷 Chou Ya-ting', '1002@office.lan', true],
    ['Marta Kowalska', '1003@office.lan', true],
    ['Marco Rossi', '1005@office.lan', true],
    ['陳柏翰 Chen Po-han', '1007@office.lan', true],
    ['', '1001@192.168.11.175:50600', false],
  ]
  phone.contacts = people.map(([name, target, watch], index) => ({
    id: index + 1,
    name,
    addresses: index === 1 ? [{ target }, { target: '+48 601 000 000', label: 'mobile' }] : [{ target }],
    watch,
    ...(index === 0 && { speedDial: 1 }),
    ...(index === 1 && { note: 'Knows the gateway.' }),
  }))
  const seen = (target: string) => ({ target, uri: `sip:${target}`, kind: 'dialog', subscription: 'active' }) as const
  phone.snapshot = {
    ...phone.snapshot,
    presence: [
      { ...seen('1002@office.lan'), state: 'idle' },
      { ...seen('1003@office.lan'), state: 'busy' },
      { ...seen('1005@office.lan'), state: 'ringing' },
      { ...seen('1007@office.lan'), state: 'unknown', subscription: 'failed', code: 489 },
    ],
  }
}

/** One registered, one that fails, one that is off. */
function withAccounts(phone: ScriptedPhone): void {
  const expiresAt = new Date(new Date().setHours(15, 2, 0, 0)).toISOString()
  phone.addAccount({ ...office, isDefault: true, hasPassword: true }, { state: 'registered', expiresAt })
  phone.addAccount(
    { ...office, username: '1009', hasPassword: true },
    { state: 'failed', code: 401, reason: 'Unauthorized', step: 'register' },
  )
  phone.addAccount({ username: '101', domain: '192.168.1.132', enabled: false })
}

export const scenes: readonly Scene[] = [
  { name: 'idle' },
  {
    name: 'notices',
    prepare(phone) {
      const notices = [
        'Port 5060 is used by another program: listening on 5061',
        `calls.db was set aside: ${'x'.repeat(80)}`,
      ]
      phone.info = { ...phone.info, notices }
    },
  },
  { name: 'idle-empty-recent', act: async (page) => void (await recent(page)) },
  {
    name: 'idle-recent',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => void (await recent(page)),
  },
  {
    name: 'type-ahead',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => {
      await page.keyboard.type('100')
      await page.waitForSelector('[role=listbox]')
    },
  },
  {
    name: 'direct-address',
    prepare(phone) {
      phone.info = { ...phone.info, listening: [{ transport: 'udp', address: '0.0.0.0', port: 5061 }] }
    },
    act: async (page) => page.keyboard.type('1001@192.168.11.175:50600'),
  },
  { name: 'wrong-port', act: async (page) => page.keyboard.type('1001@192.168.11.175:99999') },
  {
    name: 'do-not-disturb',
    prepare(phone) {
      phone.settings = { ...phone.settings, calls: { ...phone.settings.calls, doNotDisturb: true } }
      phone.snapshot = { ...phone.snapshot, doNotDisturb: true }
    },
  },
  { name: 'incoming', act: (_page, phone) => become(phone, ringing(ann)) },
  { name: 'incoming-direct', act: (_page, phone) => become(phone, ringing(bare)) },
  { name: 'incoming-second', act: (_page, phone) => become(phone, call(marta), ringing(bare)) },
  {
    name: 'incoming-forward',
    act: async (page, phone) => {
      await become(phone, ringing(ann))
      await page.click(test('forward'))
    },
  },
  {
    name: 'incoming-banner',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await page.click(test('tab-calls'))
      await become(phone, ringing(ann))
      await page.waitForSelector(test('incoming-banner'))
    },
  },
  { name: 'dialling', act: (_page, phone) => become(phone, unanswered(ann, { state: 'early' })) },
  {
    name: 'in-call',
    act: async (page, phone) => {
      await become(phone, talking())
      await showQuality(phone, talking(), quality({ lost: 0 }))
      await playLevels(phone, talking(), page)
    },
  },
  {
    name: 'in-call-quality',
    act: async (page, phone) => {
      await become(phone, talking())
      await showQuality(phone, talking())
      // In a wide window the figures stand beside the call.
      if (page.viewportSize()?.width === 360) await page.click(test('quality-chip'))
    },
  },
  {
    name: 'in-call-poor-muted',
    act: async (page, phone) => {
      const muted = call(marta, { muted: true })
      await become(phone, muted)
      await showQuality(phone, muted, quality({ lost: 0 }))
      await showQuality(phone, muted, poor)
      for (let tick = 0; tick < 10; tick++)
        phone.notify('audio.levels', { callId: muted.callId, microphoneDbfs: -15, speakerDbfs: -20 })
      await page.waitForSelector(test('muted-note'))
    },
  },
  {
    name: 'on-hold',
    act: async (_page, phone) => {
      const held = call(ann, { onHold: { local: true, remote: false } })
      await become(phone, held)
      await showQuality(phone, held)
    },
  },
  {
    name: 'keypad',
    act: async (page, phone) => {
      await become(phone, talking())
      await page.click(test('keypad'))
      await page.mouse.move(1, 1)
      await page.keyboard.type('14209*')
      phone.notify('call.dtmf', { callId: talking().callId, digit: '#', mode: 'rfc4733' })
      await page.waitForTimeout(200)
    },
  },
  {
    name: 'lines',
    act: async (_page, phone) => {
      const held = call(ann, { onHold: { local: true, remote: false } })
      await become(phone, held, call(marta))
      await showQuality(phone, call(marta))
    },
  },
  {
    name: 'new-call-beside',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await become(phone, talking())
      await page.click(test('new-call'))
    },
  },
  {
    name: 'ended-busy',
    act: async (page, phone) => {
      const one = unanswered(chen, { state: 'early' })
      await become(phone, one)
      await page.waitForSelector(test('in-call'))
      phone.endCall(one, { code: 486, reason: 'Busy Here', cause: 'busy' })
      await page.hover(test('ended'))
    },
  },
  {
    name: 'calls',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => page.click(test('tab-calls')),
  },
  {
    name: 'calls-verdict',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => {
      await page.click(test('tab-calls'))
      await page.click(`${test('log-row')} >> nth=1`)
    },
  },
  {
    name: 'calls-quality',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page) => {
      await page.click(test('tab-calls'))
      await page.click(`${test('log-row')} >> nth=0`)
    },
  },
  { name: 'trace-empty', act: async (page) => page.click(test('tab-trace')) },
  {
    name: 'trace-ladder',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page.click(`${test('rung')} >> nth=1`)
    },
  },
  {
    name: 'trace-story',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, 'REGISTER')
      if ((await page.locator(test('open-story')).count()) > 0) await page.click(test('open-story'))
    },
  },
  {
    name: 'trace-digest',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page.click(`${test('rung')} >> nth=1`)
      await page.click('[role=tab] >> nth=3')
      await page.fill(test('digest-password'), 'wrong')
      await page.waitForSelector(`${test('digest')} ol`)
    },
  },
  {
    name: 'trace-sdp',
    prepare: (phone) => void (phone.trace = officeTrace()),
    act: async (page) => {
      await showTrace(page, '1002')
      await page.click(`${test('rung')} >> nth=6`)
      await page.click('[role=tab] >> nth=4')
    },
  },
  {
    name: 'trace-rtp',
    prepare(phone) {
      phone.trace = officeTrace()
      phone.packets = officePackets()
    },
    act: async (page) => {
      await showTrace(page, '1002')
      await page.getByText('RTP', { exact: true }).click()
      await page
        .locator(`${test('rtp-stream')} button`)
        .nth(1)
        .click()
      await page.fill('input[type=range]', '21')
    },
  },
  { name: 'calls-empty', act: async (page) => page.click(test('tab-calls')) },
  {
    name: 'settings',
    act: async (page) => {
      await page.click(test('settings'))
      await page.waitForSelector(test('settings-sheet'))
    },
  },
  {
    name: 'recording',
    act: (_page, phone) => become(phone, call(ann, { recording: true })),
  },
  {
    name: 'transfer-choose',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await become(phone, call(ann), call(marta, { onHold: { local: true, remote: false } }))
      await page.click(test('transfer-call'))
      await page.keyboard.type('10')
      await page.waitForSelector('[role=listbox]')
    },
  },
  {
    name: 'transfer-connect',
    prepare: (phone) => void (phone.log = officeLog()),
    act: async (page, phone) => {
      await become(phone, call(ann))
      await page.click(test('transfer-call'))
      await page.keyboard.type('1003@office.lan')
      phone.replies.set('call.dial', () => ({ callId: call(marta).callId }))
      await page.click(test('speak-first'))
      await phone.until(() => phone.requests.some(({ method }) => method === 'call.dial'))
      await become(phone, call(ann, { onHold: { local: true, remote: false } }), call(marta))
      await page.waitForSelector(`${test('transfer')}[data-step="3"]`)
    },
  },
  {
    name: 'transfer-refused',
    act: async (page, phone) => {
      await become(phone, call(ann))
      await page.click(test('transfer-call'))
      await page.keyboard.type('1003@office.lan')
      phone.replies.set('call.transfer', () => {
        throw new PhoneError('rejected', 'no', { sipCode: 603, reason: 'Decline' })
      })
      await page.click(test('send-now'))
      await page.waitForSelector(test('transfer-failed'))
    },
  },
  {
    name: 'transfer-request',
    act: async (page, phone) => {
      phone.snapshot = {
        ...phone.snapshot,
        transferRequests: [{ callId: call(ann).callId, target: 'sip:1005@office.lan' }],
      }
      await become(phone, call(ann))
      await page.waitForSelector(test('transfer-request'))
    },
  },
  {
    name: 'certificate',
    act: async (page, phone) => {
      phone.update({ certificates: [untrusted] })
      await page.waitForSelector(test('certificate'))
    },
  },
  {
    name: 'first-run',
    act: async (page, phone) => {
      await page.click(test('begin-first-run'))
      await page.waitForSelector(test('judgement'))
      phone.notify('audio.levels', { microphoneDbfs: -16, speakerDbfs: -40 })
    },
  },
  {
    name: 'first-run-way',
    act: async (page) => {
      await page.click(test('begin-first-run'))
      await page.click(test('next'))
    },
  },
  {
    name: 'first-run-lab',
    act: async (page) => {
      await page.click(test('begin-first-run'))
      await page.click(test('next'))
      await page.click(test('way-lab'))
      await page
        .getByRole('textbox')
        .fill('Username: 1001\nPassword: 1001\nSIP Proxy: 192.168.11.175:99999\nCard: Realtek')
    },
  },
  {
    name: 'contacts',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.click(`${test('contact-row')} >> nth=0`)
      if (page.viewportSize()?.width === 360) await page.keyboard.press('Escape')
    },
  },
  {
    name: 'contact',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.click(`${test('contact-row')} >> nth=1`)
    },
  },
  {
    name: 'contact-edit',
    prepare: withContacts,
    act: async (page) => {
      await page.click(test('tab-contacts'))
      await page.click(`${test('contact-row')} >> nth=1`)
      await page.click(test('edit-contact'))
    },
  },
  { name: 'contacts-empty', act: async (page) => page.click(test('tab-contacts')) },
  { name: 'messages-empty', act: async (page) => page.click(test('tab-messages')) },
  {
    name: 'messages',
    prepare: withContacts,
    act: async (page, phone) => {
      const at = (minutes: number) => new Date(new Date().setHours(14, minutes, 0, 0)).toISOString()
      const hear = (from: string, text: string, minutes: number) =>
        phone.notify('message.received', { from, to: 'sip:1001@office.lan', text, at: at(minutes) })
      hear('sip:1003@office.lan', 'Can you call me back?', 20)
      hear('sip:1002@office.lan', '早安！下午兩點的測試電話可以嗎？', 31)
      await page.click(test('tab-messages'))
      await page.click(`${test('conversation')} >> nth=0`)
      await page.keyboard.type('Yes. Please keep A-law first in your codec list, I want to see it in the answer.')
      await page.keyboard.press('Enter')
      phone.replies.set('message.send', () => ({ code: 408, reason: 'Request Timeout' }))
      await page.keyboard.type('Send me your trace as pcap, please.')
      await page.keyboard.press('Enter')
      await page.waitForSelector(test('send-again'))
    },
  },
  {
    name: 'account-registered',
    prepare: withAccounts,
  },
  {
    name: 'what-is-on',
    prepare(phone) {
      phone.addAccount(
        { ...office, isDefault: true, forward: { always: '1009', noAnswerSeconds: 20 } },
        { state: 'failed', code: 403, reason: 'Forbidden' },
      )
      const autoAnswer = { mode: 'all', delaySeconds: 0 } as const
      phone.settings = { ...phone.settings, calls: { ...phone.settings.calls, doNotDisturb: true, autoAnswer } }
      phone.snapshot = { ...phone.snapshot, doNotDisturb: true }
    },
  },
  {
    name: 'settings-account-failed',
    prepare(phone) {
      withAccounts(phone)
      phone.testSteps = [
        { step: 'dns', ok: true, detail: 'the server is at 192.168.11.175' },
        { step: 'connect', ok: true, detail: 'the server answers' },
        { step: 'register', ok: false, code: 401, detail: '401 Unauthorized', remedy: '' },
      ]
    },
    act: async (page) => {
      await page.click(test('settings'))
      await page.click(`${test('account-node')} >> nth=1`)
      await page.click(test('test-account'))
      await page.waitForSelector(test('test-verdict'))
    },
  },
  {
    name: 'settings-account-new',
    act: async (page) => {
      await page.click(test('settings'))
      await page.click(test('add-account'))
      await page.getByLabel('SIP Proxy', { exact: true }).fill('192.168.11.175:99999')
      await page.getByLabel('Username').fill('1001')
    },
  },
  ...(['network', 'sip', 'codecs', 'audio', 'incoming', 'look'] as const).map((name): Scene => ({
    name: `settings-${name}`,
    act: async (page) => {
      await page.click(test('settings'))
      await page.click(test(`settings-${name}`))
    },
  })),
  {
    name: 'settings-search',
    act: async (page) => {
      await page.click(test('settings'))
      await page.keyboard.type('port')
      await page.waitForSelector(test('found-settings'))
    },
  },
  {
    name: 'echo-test',
    act: async (page, phone) => {
      await page.click(test('open-echo'))
      await page.waitForSelector(test('judgement'))
      phone.notify('audio.levels', { microphoneDbfs: -16, speakerDbfs: -18 })
    },
  },
  {
    name: 'hostile-incoming',
    act: (_page, phone) => become(phone, ringing(hostile)),
  },
  {
    name: 'hostile-call',
    act: (_page, phone) => become(phone, call(hostile)),
  },
]

async function showTrace(page: Page, title: string): Promise<void> {
  await page.click(test('tab-trace'))
  await page.locator(test('trace-entry'), { hasText: title }).first().click()
  await page.waitForSelector(test('rung'))
}

async function recent(page: Page): Promise<void> {
  // In a wide window the recent calls stand beside the keypad.
  const choice = page.locator('[role=radiogroup] label').nth(1)
  if ((await choice.count()) > 0) await choice.click()
}

async function become(phone: ScriptedPhone, ...calls: Call[]): Promise<void> {
  phone.showCalls(...calls)
}
