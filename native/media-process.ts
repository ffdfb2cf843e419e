import './baseline-compiler.ts'
import { listenForCard } from './audio/card-link.ts'
import { parentChannel } from './channel.ts'
import { MediaEngine } from './media-engine.ts'
import { findOpus } from './opus-file.ts'
import { goFirst } from './scheduling.ts'

/** Entry of the media process: the engine behind the line to the phone, and nothing else. */

goFirst()
const channel = parentChannel()
const engine = new MediaEngine({ emit: (event) => channel.send(event), listenForCard })
let ending = false

async function end(): Promise<void> {
  if (ending) return
  ending = true
  await engine.close()
  await channel.flush()
  process.exit(0)
}

channel.onCommand = (command) => {
  try {
    if (command.op === 'shutdown') void end()
    else engine.handle(command)
  } catch (error) {
    channel.send({ event: 'log', level: 'error', message: `bad command: ${String(error)}` })
  }
}
// Without the phone there is nobody to hear or be heard.
channel.onClosed = () => void end()
// Ctrl-C reaches every process of the terminal; the phone decides what ends, and when.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => void end())

const noOpus = await findOpus()
channel.send({ event: 'ready', ...(noOpus !== undefined && { missing: [{ codec: 'Opus', reason: noOpus }] }) })
