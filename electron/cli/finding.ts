import type { Settings } from '../phone/settings.ts'
import type { Command } from './parse.ts'
import type { World } from './world.ts'

/** What one check of `doctor` found. */
export interface Finding {
  readonly check: string
  /** `fail`: a call would not work. `warn`: it would, but not quite as set. */
  readonly verdict: 'ok' | 'warn' | 'fail'
  /** The contract's error code, where something is wrong. */
  readonly code?: string
  readonly detail: string
  readonly remedy?: string
}

/** What a check looks at. */
export interface Look {
  readonly command: Command
  readonly world: World
  /** As the phone would use them. */
  readonly settings: Settings
}
