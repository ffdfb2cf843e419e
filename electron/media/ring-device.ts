import type { CaptureSettings, MediaEvent } from '../../native/protocol.ts'
import type { Clock, Log } from '../phone/ports.ts'
import { AudioSupervisor, type AudioSocket } from './audio-supervisor.ts'
import type { Child, ChildDelegate } from './start-child.ts'

/** Names; empty or absent: the system's default. */
export interface ChosenDevices {
  readonly input?: string
  readonly output?: string
  readonly ring?: string
  /** Absent: the microphone as it is. */
  readonly capture?: CaptureSettings
}

interface RingDeviceOptions {
  readonly clock: Clock
  readonly log: Log
  readonly start: (delegate: ChildDelegate) => Child
  readonly chosen: () => ChosenDevices
  /** Whether it can be used is another matter than before. */
  readonly onUsable: () => void
}

/** The second device, which only rings: an audio host of its own, while it rings. A call must not be missed for its sake. */
export class RingDevice {
  readonly #options: RingDeviceOptions
  readonly #audio: AudioSupervisor
  #socket: AudioSocket = { path: '', token: '' }
  /** It did not sound: this time the speaker rings. */
  #failed = false

  constructor(options: RingDeviceOptions) {
    const { clock, log, start, chosen } = options
    this.#options = options
    this.#audio = new AudioSupervisor({
      clock,
      log,
      start,
      chosen: () => {
        const { ring } = chosen()
        return { ...(ring && { output: ring }), outputOnly: true }
      },
      onState: (state, message) => {
        if (state === 'idle' || state === 'running' || this.#failed) return
        log.warn('the ring device cannot be used; the speaker rings', { reason: message })
        this.#failed = true
        options.onUsable()
      },
    })
  }

  get socket(): AudioSocket {
    return this.#socket
  }

  /** Whether another device than the speaker is to ring, and does. */
  get usable(): boolean {
    const { output = '', ring = '' } = this.#options.chosen()
    return ring !== output && !this.#failed
  }

  /** The next ringing tries it again. */
  anew(): void {
    this.#failed = false
  }

  hear(event: MediaEvent): void {
    if (event.event === 'audio-wanted') this.#audio.want(event.wanted ? this.#socket : undefined)
    else if (event.event === 'audio-stalled') this.#audio.stalled()
    else if (event.event === 'audio-running') this.#audio.running()
  }

  /** A new media process waits for it there. */
  moved(socket: AudioSocket): void {
    this.#socket = socket
    this.#audio.moved(socket)
  }

  changed(): void {
    this.#failed = false
    this.#audio.changed()
  }

  close(): Promise<void> {
    return this.#audio.close()
  }
}
