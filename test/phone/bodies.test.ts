import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lampOf, receiveDialogInfo, unlit, type Lamp } from '../../electron/phone/dialog-info.ts'
import { parseMessageSummary } from '../../electron/phone/message-summary.ts'
import { parsePidf, writePidf, type PresenceStatus } from '../../electron/phone/pidf.ts'
import { escapeXml, parseXml } from '../../electron/phone/xml.ts'
import { seeded } from '../support/seeded.ts'

/** Bodies of NOTIFYs: what peers write, what they should not, and what nobody should have to read. */

test('XML: elements, prefixes, attributes, text, comments, CDATA', () => {
  const root = parseXml(
    '<?xml version="1.0"?>\r\n<!-- a > b --><p:a xmlns:p="u" n=\'x "&gt;" y\' m = "1"> one <!-- < --> two' +
      '<b/><p:c k="&#x4F60;&#22909;">3 &lt; 4 &amp;&amp; <![CDATA[<d>&amp;]]></p:c></p:a>\n',
  )
  assert.equal(root?.name, 'a')
  assert.deepEqual(
    [...(root?.attributes ?? [])],
    [
      ['p', 'u'],
      ['n', 'x ">" y'],
      ['m', '1'],
    ],
  )
  assert.equal(root?.text, 'one  two')
  assert.deepEqual(
    root?.children.map(({ name, text }) => [name, text]),
    [
      ['b', ''],
      ['c', '3 < 4 && <d>&amp;'],
    ],
  )
  assert.equal(root?.children[1]?.attributes.get('k'), '你好')
})

test('XML: what is refused', () => {
  const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
  for (const text of [
    '',
    'text',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
    '<a/><b/>',
    '<a/>text',
    'text<a/>',
    '<a',
    '<a b>',
    '<a b=c/>',
    '<a b="c/>',
    '<a b="c" <d/>',
    '<a><!-- </a>',
    '<a><![CDATA[ </a>',
    '<?xml',
    '<>',
    '< a/>',
    laughs,
    '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    '<a><!ENTITY b "c"></a>',
    '<a>'.repeat(33) + '</a>'.repeat(33),
    `<a>${'<b/>'.repeat(2_000)}</a>`,
    `<a>${'x'.repeat(70_000)}</a>`,
    `<a ${Array.from({ length: 33 }, (_, index) => `a${index}=""`).join(' ')}/>`,
  ]) {
    assert.equal(parseXml(text), undefined, text.slice(0, 80))
  }
  // An entity of which nobody knows what it is stays as it is written.
  assert.equal(
    parseXml('<a>&b; &#0; &#xD800; &#9999999; &constructor;</a>')?.text,
    '&b; &#0; &#xD800; &#9999999; &constructor;',
  )
})

test('XML: what is written can be read', () => {
  const nasty = '<&>"\'\u0000 \ud800 ]]> 你好 😀'
  assert.equal(parseXml(`<a b="${escapeXml(nasty)}"/>`)?.attributes.get('b'), '<&>"\' \ufffd ]]> 你好 😀')
})

test('presence: what is written is read so', () => {
  for (const status of ['online', 'away', 'busy', 'dnd', 'offline'] satisfies PresenceStatus[]) {
    const presence = parsePidf(writePidf('sip:a&b@x', status))
    assert.equal(presence?.status, status)
    assert.equal(presence?.note, status === 'dnd' ? 'Do not disturb' : undefined)
  }
})

const pidf = (inside: string) => `<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:bob@x">${inside}</presence>`
const open = '<tuple id="1"><status><basic>open</basic></status></tuple>'
const closed = '<tuple id="2"><status><basic> CLOSED </basic></status></tuple>'

test('presence: as others write it', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    [pidf(open), { status: 'online' }],
    [pidf(closed), { status: 'offline' }],
    [pidf(closed + open), { status: 'online' }],
    [pidf(''), { status: 'offline' }],
    [pidf('<tuple id="1"/>'), { status: 'offline' }],
    [pidf(`<note xml:lang="en">At  lunch\r\n</note>${open}`), { status: 'online', note: 'At lunch' }],
    [pidf(`${open}<dm:person><rpid:activities><rpid:on-the-phone/></rpid:activities></dm:person>`), { status: 'busy' }],
    [
      // Linphone
      `<?xml version="1.0"?>${pidf(`<tuple id="x"><status><basic>open</basic></status><contact priority="0.8">sip:b@x</contact></tuple><dm:person id="p"><rpid:activities><rpid:away/></rpid:activities></dm:person>`)}`,
      { status: 'away' },
    ],
    [
      // Older phones put it into the tuple.
      pidf('<tuple id="1"><status><basic>open</basic><rp:activities><rp:meeting/></rp:activities></status></tuple>'),
      { status: 'busy' },
    ],
    [pidf(`${closed}<person><activities><away/></activities></person>`), { status: 'offline' }],
    [pidf(`${open}<note>${'x'.repeat(1000)}</note>`), { status: 'online', note: 'x'.repeat(256) }],
    [pidf('<tuple id="1"><status><basic>?</basic></status></tuple>'), undefined],
    ['<other/>', undefined],
    ['', undefined],
    ['<presence><tuple>', undefined],
  ]
  for (const [body, expected] of cases) assert.deepEqual(parsePidf(body), expected, body)
})

const info = (version: number, dialogs: string, state = 'full') =>
  `<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:bob@x">${dialogs}</dialog-info>`
