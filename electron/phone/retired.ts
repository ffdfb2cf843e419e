import type { SubscriptionRun } from './subscription-run.ts'

/** More than these that still say good-bye are cut short. */
const most = 100

/** Subscriptions that are being taken back: their last NOTIFY is still to be heard. */
export class Retired {
  readonly #runs = new Set<SubscriptionRun>()

  /** Resolves when its last SUBSCRIBE is answered. */
  add(run: SubscriptionRun): Promise<void> {
    const [oldest] = this.#runs
    if (oldest !== undefined && this.#runs.size >= most) this.#drop(oldest)
    this.#runs.add(run)
    return run.stop()
  }

  close(): void {
    for (const run of this.#runs) this.#drop(run)
  }

  #drop(run: SubscriptionRun): void {
    run.close()
    this.#runs.delete(run)
  }
}
