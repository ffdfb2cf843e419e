import type { Phone } from '../phone/phone.ts'
import type { CallEnded } from '../phone/shapes.ts'
import { parseTarget } from '../phone/target.ts'
import { usesSoundCard } from './audio.ts'
import { endPhone } from './ending.ts'
import { howEnded } from './explain.ts'
import { failedBefore, judge, type Judged, told } from './outcome.ts'
import type { Command } from './parse.ts'
import { Progress } from './progress.ts'
import { SoundCardNews } from './sound-card-news.ts'
import { qualitySummary } from './summary.ts'
import { settledAccounts } from './settled-accounts.ts'
import type { World } from './world.ts'

/** How long it may ring without `--duration`, as long as most phones let it. */
const ringMs = 60_000

/** `dialtone call`: one call, from dialling to its end. */
export async function call(command: Command, world: World): Promise<number> {
  const progress = new Progress(world.terminal)
  const judged = await place(command, world, progress).catch((error: unknown) => failedBefore(command.target, error))
  const { outcome, failure } = judged
  if (failure !== undefined) progress.failure(failure)
  if (command.json) world.terminal.out(JSON.stringify(outcome))
  else if (outcome.quality !== null) for (const line of qualitySummary(outcome.quality)) world.terminal.out(line)
  return failure === undefined ? 0 : 1
}

async function place(command: Command, world: World, progress: Progress): Promise<Judged> {
  // What can be wrong without anybody being called is told before anything starts.
  const whom = calledUri(command)
  if (command.audio.source.kind === 'file') await world.checkWav(command.audio.source.path)
  if (command.audio.record !== undefined) await world.checkRecording(command.audio.record)
  const phone = await world.openPhone(command, { throwAway: true, write: progress.logTo(command.log) })
  try {
    for (const notice of phone.info().notices) progress.remark(notice)
    await settledAccounts(phone, world)
    progress.remark(`calling ${whom}`)
    return await talk(phone, command, world, progress)
  } finally {
    await endPhone(phone)
  }
}

/** Throws a PhoneError. In a profile there may be an account that knows what to do with a number. */
function calledUri({ target, account, profile, data }: Command): string {
  if (account === undefined) return profile === undefined && data === undefined ? parseTarget(target).uri : target
  const { domain = '', proxy = '' } = account.fields
  return parseTarget(target, { domain: domain || proxy, prefix: '' }).uri
}

async function talk(phone: Phone, command: Command, world: World, progress: Progress): Promise<Judged> {
  const over = Promise.withResolvers<CallEnded>()
  // When dialling itself fails nobody waits for it.
  over.promise.catch(() => {})
  const setupMs: { ringing?: number; answered?: number } = {}
  let gaveUp = false
  let talking = ''
  const soundCard = new SoundCardNews(progress)
  let limit: NodeJS.Timeout | undefined
  const startedAt = performance.now()
  const since = () => Math.round((performance.now() - startedAt) * 10) / 10

  function answered(callId: string): void {
    setupMs.answered = since()
    progress.event('answered')
    if (command.dtmf !== undefined) sendDigits(callId, command.dtmf)
    clearTimeout(limit)
    if (command.durationMs !== undefined) limit = setTimeout(hangUp, command.durationMs, callId)
  }

  function sendDigits(callId: string, digits: string): void {
    phone.dtmf(callId, digits).then(
      ({ mode }) => progress.event(`sent the digits ${digits} (${mode})`),
      (error: unknown) => progress.event(`the digits could not be sent: ${told(error).message}`),
    )
  }

  function hangUp(callId: string): void {
    phone.hangup(callId).catch((error: unknown) => progress.remark(`hanging up: ${told(error).message}`))
  }

  phone.delegate = {
    onSnapshot({ calls, audio }) {
      if (setupMs.answered !== undefined && usesSoundCard(command.audio)) soundCard.onState(audio.state)
      const codec = calls.find((candidate) => candidate.callId === callId && candidate.state === 'confirmed')?.codec
      if (codec !== undefined && codec !== talking) progress.event(`talking ${codec}`)
      talking = codec ?? talking
    },
    onCallState({ state }) {
      if (state === 'early' && setupMs.ringing === undefined) {
        setupMs.ringing = since()
        progress.remark('ringing')
      } else if (state === 'confirmed' && setupMs.answered === undefined) answered(callId)
    },
    onCallEnded: (ended) => over.resolve(ended),
    onDtmf: ({ digit, mode }) => progress.event(`received the digit ${digit} (${mode})`),
    onQuality() {},
  }
  const { callId } = phone.dial({ target: command.target })
  limit = setTimeout(() => {
    gaveUp = true
    hangUp(callId)
  }, command.durationMs ?? ringMs)
  void world.life.stopped.then(async () => {
    await endPhone(phone)
    // A phone that has ended without a word about its call must not keep the command waiting.
    over.reject(new Error('the phone ended without telling how the call went'))
  })
  const ended = await over.promise
  clearTimeout(limit)
  if (setupMs.answered !== undefined) progress.event(howEnded(ended.by, ended.durationMs))
  const { source, record } = command.audio
  return judge(command.target, ended, setupMs, { sent: source.kind === 'file', received: record !== undefined }, gaveUp)
}
