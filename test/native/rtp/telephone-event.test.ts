import assert from 'node:assert/strict'
import { test } from 'node:test'
import { beginEvent, stepEvent, type EventPacket } from '../../../native/rtp/telephone-event-sender.ts'
import { TelephoneEventReceiver } from '../../../native/rtp/telephone-event-receiver.ts'
import {
  digitOfEvent,
  eventOfDigit,
  parseTelephoneEvent,
  writeTelephoneEvent,
} from '../../../native/rtp/telephone-event.ts'
import vectors from '../../vectors/dtmf_rfc4733.json' with { type: 'json' }

function send(digit: string, timestamp: number, samples: number, step = 160): EventPacket[] {
  const packets: EventPacket[] = []
  let state = beginEvent(eventOfDigit(digit)!, timestamp, samples) as ReturnType<typeof stepEvent>[0]
  while (state && packets.length < 2000) {
    const [next, packet] = stepEvent(state, step)
    packets.push(packet)
    state = next
  }
  return packets
}

function hear(packets: readonly EventPacket[]): string {
  const receiver = new TelephoneEventReceiver()
  return packets
    .map(({ timestamp, payload }) => {
      const event = parseTelephoneEvent(writeTelephoneEvent(payload))
      return (event && digitOfEvent(receiver.receive(timestamp, event) ?? -1)) ?? ''
    })
    .join('')
}

test('digit 5 of 100 ms is sent as RFC 4733 has it', () => {
  const sent = send('5', 48_000, 800)
  assert.deepEqual(
    sent.map(({ marker, timestamp, payload }) => ({
      ts: timestamp,
      m: Number(marker),
      payload_hex: Buffer.from(writeTelephoneEvent(payload)).toString('hex'),
    })),
    vectors.example_digit_5_100ms.map(({ ts, m, payload_hex }) => ({ ts, m, payload_hex })),
  )
})

for (const { name, expect, drop, dup } of vectors.receiver_cases) {
  test(`received: ${name}`, () => {
    let packets = send('5', 48_000, 800)
    if (drop) packets = packets.filter((_, index) => !drop.includes(index))
    if (dup) packets = packets.flatMap((packet) => [packet, packet])
    if (name.startsWith('reordered')) packets = packets.toReversed()
    if (name.startsWith('same digit twice')) packets = [...packets, ...send('5', 48_000 + 1600, 800)]
    if (name.startsWith('event 32'))
      packets = packets.map((packet) => ({ ...packet, payload: { ...packet.payload, event: 32 } }))
    assert.equal(hear(packets), expect === 'ignored' ? '' : expect.replace(/ .*/, ''))
  })
}

test('an event longer than its field goes on in segments and is one digit', () => {
  const samples = 2 * 0xffff + 8000
  const sent = send('#', 0xfffff000, samples)
  assert.deepEqual([...new Set(sent.map(({ timestamp }) => timestamp))], [0xfffff000, 0xefff, 0x1effe])
  assert.deepEqual(
    sent.map(({ marker }, index) => (marker ? index : -1)).filter((index) => index >= 0),
    [0],
  )
  assert.equal(sent.filter(({ payload }) => payload.end).length, 3)
  assert.equal(sent.at(-1)!.payload.duration, 8000)
  assert.ok(sent.every(({ payload }) => payload.duration <= 0xffff))
  assert.equal(hear(sent), '#')
})

test('a straggler of an old event is not a new one', () => {
  const packets = [...'1234567890'].flatMap((digit, index) => send(digit, index * 1600, 800))
  assert.equal(hear([...packets, packets[0]!]), '1234567890')
})

test('every digit has its event, flash included; others have none', () => {
  assert.deepEqual(
    [...'0123456789*#ABCD!'].map(eventOfDigit),
    Array.from({ length: 17 }, (_, event) => event),
  )
  assert.equal(eventOfDigit('a'), 12)
  assert.deepEqual(['', '12', ',', 'E'].map(eventOfDigit), Array.from({ length: 4 }))
  assert.equal(parseTelephoneEvent(Uint8Array.of(1, 2, 3)), undefined)
})
