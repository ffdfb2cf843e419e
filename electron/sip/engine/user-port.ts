import type { SipRequest, SipResponse } from '../message/message.ts'
import type { SendResult, TransactionUser } from '../transaction-user.ts'
import type { Loop } from './loop.ts'
import type { Path } from './network.ts'

/** Whom a message is about, as the user knows it. */
interface About {
  readonly transactionId: string
  readonly dialogId: string
  readonly path: Path
}

/** The transaction user, so that a throw of its stays its own. */
export class UserPort {
  readonly #user: TransactionUser
  readonly #loop: Loop

  constructor(user: TransactionUser, loop: Loop) {
    this.#user = user
    this.#loop = loop
  }

  request(request: SipRequest, about: About): void {
    this.#loop.guard('onRequest', () => this.#user.onRequest(request, contextOf(about)))
  }

  response(response: SipResponse, about: About, generated = false): void {
    this.#loop.guard('onResponse', () => this.#user.onResponse(response, { ...contextOf(about), generated }))
  }

  dialogEnded(dialogId: string, bye: SipRequest, { local, remote }: Path): void {
    this.#loop.guard('onDialogEnded', () => this.#user.onDialogEnded(dialogId, bye, local, remote))
  }

  /** `done`, told what went out. */
  sent<M>(done: (result: SendResult<M>) => void, message: M, { transactionId, dialogId, path }: About): void {
    const { local, remote } = path
    this.#loop.guard('done', () => done({ ok: true, sent: { message, local, remote, transactionId, dialogId } }))
  }

  failed<M>(done: (result: SendResult<M>) => void, reason: string): void {
    this.#loop.guard('done', () => done({ ok: false, reason }))
  }
}

const contextOf = ({ transactionId, dialogId, path: { local, remote } }: About) => ({
  transactionId,
  dialogId,
  local,
  remote,
})
