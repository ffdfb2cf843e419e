import type { Registration, Snapshot } from '../phone/shapes.ts'
import type { Progress } from './progress.ts'

/** Tells how registrations go, each time when that changes. */
export class RegistrationNews {
  readonly #progress: Progress
  readonly #told = new Map<string, string>()

  constructor(progress: Progress) {
    this.#progress = progress
  }

  onSnapshot({ accounts }: Pick<Snapshot, 'accounts'>): void {
    for (const { id, registration } of accounts) {
      const line = told(registration)
      if (line === undefined || this.#told.get(id) === line) continue
      this.#told.set(id, line)
      this.#progress.event(line)
    }
  }
}

/** Undefined while it is under way. */
function told({ state, code, reason, remedy, contact }: Registration): string | undefined {
  if (state === 'registered') return `registered${contact === undefined ? '' : ` as ${contact}`}`
  if (state === 'failed') return `not registered: ${code ?? ''} ${reason ?? ''}. ${remedy ?? ''}`.trim()
  return undefined
}

/** Whether no registration is under way. */
export function areSettled({ accounts }: Pick<Snapshot, 'accounts'>): boolean {
  return accounts.every(({ registration }) => registration.state !== 'registering')
}
