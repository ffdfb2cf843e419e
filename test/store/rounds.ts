/** A write of everything the store keeps, over and over, and what must be there when it was ended in the middle. */
import assert from 'node:assert/strict'
import type { Store } from '../../electron/phone/ports.ts'
import { jpeg } from '../support/pictures.ts'

/** How far it got: `step` things of `round` are confirmed, and all of the rounds before. */
export interface Reached {
  readonly round: number
  readonly step: number
}

const picture = { type: 'image/jpeg', bytes: jpeg(96, 96, 3000) } as const
const uriOf = (round: number) => `sip:${round}@192.0.2.2`
const fillerOf = (round: number) => String(round % 10).repeat(20_000)

/** `confirm` is called behind each thing that the store says it has. */
export function writeRound(store: Store, round: number, confirm: (reached: Reached) => void): void {
  const uri = uriOf(round)
  const at = new Date(0).toISOString()
  let step = 0
  const confirmed = () => confirm({ round, step: ++step })
  store.saveSettings({ round, filler: fillerOf(round) })
  confirmed()
  store.contacts.add([{ name: `周 ${round}`, addresses: [{ target: uri }], watch: false, picture }])
  confirmed()
  const { id } = store.messages.add({
    uri,
    direction: 'outgoing',
    text: `${round}`,
    at,
    unread: false,
    delivery: { state: 'sending' },
  })
  confirmed()
  store.messages.settle(id, { state: 'accepted', code: 200 })
  confirmed()
  store.callLog.append({
    at,
    direction: 'incoming',
    remote: { uri },
    answered: false,
    missed: true,
    code: 487,
    reason: 'Request Terminated',
    cause: 'cancelled',
    durationMs: 0,
    sipCallId: `${round}`,
  })
  confirmed()
}

/** All that was confirmed is there; what was being written is there whole or not at all. */
export function mustHold(store: Store, { round, step }: Reached): void {
  assert.deepEqual(store.problems, [])
  const after = `after ${round}.${step}`
  const sure = (since: number) => (step >= since ? round : round - 1)
  const holds = (count: number, since: number, what: string) =>
    assert.ok(count >= sure(since) && count <= round + 1, `${count} ${what} ${after}`)
  const settings = store.storedSettings as { round: number; filler: string } | undefined
  holds(settings?.round ?? 0, 1, 'settings')
  if (settings !== undefined) assert.equal(settings.filler, fillerOf(settings.round))
  const people = store.contacts.list('').toSorted((a, b) => a.id - b.id)
  holds(people.length, 2, 'contacts')
  assert.deepEqual(
    people.map(({ name, photo }) => [name, photo !== undefined]),
    people.map((_, index) => [`周 ${index + 1}`, true]),
  )
  const last = people.at(-1)
  if (last !== undefined)
    assert.deepEqual(Buffer.from(store.contacts.photo(last.id)?.bytes ?? []), Buffer.from(picture.bytes))
  const talks = store.messages.conversations()
  holds(talks.length, 3, 'conversations')
  for (const { last: message } of talks) {
    if (Number(message.text) > sure(4)) continue
    assert.deepEqual(message.delivery, { state: 'accepted', code: 200 }, `message ${message.text} ${after}`)
  }
  const calls = store.callLog.list({ limit: 100_000 })
  holds(calls.length, 5, 'calls')
  assert.deepEqual(
    calls.map(({ sipCallId }) => Number(sipCallId)),
    calls.map((_, index) => calls.length - index),
  )
}
