import { asPhoneError } from '../phone/as-phone-error.ts'
import { Diagnostics } from '../phone/diagnostics.ts'
import { endPhone } from './ending.ts'
import { told } from './outcome.ts'
import type { Command } from './parse.ts'
import { Progress } from './progress.ts'
import { settledAccounts } from './settled-accounts.ts'
import type { World } from './world.ts'

const whereElse = 'Take its diagnostics there: trace window, Export, Diagnostics bundle; or end that phone first.'

/** `dialtone diagnostics [FILE]`: what whoever is to find a fault wants to know; without a file it is only shown. */
export async function diagnostics(command: Command, world: World): Promise<number> {
  const { terminal } = world
  const progress = new Progress(terminal)
  try {
    const phone = await world.openPhone(command, { throwAway: false, write: progress.logTo(command.log) })
    try {
      // How far the registrations get is most of what is asked.
      await settledAccounts(phone, world)
      const redact = !command.unmasked
      const inside = new Diagnostics(phone, Date.now)
      const files = await inside.preview({ redact })
      if (command.target !== '') await phone.trace.save(command.target, await inside.bundle({ redact }))
      if (command.json) terminal.out(JSON.stringify({ path: command.target || null, redacted: redact, files }))
      else
        for (const { name, size, text } of files) {
          terminal.out(command.target === '' ? `--- ${name} (${size} octets)` : `${name} ${size}`)
          if (command.target === '' && text !== undefined) terminal.out(text)
        }
    } finally {
      await endPhone(phone)
    }
    return 0
  } catch (error) {
    const { code, message } = asPhoneError(error)
    // Another profile, or none, would tell nothing of the phone in question.
    const held = code === 'data-folder-locked'
    const sentence = held ? `${message}. ${whereElse}` : told(error).message
    progress.failure(`${code} - ${sentence}`)
    return 1
  }
}
