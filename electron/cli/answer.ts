import type { Ready } from '../ipc/contract.ts'
import { PhoneError } from '../phone/phone-error.ts'
import type { Phone } from '../phone/phone.ts'
import type { CallEnded, CallStateChange, Snapshot } from '../phone/shapes.ts'
import { usesSoundCard } from './audio.ts'
import { endPhone } from './ending.ts'
import { howEnded } from './explain.ts'
import { failedBefore, judge, type Judged, told } from './outcome.ts'
import type { Command } from './parse.ts'
import { Progress } from './progress.ts'
import { SoundCardNews } from './sound-card-news.ts'
import { RegistrationNews } from './registration-news.ts'
import { qualitySummary } from './summary.ts'
import type { World } from './world.ts'

/** `dialtone answer`: takes every call, several at once, until it is told to stop; with `--once` only the first. */
export async function answer(command: Command, world: World): Promise<number> {
  const progress = new Progress(world.terminal)
  let phone: Phone
  try {
    if (command.audio.source.kind === 'file') await world.checkWav(command.audio.source.path)
    if (command.audio.record !== undefined) await world.checkRecording(command.audio.record)
    phone = await world.openPhone(command, { throwAway: true, write: progress.logTo(command.log) })
  } catch (error) {
    return report(failedBefore('', error), command, world, progress)
  }
  for (const notice of phone.info().notices) progress.event(notice)
  const desk = new Desk(phone, command, world, progress)
  phone.delegate = desk
  const ready: Ready = { ready: true, listening: phone.info().listening }
  world.terminal.out(JSON.stringify(ready))
  const first = await Promise.race([desk.first, world.life.stopped])
  await endPhone(phone)
  return command.once && typeof first === 'object' ? exitCode(first) : 0
}

function report(judged: Judged, command: Command, world: World, progress: Progress): number {
  const { outcome, failure } = judged
  if (failure !== undefined) progress.failure(failure)
  if (command.json) world.terminal.out(JSON.stringify(outcome))
  else if (outcome.quality !== null) for (const line of qualitySummary(outcome.quality)) world.terminal.out(line)
  return exitCode(judged)
}

const exitCode = (judged: Judged) => (judged.failure === undefined ? 0 : 1)

interface Taken {
  readonly remote: string
  readonly startedAt: number
  answeredMs?: number
}

/** Who has called and how far it has come. */
class Desk {
  readonly #phone: Phone
  readonly #command: Command
  readonly #world: World
  readonly #progress: Progress
  readonly #calls = new Map<string, Taken>()
  readonly #first = Promise.withResolvers<Judged>()
  readonly #soundCard: SoundCardNews
  readonly #registrations: RegistrationNews
  #closed = false

  constructor(phone: Phone, command: Command, world: World, progress: Progress) {
    this.#phone = phone
    this.#command = command
    this.#world = world
    this.#progress = progress
    this.#soundCard = new SoundCardNews(progress)
    this.#registrations = new RegistrationNews(progress)
  }

  /** The first answered call, when it has ended. Only ever settles with `--once`. */
  get first(): Promise<Judged> {
    return this.#first.promise
  }

  onCallState({ callId, state }: CallStateChange): void {
    const taken = this.#calls.get(callId)
    if (state === 'incoming' && taken === undefined) this.#take(callId)
    else if (state === 'confirmed' && taken !== undefined && taken.answeredMs === undefined) {
      taken.answeredMs = Math.round((performance.now() - taken.startedAt) * 10) / 10
      this.#progress.event(`answered ${taken.remote}`)
    }
  }

  onCallEnded(ended: CallEnded): void {
    const taken = this.#calls.get(ended.callId)
    if (taken === undefined) return
    this.#calls.delete(ended.callId)
    const { remote, answeredMs } = taken
    const { source, record } = this.#command.audio
    const judged = judge(remote, ended, answeredMs === undefined ? {} : { answered: answeredMs }, {
      sent: source.kind === 'file',
      received: record !== undefined,
    })
    if (answeredMs !== undefined) this.#progress.event(`${remote}: ${howEnded(ended.by, ended.durationMs)}`)
    report(judged, this.#command, this.#world, this.#progress)
    if (!this.#command.once) return
    if (answeredMs === undefined) this.#closed = false
    else this.#first.resolve(judged)
  }

  onDtmf({ digit, mode }: { readonly digit: string; readonly mode: string }): void {
    this.#progress.event(`received the digit ${digit} (${mode})`)
  }

  onSnapshot(snapshot: Snapshot): void {
    if (usesSoundCard(this.#command.audio)) this.#soundCard.onState(snapshot.audio.state)
    this.#registrations.onSnapshot(snapshot)
  }

  onQuality(): void {}

  #take(callId: string): void {
    if (this.#closed) {
      this.#phone.reject(callId, 486)
      return
    }
    this.#closed = this.#command.once
    const remote = this.#phone.snapshot().calls.find((call) => call.callId === callId)?.remote.uri ?? ''
    this.#calls.set(callId, { remote, startedAt: performance.now() })
    this.#phone.answer(callId).catch((error: unknown) => {
      // The caller may have given up meanwhile; how the call ended is told by its end.
      if (error instanceof PhoneError && (error.code === 'bad-state' || error.code === 'not-found')) return
      this.#progress.event(`${remote} could not be answered: ${told(error).message}`)
    })
  }
}
