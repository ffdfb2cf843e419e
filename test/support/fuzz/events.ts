import assert from 'node:assert/strict'
import { lampOf, receiveDialogInfo, unlit, type Lamp } from '../../../electron/phone/dialog-info.ts'
import { parseMessageSummary } from '../../../electron/phone/message-summary.ts'
import { parsePidf, writePidf } from '../../../electron/phone/pidf.ts'
import type { FuzzTarget } from './target.ts'

const dialogInfo = (version: number, state: 'full' | 'partial', dialogs: string) =>
  `<?xml version="1.0"?>\r\n<dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info" version="${version}" state="${state}" entity="sip:bob@sip.test">${dialogs}</dialog-info>`
const dialog = (id: number, state: string) =>
  `<dialog id="${id}" call-id="a&amp;b" direction="recipient"><state event="cancelled">${state}</state></dialog>`

const corpus = [
  writePidf('sip:bob@sip.test', 'dnd'),
  writePidf('sip:"<bob>"@sip.test', 'away'),
  '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="pres:x"><!-- none --><tuple id="1"><status><basic>open</basic></status><note xml:lang="zh"><![CDATA[\u5728]]></note></tuple></presence>',
  dialogInfo(0, 'full', dialog(1, 'early') + dialog(2, 'confirmed')),
  dialogInfo(1, 'partial', dialog(1, 'terminated')),
  'Messages-Waiting: yes\r\nMessage-Account: sip:bob@sip.test\r\nVoice-Message: 2/8 (0/2)\r\n',
]

/** Bodies of NOTIFY: presence, dialog states, voicemail. */
export function eventsTarget(): FuzzTarget {
  let lamp: Lamp = unlit
  return {
    corpus: corpus.map((text) => Buffer.from(text)),
    read(bytes) {
      const text = bytes.toString()
      const presence = parsePidf(text)
      const next = receiveDialogInfo(lamp, text)
      lamp = next ?? unlit
      lampOf(lamp)
      const summary = parseMessageSummary(text)
      assert.ok((presence?.note ?? '').length <= 256 && lamp.dialogs.size <= 64)
      assert.ok(summary === undefined || (summary.newCount <= 99_999 && summary.oldCount <= 99_999))
      return presence !== undefined || next !== undefined || summary !== undefined
    },
  }
}
