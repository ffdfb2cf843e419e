import { callLogScenes } from './scenes/call-log.ts'
import { firstRunScenes } from './scenes/first-run.ts'
import { idleScenes } from './scenes/idle.ts'
import { inCallScenes } from './scenes/in-call.ts'
import { incomingScenes } from './scenes/incoming.ts'
import { peopleScenes } from './scenes/people.ts'
import { settingsScenes } from './scenes/settings.ts'
import { traceScenes } from './scenes/trace.ts'
import { transferScenes } from './scenes/transfer.ts'
import { questionScenes } from './scenes/questions.ts'
import type { Scene } from './scenes/scene.ts'

/** Every screen of the window, by what it is about. */
export const scenes: readonly Scene[] = [
  ...idleScenes,
  ...incomingScenes,
  ...inCallScenes,
  ...transferScenes,
  ...callLogScenes,
  ...peopleScenes,
  ...traceScenes,
  ...settingsScenes,
  ...firstRunScenes,
  ...questionScenes,
]
