/* oxlint-disable unicorn/require-post-message-target-origin -- threads, not windows */
import { Worker } from 'node:worker_threads'

/**
 * The beat of all sessions of the process: a thread that does nothing but wait for absolute deadlines and wake the
 * sending thread. In the media process, with both directions running, the packets' intervals had an sd of 0.4, 0.1 and
 * 0.5 ms for 1, 10 and 50 calls; with timers of the sending thread 0.7, 0.3 and 0.7 ms, for 5 to 10 % less processor time.
 * The 20 ms are divided into slots, so that many sessions do not send all at once.
 */

export interface Pacer {
  /** `tick` is called every 20 ms in the least crowded slot, or every 10 ms; until the function returned is called. */
  join(everyMs: 10 | 20, tick: (now: number) => void): Membership
  close(): Promise<void>
}

export interface Membership {
  /** The first deadline, on the clock of `monotonicNow`. */
  readonly start: number
  leave(): void
}

/** Milliseconds on a clock that all threads of the process share. */
export const monotonicNow = (): number => Number(process.hrtime.bigint()) / 1e6

const SLOTS = 4
const SLOT_MS = 5
const FRAME_MS = SLOTS * SLOT_MS
const STALL_MS = 1.5 * FRAME_MS

/** What the threads share: a count that changes to wake the pacer, and the slots in use as bits. */
const CHANGED = 0
const IN_USE = 1

interface Beat {
  readonly shared: Int32Array
  readonly origin: number
}

interface Member {
  readonly slots: number
  readonly tick: (now: number) => void
}

export class ThreadPacer implements Pacer {
  readonly #members = new Set<Member>()
  readonly #shared = new Int32Array(new SharedArrayBuffer(8))
  readonly #origin = monotonicNow()
  readonly #onError: (error: unknown) => void
  #thread: Worker | undefined
  #wokenAt = 0

  /** `onError` hears what a member throws, which must not cost the others their beat. */
  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  join(everyMs: 10 | 20, tick: (now: number) => void): Membership {
    this.#thread ??= this.#begin()
    const crowd = Array.from(
      { length: SLOTS },
      (_, slot) => [...this.#members].filter(({ slots }) => slots & (1 << slot)).length,
    )
    const slot = crowd.indexOf(Math.min(...crowd))
    const other = (slot + SLOTS / 2) % SLOTS
    const member = { slots: (1 << slot) | (everyMs === 10 ? 1 << other : 0), tick }
    this.#members.add(member)
    this.#tellSlots()
    const now = monotonicNow()
    const begun = Math.ceil((now - this.#origin) / FRAME_MS) * FRAME_MS
    return {
      start: this.#origin + begun + slot * SLOT_MS,
      leave: () => {
        this.#members.delete(member)
        this.#tellSlots()
      },
    }
  }

  async close(): Promise<void> {
    this.#members.clear()
    await this.#thread?.terminate()
    this.#thread = undefined
  }

  #begin(): Worker {
    // The thread's code travels as text: a bundled program has no file to point at.
    const workerData: Beat = { shared: this.#shared, origin: this.#origin }
    const thread = new Worker(`(${beat.toString()})(${SLOTS}, ${SLOT_MS})`, { eval: true, workerData, execArgv: [] })
    thread.on('message', (slots: number) => this.#wake(slots))
    thread.on('error', (error) => this.#onError(error))
    thread.unref()
    return thread
  }

  /** After a stall the packets that wait in the sockets are read first: else sound would be missed that is here. */
  #wake(slots: number): void {
    const now = monotonicNow()
    const stalled = now - this.#wokenAt > STALL_MS
    this.#wokenAt = now
    if (stalled) setImmediate(() => this.#tick(slots))
    else this.#tick(slots)
  }

  #tick(slots: number): void {
    const now = monotonicNow()
    for (const member of this.#members) {
      if (!(member.slots & slots)) continue
      try {
        member.tick(now)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  #tellSlots(): void {
    Atomics.store(
      this.#shared,
      IN_USE,
      [...this.#members].reduce((all, { slots }) => all | slots, 0),
    )
    Atomics.add(this.#shared, CHANGED, 1)
    Atomics.notify(this.#shared, CHANGED)
  }
}

/** Runs in the thread, on its own: nothing of this file is there. */
function beat(slots: number, slotMs: number): void {
  const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads')
  const { shared, origin } = workerData as Beat
  const passed = () => Number(process.hrtime.bigint()) / 1e6 - origin
  let slot = Math.floor(passed() / slotMs)
  for (;;) {
    const changed = Atomics.load(shared, 0)
    const inUse = Atomics.load(shared, 1)
    if (inUse === 0) {
      Atomics.wait(shared, 0, changed)
      continue
    }
    // Slots that went by while nobody was here, or the machine slept, are not made up for: receivers know the time.
    slot = Math.max(slot, Math.floor(passed() / slotMs))
    while (!(inUse & (1 << (slot % slots)))) slot++
    const left = slot * slotMs - passed()
    if (left > 0 && Atomics.wait(shared, 0, changed, left) !== 'timed-out') continue
    while (slot * slotMs > passed());
    parentPort?.postMessage(1 << (slot % slots))
    slot++
  }
}
