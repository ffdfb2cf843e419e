import { fileURLToPath } from 'node:url'
import { startMedia } from '../../electron/media/media-host.ts'
import { startNodeChild } from '../../electron/media/start-child.ts'
import type { StartChild } from '../../electron/media/start-child.ts'
import { realClock } from './real-clock.ts'
import { testLog } from './silent-log.ts'

/** A phone with one session on the sound card, to be killed: prints the ids of its children once sound flows. */
const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const pids: (number | undefined)[] = []
const startChild: StartChild = (...args) => {
  const child = startNodeChild(...args)
  pids.push(child.pid)
  return child
}
const media = await startMedia({
  startChild,
  entries: { mediaProcess: file('../../native/media-process.ts'), audioHost: file('../../native/audio-host.ts') },
  clock: realClock,
  log: testLog(),
  socketFolder: process.env['SOCKET_FOLDER'] ?? '',
})({
  onDtmf: () => {},
  onQuality: () => {},
  onLevel: () => {},
  onAudioState: (state) => {
    if (state === 'running') process.stdout.write(JSON.stringify(pids))
  },
})
await media.open('s', {
  address: '127.0.0.1',
  ports: [31_000, 31_999],
  demanded: false,
  audio: { source: { kind: 'device' }, sink: { kind: 'device' } },
})
