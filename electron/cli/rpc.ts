import { announcer } from '../ipc/announcer.ts'
import { methods } from '../ipc/contract.ts'
import { createDispatcher } from '../ipc/dispatcher.ts'
import { phoneHandlers } from '../ipc/handlers.ts'
import { serveStdio } from '../ipc/stdio.ts'
import { endPhone } from './ending.ts'
import { createLog } from './log.ts'
import { told } from './outcome.ts'
import type { Command } from './parse.ts'
import { Progress } from './progress.ts'
import type { World } from './world.ts'
import type { Phone } from '../phone/phone.ts'

/** How long answers under way may take once the phone has ended. */
const patienceMs = 2000

/** `dialtone rpc`: the contract on stdin and stdout. */
export async function rpc(command: Command, world: World): Promise<number> {
  const { terminal } = world
  const progress = new Progress(terminal)
  const write = progress.logTo(command.log)
  let phone: Phone
  try {
    if (command.audio.source.kind === 'file') await world.checkWav(command.audio.source.path)
    if (command.audio.record !== undefined) await world.checkRecording(command.audio.record)
    phone = await world.openPhone(command, { throwAway: false, write })
  } catch (error) {
    const { code, message } = told(error)
    progress.failure(`${code} - ${message}`)
    return 1
  }
  for (const notice of phone.info().notices) progress.event(notice)
  const asked = Promise.withResolvers<void>()
  const handlers = phoneHandlers(phone, async () => {
    await endPhone(phone)
    asked.resolve()
  })
  const log = createLog(command.log, write)
  const carrier = serveStdio(terminal.input, terminal.output, createDispatcher(methods, handlers, { paths: true, log }))
  phone.delegate = announcer(carrier.notify)
  carrier.notify('phone.ready', { ready: true, listening: phone.info().listening })
  await Promise.race([asked.promise, carrier.ended, world.life.stopped])
  await endPhone(phone)
  await carrier.close(patienceMs)
  return 0
}