const dialog = (id: string, state: string, direction = 'recipient') =>
  `<dialog id="${id}" direction="${direction}"><state>${state}</state></dialog>`

test('lamps: full documents', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['', 'idle'],
    [dialog('a', 'terminated'), 'idle'],
    [dialog('a', 'early'), 'ringing'],
    [dialog('a', 'trying', 'initiator'), 'busy'],
    [dialog('a', 'confirmed'), 'busy'],
    [dialog('a', 'terminated') + dialog('b', 'early'), 'ringing'],
    [dialog('a', 'confirmed') + dialog('b', 'early'), 'busy'],
    ['<dialog><state>proceeding</state></dialog>', 'ringing'],
    ['<dialog id="x"/>', 'idle'],
    [dialog('a', 'nonsense'), 'idle'],
  ]
  for (const [dialogs, expected] of cases) {
    const lamp = receiveDialogInfo(unlit, info(7, dialogs))
    assert.equal(lamp && lampOf(lamp), expected, dialogs)
  }
})

test('lamps: partial documents change what is known; a gap, and they have to be told anew (RFC 4235 4.3)', () => {
  let lamp = receiveDialogInfo(unlit, info(0, dialog('a', 'early'))) as Lamp
  lamp = receiveDialogInfo(lamp, info(1, dialog('b', 'confirmed'), 'partial')) as Lamp
  assert.deepEqual([lampOf(lamp), lamp.dialogs.size], ['busy', 2])
  lamp = receiveDialogInfo(lamp, info(2, dialog('b', 'terminated'), 'partial')) as Lamp
  assert.equal(lampOf(lamp), 'ringing')
  assert.equal(receiveDialogInfo(lamp, info(2, dialog('a', 'confirmed'), 'partial')), lamp)
  assert.equal(receiveDialogInfo(lamp, info(4, '', 'partial')), undefined)
  assert.equal(receiveDialogInfo(unlit, info(4, '', 'partial')), undefined)
  // A notifier that was started anew.
  lamp = receiveDialogInfo(lamp, info(0, '')) as Lamp
  assert.deepEqual([lampOf(lamp), lamp.version], ['idle', 0])
  const crowd = Array.from({ length: 200 }, (_, index) => dialog(String(index), 'early')).join('')
  assert.equal(receiveDialogInfo(unlit, info(1, crowd))?.dialogs.size, 64)
  for (const body of ['', '<dialog-info/>', info(-1, ''), info(1.5, ''), '<dialog-info version="x"/>']) {
    assert.equal(receiveDialogInfo(lamp, body), undefined, body)
  }
})

test('waiting messages', () => {
  const cases: readonly (readonly [string, unknown])[] = [
    [
      'Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 2/8 (0/2)\r\n',
      { waiting: true, newCount: 2, oldCount: 8 },
    ],
    ['messages-waiting:NO\nvoice-message:0 / 3 (0/0)\n', { waiting: false, newCount: 0, oldCount: 3 }],
    ['Messages-Waiting: yes', { waiting: true, newCount: 1, oldCount: 0 }],
    ['Messages-Waiting: no', { waiting: false, newCount: 0, oldCount: 0 }],
    ['Voice-Message: 3/1', { waiting: true, newCount: 3, oldCount: 1 }],
    ['Messages-Waiting: yes\r\nFax-Message: 4/0', { waiting: true, newCount: 1, oldCount: 0 }],
    ['Messages-Waiting: yes\r\nVoice-Message: 999999999/1', { waiting: true, newCount: 99_999, oldCount: 1 }],
    ['Messages-Waiting: perhaps', undefined],
    ['Voice-Message: -1/2', undefined],
    ['', undefined],
    [':\r\n::', undefined],
    ['x'.repeat(100_000), undefined],
    [`Voice-Message: ${'1'.repeat(50_000)}`, undefined],
  ]
  for (const [body, expected] of cases) assert.deepEqual(parseMessageSummary(body), expected, body.slice(0, 60))
})

test('nothing throws, whatever comes, and it does not take long', () => {
  const chance = seeded(3)
  const seeds = [
    info(1, dialog('a', 'early') + dialog('b', 'confirmed')),
    pidf(open + closed),
    'Messages-Waiting: yes\r\nVoice-Message: 2/8 (0/2)\r\n',
    '<!DOCTYPE a><a>&b;</a>',
  ]
  const pieces = ['<', '>', '&', '"', '/', '<!--', ']]>', '<![CDATA[', '&#x', ';', '=', '\u0000', '\ud800', 'a']
  for (let round = 0; round < 20_000; round++) {
    let text = seeds[Math.floor(chance() * seeds.length)] ?? ''
    for (let change = 0; change < 4; change++) {
      const at = Math.floor(chance() * text.length)
      const piece = pieces[Math.floor(chance() * pieces.length)] ?? ''
      text = text.slice(0, at) + (chance() < 0.5 ? piece : '') + text.slice(at + Math.floor(chance() * 3))
    }
    parsePidf(text)
    receiveDialogInfo(unlit, text)
    parseMessageSummary(text)
  }
  // The longest of the worst: work that grows with the square would take minutes.
  for (const piece of pieces) {
    const long = `<a>${piece.repeat(Math.floor(65_000 / piece.length))}`
    for (let round = 0; round < 20; round++) parseXml(long)
    parseXml(`<a b="${piece.repeat(60_000 / piece.length)}`)
    parseXml(`<a ${`${piece} `.repeat(20_000)}>`)
  }
})
