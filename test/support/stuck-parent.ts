import { fileURLToPath } from 'node:url'
import { startNodeChild } from '../../electron/media/start-child.ts'

/** The parent of a stuck audio host: prints the child's id once that hangs. */
const child = startNodeChild(fileURLToPath(new URL('audio-host-stuck.ts', import.meta.url)), {
  onMessage: () => process.stdout.write(String(child.pid)),
  onExit: () => {},
})
child.send({ op: 'list' })
