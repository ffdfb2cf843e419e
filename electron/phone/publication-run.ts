import type { CallingAccount } from './accounts.ts'
import { pidfType, type PresenceStatus, writePidf } from './pidf.ts'
import type { Clock, EventAgent, Log, PublishAnswer, Trace } from './ports.ts'
import { newPublication, step, type PublicationInput, type PublicationOutput } from './publication.ts'

interface PublicationEnvironment {
  readonly agent: Pick<EventAgent, 'publish'>
  readonly clock: Clock
  readonly log: Log
  readonly trace: Pick<Trace, 'noteInput'>
  readonly through: CallingAccount
}

/** The publication machine of one account at work: sends what it says, and keeps its timer. */
export class PublicationRun {
  readonly #environment: PublicationEnvironment
  #machine = newPublication
  #stopTimer: () => void = () => {}
  #waiting: ((answer: PublishAnswer | undefined) => void)[] = []
  #closed = false

  constructor(environment: PublicationEnvironment) {
    this.#environment = environment
  }

  get through(): CallingAccount {
    return this.#environment.through
  }

  get wanted(): PresenceStatus | undefined {
    return this.#machine.wanted
  }

  /** Resolves with the answer when it has settled; undefined: there was nothing to ask. Never rejects. */
  set(status: PresenceStatus): Promise<PublishAnswer | undefined> {
    return this.#settling({ kind: 'set', status })
  }

  remove(): Promise<PublishAnswer | undefined> {
    return this.#settling({ kind: 'remove' })
  }

  wake(): void {
    this.#feed({ kind: 'wake' })
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closed = true
    this.#stopTimer()
    this.#settled(undefined)
  }

  #settling(input: PublicationInput): Promise<PublishAnswer | undefined> {
    if (this.#closed) return Promise.resolve(undefined)
    const settled = new Promise<PublishAnswer | undefined>((resolve) => this.#waiting.push(resolve))
    this.#feed(input)
    return settled
  }

  #feed(input: PublicationInput): void {
    if (this.#closed) return
    const { trace, through } = this.#environment
    trace.noteInput('publication', through.from.uri, input)
    const [machine, outputs] = step(this.#machine, input)
    this.#machine = machine
    for (const output of outputs) this.#act(output)
  }

  #act(output: PublicationOutput): void {
    switch (output.kind) {
      case 'send':
        void this.#send(output)
        return
      case 'wait':
        this.#stopTimer()
        this.#stopTimer = this.#environment.clock.after(output.ms, () => this.#feed({ kind: 'timer' }))
        return
      case 'stop-waiting':
        this.#stopTimer()
        return
      case 'settled':
        this.#settled(output.answer)
    }
  }

  async #send({ expiresSeconds, entityTag, status }: Extract<PublicationOutput, { kind: 'send' }>): Promise<void> {
    const { agent, log, through } = this.#environment
    const { from, line } = through
    const answer = await agent.publish({
      uri: from.uri,
      line,
      from,
      event: 'presence',
      expiresSeconds,
      ...(entityTag !== undefined && { entityTag }),
      ...(status !== undefined && { body: { contentType: pidfType, text: writePidf(from.uri, status) } }),
    })
    log.debug(`publication: ${answer.status} ${answer.reason}`, { asked: expiresSeconds })
    this.#feed({ kind: 'answer', answer })
  }

  #settled(answer: PublishAnswer | undefined): void {
    for (const resolve of this.#waiting.splice(0)) resolve(answer)
  }
}
