import { powerMonitor, powerSaveBlocker } from 'electron'

interface PowerHooks {
  readonly onSuspend: () => void
  /** The network may be another one now. */
  readonly onResume: () => void
  /** The system goes down; calls should be ended first. */
  readonly onShutdown: () => void
}

/** Only after `ready`. */
export function watchPower(hooks: PowerHooks): void {
  powerMonitor.on('suspend', hooks.onSuspend)
  powerMonitor.on('resume', hooks.onResume)
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    // It waits for us a little.
    event?.preventDefault()
    hooks.onShutdown()
  })
}

/** Keeps the system from falling asleep while somebody talks; the screen may. */
export class WakeLock {
  #blocker: number | undefined

  hold(on: boolean): void {
    if (on && this.#blocker === undefined) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    else if (!on && this.#blocker !== undefined) {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = undefined
    }
  }
}
