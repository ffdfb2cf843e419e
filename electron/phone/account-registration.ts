import type { Clock, Line, Log, RegisterAnswer, Trace, UserAgent } from './ports.ts'
import { type WayFault, wayFaultOf } from './way-fault.ts'
import { newRegistration, type RegistrationInput, type RegistrationOutput, step } from './registration.ts'
import { registrationFailure } from './registration-failure.ts'
import type { Registration } from './shapes.ts'

export interface RegistrationEnvironment {
  readonly userAgent: UserAgent
  readonly line: Line
  readonly registrar: string
  readonly clock: Clock
  readonly log: Log
  /** How often a server that we are registered at is asked whether it is still there, s; 0: never. */
  readonly keepAliveSeconds: () => number
  readonly onChanged: () => void
  readonly noteInput?: Trace['noteInput']
}

/**
 * A keep-alive that took longer was answered only when it was repeated (RFC 3261 17.1.2.2: after T1, 500 ms): the server
 * may have been away meanwhile, and have forgotten us.
 */
const promptMs = 450

/** No server is asked more often because it says so, s. */
const leastFlowTimer = 10

/** How often a server that did not answer is asked whether it is back, ms. */
const watchIntervalMs = 4000

/** How often at most a lost connection is answered by a REGISTER, ms. */
const betweenRecoveriesMs = 60_000

/** The registration machine of one account at work: sends what it says, and keeps its timers. */
export class AccountRegistration {
  readonly #environment: RegistrationEnvironment
  #machine = newRegistration
  #stopTimer: () => void = () => {}
  #stopWatch: () => void = () => {}
  #stopAsking: () => void = () => {}
  #stopRecovery: () => void = () => {}
  #recoveredAt = -Infinity
  #waiting: ((registration: Registration) => void)[] = []
  /** The server gives our connection up when it is silent for so long, s (RFC 5626 4.4.1). */
  #flowTimer: number | undefined
  #closed = false

  constructor(environment: RegistrationEnvironment) {
    this.#environment = environment
    environment.line.onFlowLost = () => this.#flowLost()
  }

  get shown(): Registration {
    return this.#machine.shown
  }

  /** Resolves when it has settled, whatever the outcome. */
  register(seconds: number): Promise<Registration> {
    return this.#settling({ kind: 'register', seconds })
  }

  unregister(): Promise<Registration> {
    return this.#settling({ kind: 'unregister' })
  }

  /** What is known may be wrong: the computer slept, or the network is another one. */
  wake(): void {
    this.#feed({ kind: 'wake' })
  }

  /** Nothing is sent any more. */
  close(): void {
    this.#closed = true
    this.#stopTimer()
    this.#stopWatch()
    this.#stopAsking()
    this.#stopRecovery()
    this.#settled()
  }

  #settling(input: RegistrationInput): Promise<Registration> {
    const settled = new Promise<Registration>((resolve) => this.#waiting.push(resolve))
    this.#feed(input)
    return settled
  }

  #feed(input: RegistrationInput): void {
    if (this.#closed) return
    this.#environment.noteInput?.('registration', this.#environment.registrar, input)
    const [machine, outputs] = step(this.#machine, input)
    this.#machine = machine
    for (const output of outputs) this.#act(output)
  }

  #act(output: RegistrationOutput): void {
    const { clock, onChanged } = this.#environment
    switch (output.kind) {
      case 'send':
        this.#stopWatch()
        void this.#send(output.expiresSeconds)
        return
      case 'wait':
        this.#stopTimer()
        this.#stopTimer = clock.after(output.ms, () => this.#feed({ kind: 'timer' }))
        return
      case 'stop-waiting':
        this.#stopTimer()
        this.#stopWatch()
        return
      case 'watch':
        this.#watch()
        return
      case 'changed':
        onChanged()
        return
      case 'settled':
        this.#settled()
        this.#keepAlive()
    }
  }

  async #send(expiresSeconds: number): Promise<void> {
    const { line, clock, log } = this.#environment
    const answer = await line.register({ expiresSeconds })
    const { status, reason } = answer
    log.info(`registration: ${status} ${reason}`, { asked: expiresSeconds, granted: answer.grantedSeconds })
    const at = clock.wallTime()
    this.#flowTimer = answer.flowTimerSeconds
    if (status < 300) this.#feed({ kind: 'answer', answer, at })
    else this.#feed({ kind: 'answer', answer, at, failure: registrationFailure(answer, await this.#wayFault(answer)) })
  }

  /** What is wrong with the way, where nothing got through. */
  async #wayFault({ source }: RegisterAnswer): Promise<WayFault | undefined> {
    if (source !== 'unreachable') return undefined
    const { userAgent, registrar, line } = this.#environment
    return userAgent.route(registrar, line).then(() => undefined, wayFaultOf)
  }

  /** Asks again and again whether the server is back, so that nobody waits for the next try. */
  #watch(): void {
    const { clock, userAgent, line, registrar } = this.#environment
    let over = false
    this.#stopWatch()
    const stop = clock.after(watchIntervalMs, () => {
      userAgent.options(registrar, line).then(
        ({ source }) => {
          if (over) return
          if (source === 'peer') this.#feed({ kind: 'wake' })
          else this.#watch()
        },
        () => {
          if (!over) this.#watch()
        },
      )
    })
    this.#stopWatch = () => {
      over = true
      stop()
    }
  }

  /**
   * A server that died and came back has forgotten us, and holes in NATs close: asks it now and then. Where nobody
   * answers any more, the registration is made anew, or fails and is watched.
   */
  #keepAlive(): void {
    const { clock, userAgent, line, registrar, keepAliveSeconds } = this.#environment
    this.#stopAsking()
    const demanded = this.#flowTimer === undefined ? Infinity : Math.max(leastFlowTimer, this.#flowTimer)
    const seconds = Math.min(keepAliveSeconds() || Infinity, demanded)
    if (seconds === Infinity || this.shown.state !== 'registered') return
    let over = false
    // RFC 5626 4.4.2: at 80 to 100 % of it, so that an absence as long as the interval is never missed
    const stop = clock.after(seconds * 900, () => {
      const asked = clock.now()
      userAgent.options(registrar, line).then(
        ({ source }) => {
          if (over) return
          if (source === 'peer' && clock.now() - asked < promptMs) this.#keepAlive()
          else this.wake()
        },
        (error: unknown) => this.#environment.log.warn('a keep-alive could not be sent', { error: String(error) }),
      )
    })
    this.#stopAsking = () => {
      over = true
      stop()
    }
  }

  /** At once, but a server that closes every connection is not told again and again. */
  #flowLost(): void {
    const { clock } = this.#environment
    this.#stopRecovery()
    const recover = () => {
      if (this.shown.state !== 'registered' || this.#machine.inFlight !== undefined) return
      this.#recoveredAt = clock.now()
      this.wake()
    }
    const wait = this.#recoveredAt + betweenRecoveriesMs - clock.now()
    if (wait <= 0) recover()
    else this.#stopRecovery = clock.after(wait, recover)
  }

  #settled(): void {
    for (const resolve of this.#waiting.splice(0)) resolve(this.shown)
  }
}
