import assert from 'node:assert/strict'
import { test } from 'node:test'
import { writeRtpHeader } from '../../../native/rtp/packet.ts'
import { RtpSession } from '../../../native/session/session.ts'
import { seeded } from '../../support/seeded.ts'
import { sessionConfig } from '../../support/session-config.ts'

/**
 * Packets that are well formed and lie about everything: numbers, times, sources, lengths, arrivals. 30,000 of them here;
 * DIALTONE_PACKETS=1000000 for more.
 */

const peer = { address: '192.0.2.2', port: 5000 }
for (const codec of ['PCMU', 'G722'] as const)
  test(`${codec}: a stream whose numbers, times, sources, lengths and arrivals are wild: nothing throws, nothing piles up`, () => {
    const random = seeded(21)
    const below = (limit: number) => Math.floor(random() * limit)
    const session = new RtpSession(
      { sendRtp() {}, sendRtcp() {}, onDigit() {} },
      { cname: 'x@test', random: () => random() * 0x1_0000_0000, now: 0 },
    )
    const agree = (name: 'PCMU' | 'G722') =>
      session.configure(sessionConfig(peer, { codec: name, receivePayloadTypes: { 0: 'PCMU', 8: 'PCMA', 9: 'G722' } }))
    agree(codec)
    const packets = Number(process.env['DIALTONE_PACKETS'] ?? 30_000)
    let [now, sequence, timestamp, ssrc, length, taken] = [0, 0, 0, 1, 160, 0]
    let memory = 0
    for (let k = 0; k < packets; k++) {
      const mood = below(100)
      now += mood < 50 ? 20 : random() * 40
      sequence += mood === 1 ? below(0x10000) : mood < 6 ? 2 : mood < 9 ? -3 : 1
      timestamp += mood === 2 ? below(0x1_0000_0000) : mood === 3 ? -below(20_000) : length
      if (mood === 4) ssrc = below(3)
      if (mood === 10) length = below(1700)
      if (mood === 11) now += below(3000)
      const datagram = new Uint8Array(12 + length)
      writeRtpHeader(datagram, {
        marker: mood === 12,
        payloadType: mood < 8 ? 101 : mood < 20 ? 8 : mood < 25 || codec === 'G722' ? 9 : 0,
        sequence: sequence & 0xffff,
        timestamp: timestamp >>> 0,
        ssrc,
      })
      for (let i = 12; i < datagram.length; i += 7) datagram[i] = below(256)
      // Another codec is agreed on now and then.
      if (k % 1000 === 0) agree(k % 3000 === 0 ? 'PCMU' : codec)
      session.receiveRtp(datagram, peer, now)
      const frame = new Int16Array(session.rate / 50)
      for (; taken <= now; taken += 20) session.take(frame, mood === 13 ? now : taken)
      // The buffers have found their size by then.
      if (k === packets >> 1) memory = process.memoryUsage().arrayBuffers
    }
    const { received } = session.quality(0)
    for (const figure of [...Object.values(received), ...Object.values(session.playing)])
      if (typeof figure === 'number') assert.ok(Number.isFinite(figure) && figure >= 0, JSON.stringify(received))
    assert.ok(received.packets > packets / 10, `${received.packets} were believed`)
    assert.ok(session.playing.delayMs < 2000, `${session.playing.delayMs}`)
    assert.ok(process.memoryUsage().arrayBuffers - memory < 40e6, 'sound piles up')
  })
