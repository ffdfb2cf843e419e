import type { SrtpKeying, SrtpReceived } from '../../protocol.ts'
import { SrtpReceiver } from './receiver.ts'
import { SrtpSender } from './sender.ts'

/** The keys of one session, which offer and answer may change at any time; without any, packets pass as they are. */
export class SessionSrtp {
  #keying: SrtpKeying | undefined
  #sender: SrtpSender | undefined
  #receiver: SrtpReceiver | undefined
  /** The peer's packets under its last key, until the first under the new one: some are still on their way. */
  #before: SrtpReceiver | undefined
  #resume: SrtpReceived | undefined

  /** `resume`: where the process before was with what it received. */
  constructor(resume?: SrtpReceived) {
    this.#resume = resume
  }

  get received(): SrtpReceived | undefined {
    return this.#receiver?.position
  }

  /** Throws when a key is not 30 bytes in base64. */
  configure(keying: SrtpKeying | undefined): void {
    const last = this.#keying
    if (keying === undefined) {
      this.#sender = undefined
      this.#receiver = undefined
      this.#before = undefined
    } else {
      const { suite, send, receive, receiveMkiBytes = 0 } = keying
      // A key that stays keeps its indices; RFC 4568 7.1.4: a new one begins at a roll-over counter of zero.
      if (!this.#sender || last?.suite !== suite || last.send !== send) {
        this.#sender = new SrtpSender(suite, Buffer.from(send, 'base64'))
      }
      const same = last?.suite === suite && last.receive === receive && last.receiveMkiBytes === keying.receiveMkiBytes
      if (!this.#receiver || !same) {
        this.#before = this.#receiver
        const master = Buffer.from(receive, 'base64')
        this.#receiver = new SrtpReceiver({ suite, master, mkiBytes: receiveMkiBytes, resume: this.#resume })
        this.#resume = undefined
      }
    }
    this.#keying = keying
  }

  /** Undefined: it must not leave. */
  protectRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#keying ? this.#sender?.protectRtp(packet) : packet
  }

  protectRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#keying ? this.#sender?.protectRtcp(packet) : packet
  }

  /** Undefined: it is not the peer's, or came before. */
  unprotectRtp(packet: Uint8Array): Uint8Array | undefined {
    return this.#unprotect(packet, (receiver) => receiver.unprotectRtp(packet))
  }

  unprotectRtcp(packet: Uint8Array): Uint8Array | undefined {
    return this.#unprotect(packet, (receiver) => receiver.unprotectRtcp(packet))
  }

  #unprotect(packet: Uint8Array, read: (receiver: SrtpReceiver) => Uint8Array | undefined): Uint8Array | undefined {
    if (!this.#keying) return packet
    const clear = this.#receiver && read(this.#receiver)
    if (clear) this.#before = undefined
    return clear ?? (this.#before && read(this.#before))
  }
}
