import type { Clock } from '../phone/ports.ts'
import type { Child, ChildDelegate, ChildExit } from './start-child.ts'

interface KeptChildOptions {
  readonly clock: Clock
  readonly start: (delegate: ChildDelegate) => Child
  /** Milliseconds before the next start, after so many deaths in a row (1, 2, ...). */
  readonly delayAfter: (deaths: number) => number
  /** A child that lived so long ends a row of deaths, milliseconds. */
  readonly healthyMs: number
  readonly onStarted: () => void
  readonly onMessage: (message: unknown) => void
  /** It is gone although it was to be kept; the next one starts in `againInMs`. */
  readonly onGone: (reason: string, deaths: number, againInMs: number) => void
}

/** How long a killed child may take to disappear before it is forgotten: one stuck in the kernel does not hold us up. */
const burialMs = 500

interface Life {
  readonly startedAt: number
  child: Child | undefined
  killedFor: string | undefined
}

/** A child process that is started again whenever it goes, later and later if it keeps dying. */
export class KeptChild {
  readonly #options: KeptChildOptions
  #life: Life | undefined
  #kept = false
  #deaths = 0
  #cancelStart: () => void = () => {}
  #cancelKill: () => void = () => {}
  #mourners: (() => void)[] = []

  constructor(options: KeptChildOptions) {
    this.#options = options
  }

  /** Starts it, and keeps it from now on. */
  run(): void {
    if (this.#kept) return
    this.#kept = true
    this.#deaths = 0
    if (this.#life === undefined) this.#start()
    else if (this.#life.killedFor === undefined) {
      // It was asked to end and may be half way there.
      this.#cancelKill()
      this.replace('started again')
    }
  }

  /** What nobody is there to hear is lost. */
  send(message: object): void {
    this.#life?.child?.send(message)
  }

  /** Kills it; another one follows. */
  replace(reason: string): void {
    const life = this.#life
    if (life === undefined || life.killedFor !== undefined) return
    life.killedFor = reason
    life.child?.kill()
    this.#cancelKill = this.#options.clock.after(burialMs, () => this.#ended(life, reason))
  }

  /** As `replace`, but the next one starts at once, whatever went before. */
  renew(reason: string): void {
    if (!this.#kept) return
    this.#deaths = 0
    if (this.#life !== undefined) this.replace(reason)
    else {
      this.#cancelStart()
      this.#start()
    }
  }

  /** Kills it for good, or until `run`. Resolves when it is gone. */
  stop(): Promise<void> {
    this.#kept = false
    this.#cancelStart()
    this.replace('no longer needed')
    return this.#gone()
  }

  /** As `stop`, for a child that was asked to end by itself: killed only when it has not after `ms`. */
  end(ms: number): Promise<void> {
    this.#kept = false
    this.#cancelStart()
    if (this.#life !== undefined && this.#life.killedFor === undefined)
      this.#cancelKill = this.#options.clock.after(ms, () => this.replace('it did not end'))
    return this.#gone()
  }

  #gone(): Promise<void> {
    if (this.#life === undefined) return Promise.resolve()
    return new Promise((resolve) => this.#mourners.push(resolve))
  }

  #start(): void {
    const life: Life = { startedAt: this.#options.clock.now(), child: undefined, killedFor: undefined }
    this.#life = life
    life.child = this.#options.start({
      onMessage: (message) => {
        if (this.#life === life && life.killedFor === undefined) this.#options.onMessage(message)
      },
      onExit: (exit) => this.#ended(life, life.killedFor ?? describe(exit)),
    })
    this.#options.onStarted()
  }

  #ended(life: Life, reason: string): void {
    if (this.#life !== life) return
    this.#life = undefined
    this.#cancelKill()
    const mourners = this.#mourners
    this.#mourners = []
    for (const mourner of mourners) mourner()
    if (!this.#kept) return
    const now = this.#options.clock.now()
    this.#deaths = now - life.startedAt >= this.#options.healthyMs ? 1 : this.#deaths + 1
    const delay = this.#options.delayAfter(this.#deaths)
    this.#cancelStart = this.#options.clock.after(delay, () => this.#start())
    this.#options.onGone(reason, this.#deaths, delay)
  }
}

function describe({ code, signal, complaint }: ChildExit): string {
  const end = signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`
  return complaint === '' ? end : `${end}: ${complaint}`
}
