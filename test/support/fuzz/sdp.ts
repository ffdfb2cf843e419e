import assert from 'node:assert/strict'
import { answerOffer, beginNegotiation, takeAnswer, type LocalMedia } from '../../../electron/phone/offer-answer.ts'
import { attributeValues, directionOf, maxptimeOf, ptimeOf, rtcpOf } from '../../../electron/sdp/attributes.ts'
import { formatsOf } from '../../../electron/sdp/format.ts'
import { parseSdp } from '../../../electron/sdp/parse.ts'
import { maxFormats, maxMediaSections } from '../../../electron/sdp/sdp.ts'
import { writeSdp } from '../../../electron/sdp/write.ts'
import { parseMessage } from '../../../electron/sip/message/parse.ts'
import { peerSamples } from '../../torture/torture-set.ts'
import type { FuzzTarget } from './target.ts'

const ours: LocalMedia = {
  address: '192.0.2.1',
  rtpPort: 8_000,
  rtcpPort: 8_001,
  codecs: ['PCMU', 'PCMA'],
  hold: false,
  source: '192.0.2.2',
}

/** Session descriptions of other phones: read, written stably, answered as an offer and taken as an answer. */
export function sdpTarget(): FuzzTarget {
  const corpus = peerSamples().flatMap(({ bytes }) => {
    const result = parseMessage(bytes)
    const body = result.ok ? Buffer.from(result.message.body) : Buffer.alloc(0)
    return body.toString().startsWith('v=0') ? [body] : []
  })
  return { corpus, read: (bytes) => readSdp(bytes.toString()), check: (bytes) => checkSdp(bytes.toString()) }
}

/** As the phone does it. */
function readSdp(text: string): boolean {
  answerOffer(beginNegotiation('1'), text, ours)
  return takeAnswer({ ...beginNegotiation('1'), audio: 0 }, text, ours).ok || parseSdp(text).ok
}

function checkSdp(text: string): void {
  const answered = answerOffer(beginNegotiation('1'), text, ours)
  if (answered.ok) assert.ok(parseSdp(answered.sdp).ok, 'our answer can be read')
  const result = parseSdp(text)
  if (!result.ok) return
  assert.ok(result.session.media.length <= maxMediaSections)
  const written = writeSdp(result.session)
  const again = parseSdp(written)
  assert.ok(again.ok)
  assert.equal(writeSdp(again.session), written)
  for (const section of again.session.media) {
    assert.ok(section.formats.length <= maxFormats)
    directionOf(again.session, section)
    rtcpOf(section)
    ptimeOf(section)
    maxptimeOf(section)
    attributeValues(section, 'candidate')
  }
  assert.deepEqual(again.session.media.map(formatsOf), result.session.media.map(formatsOf))
}
