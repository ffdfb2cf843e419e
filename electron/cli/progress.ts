import type { LogLevel } from './log.ts'
import type { Terminal } from './world.ts'

/**
 * What happens, as lines on stderr. Where nobody watches, what comes before the answer (whom we call, which port it
 * became, that it rings) waits for the answer, so that a failure's code is the first word a script reads there.
 */
export class Progress {
  readonly #terminal: Pick<Terminal, 'err' | 'watched'>
  #waiting: string[] = []
  #eventful = false

  constructor(terminal: Pick<Terminal, 'err' | 'watched'>) {
    this.#terminal = terminal
  }

  /**
   * Where the log goes. Faults that are logged beside a failure that is told anyway come behind it; whoever asks for
   * more than faults gets each line at once.
   */
  logTo(level: LogLevel): (line: string) => void {
    return (line) => {
      if (level === 'error' && !this.#eventful) this.#waiting.push(line)
      else this.#terminal.err(line)
    }
  }

  /** Good to know, but not the news that somebody waits for. */
  remark(line: string): void {
    if (this.#terminal.watched) this.#terminal.err(line)
    else this.#waiting.push(line)
  }

  event(line: string): void {
    this.#eventful = true
    this.#flush()
    this.#terminal.err(line)
  }

  failure(line: string): void {
    this.#terminal.err(line)
    this.#flush()
  }

  #flush(): void {
    for (const line of this.#waiting.splice(0)) this.#terminal.err(line)
  }
}
