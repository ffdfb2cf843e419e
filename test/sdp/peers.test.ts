import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { attributeValues, connectionOf, directionOf, ptimeOf } from '../../electron/sdp/attributes.ts'
import { formatsOf } from '../../electron/sdp/format.ts'
import { parseSdp } from '../../electron/sdp/parse.ts'
import { writeSdp } from '../../electron/sdp/write.ts'
import { header } from '../../electron/sip/message/headers.ts'
import { parseMessage } from '../../electron/sip/message/parse.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { peerSamples, tortureSet } from '../torture/torture-set.ts'

const bodies = [...peerSamples(), ...tortureSet()].flatMap(({ file, bytes }) => {
  const result = parseMessage(bytes)
  if (!result.ok || header(result.message, 'Content-Type') !== 'application/sdp') return []
  return [{ file, bytes: Buffer.from(result.message.body) }]
})

const read = (name: string) => {
  const found = bodies.find(({ file }) => file.startsWith(name))
  const result = parseSdp(found?.bytes.toString() ?? '')
  assert.ok(result.ok, name)
  const [audio] = result.session.media
  assert.ok(audio, name)
  return { session: result.session, audio }
}

const codecs = (name: string) =>
  formatsOf(read(name).audio).map(({ payloadType, encoding }) => `${payloadType} ${encoding}`)

suite('session descriptions of real peers', () => {
  test('there are some of every peer', () => {
    for (const peer of ['baresip', 'linphone', 'twinkle'])
      assert.ok(
        bodies.some(({ file }) => file.startsWith(peer)),
        peer,
      )
  })

  for (const { file, bytes } of bodies.filter((body) => body.file.endsWith('.sip'))) {
    test(`${file}: read without a note, written back to the byte`, () => {
      const result = parseSdp(bytes.toString())
      assert.ok(result.ok)
      assert.deepEqual(result.notes, [])
      assert.equal(writeSdp(result.session), bytes.toString())
    })
  }

  test('Linphone: static types without rtpmap, three telephone-events', () => {
    assert.deepEqual(codecs('linphone51-udp-03'), [
      '96 opus',
      '97 speex',
      '98 speex',
      '0 PCMU',
      '8 PCMA',
      '18 G729',
      '99 telephone-event',
      '100 telephone-event',
      '101 telephone-event',
    ])
    const { audio } = read('linphone51-udp-03')
    const narrow = formatsOf(audio).find(
      ({ clockRate, encoding }) => encoding === 'telephone-event' && clockRate === 8000,
    )
    assert.deepEqual([narrow?.payloadType, narrow?.fmtp], [101, undefined])
  })

  test('Linphone with ICE: c= of the section, not of the session', () => {
    const { session, audio } = read('linphone51-ice-avpf-02')
    assert.equal(session.connection?.address, '127.0.0.1')
    assert.equal(connectionOf(session, audio)?.address, '192.0.2.2')
    assert.equal(audio.protocol, 'RTP/AVPF')
    assert.equal(attributeValues(audio, 'candidate').length, 4)
  })

  test('baresip and Twinkle', () => {
    const { session, audio } = read('baresip10-udp-05')
    assert.equal(directionOf(session, audio), 'sendrecv')
    assert.equal(ptimeOf(audio), 20)
    assert.deepEqual(codecs('twinkle110-04'), ['0 PCMU', '8 PCMA', '101 telephone-event'])
  })

  test('hostile text costs what harmless text of the same length costs', () => {
    const starts = [
      '',
      'v=0\no=',
      'v=0\nc=',
      'v=0\nm=',
      'v=0\nm=audio 1 RTP/AVP 0\na=rtpmap:0',
      'v=0\nm=audio 1 RTP/AVP ',
    ]
    const readAll = (poison: string) => {
      const long = poison.repeat(30_000 / poison.length)
      for (const start of starts) {
        const result = parseSdp(`${start}${long}x`)
        if (result.ok) for (const section of result.session.media) formatsOf(section)
      }
    }
    const poisons = [' ', '\t', '/', ':', '1', '0 ', 'a', '\r', '\n', '=', 'a=\n']
    readAll('x') // so that both are measured compiled
    const harmless = cpuTime(() => poisons.forEach(() => readAll('x')))
    // Many short lines cost some fifty times what one long line costs; a quadratic step anywhere makes it a thousand
    // times, each time, while a collection of garbage comes once.
    const hostile = Math.min(...[1, 2, 3].map(() => cpuTime(() => poisons.forEach(readAll))))
    assert.ok(hostile < 200 * harmless, `${hostile} against ${harmless} microseconds`)
  })
})
