import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dialTextOf, findLink } from '../../electron/desktop/sip-links.ts'

test('a link becomes what is to be dialled', () => {
  const links: Record<string, string> = {
    'sip:1001@192.168.11.175:50600': 'sip:1001@192.168.11.175:50600',
    'SIP:bob@example.org': 'sip:bob@example.org',
    'sip://bob@example.org/': 'sip:bob@example.org',
    'sips:bob@example.org;transport=tcp': 'sips:bob@example.org;transport=tcp',
    'tel:+886-2-2345-6789': 'tel:+886-2-2345-6789',
    'callto:1001': '1001',
    'callto://1001@example.org': '1001@example.org',
  }
  for (const [link, text] of Object.entries(links)) assert.equal(dialTextOf(link), text)
})

test('header fields and methods of a link are dropped', () => {
  assert.equal(dialTextOf('sip:a@b?Replaces=1%3Bto-tag%3D2&Subject=x'), 'sip:a@b')
  assert.equal(dialTextOf('sip:a@b;method=REFER;user=phone'), 'sip:a@b;user=phone')
})

test('anything else is no link', () => {
  const others = [
    '',
    'sip:',
    'sip:?x',
    'http://example.org',
    '--profile',
    'javascript:alert(1)',
    `sip:${'a'.repeat(2000)}`,
  ]
  for (const text of [...others, 'sip:a@b c', 'sip:a@b\r\nVia: x', 'sip:"a"@b', 'sip:<b>@c', '/home/sip:x'])
    assert.equal(dialTextOf(text), undefined, text)
})

test('the first link among arguments counts', () => {
  assert.equal(findLink(['--data', '/tmp', 'out/main/main.js', 'tel:1', 'tel:2']), 'tel:1')
  assert.equal(findLink(['.']), undefined)
})
