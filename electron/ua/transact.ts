import type { Request, RequestOptions, Response } from 'drachtio-srf'
import type { Core } from './core.ts'
import { reasonOf } from './finals.ts'
import { once } from './wrap.ts'

export interface TransactDelegate {
  /** The one final response. To an INVITE's 2xx `ack` must be called. */
  onFinal(response: Response, ack: () => void): void
  /** 101 to 199 */
  onProvisional?(response: Response): void
  /** It is on its way: as it was sent, and where to. */
  onSent?(request: Request): void
  /** Instead of it: the request could not be sent, or the control link broke. */
  onFailed(reason: string): void
  /** An UPDATE in the same dialog came while this is under way: drachtio-srf brings it here and nowhere else. */
  onUpdate?(update: Request, response: Response): void
}

/**
 * One request of ours, in a dialog or outside, and its answer. This instead of `dlg.request`, which acknowledges refused
 * re-INVITEs, calls back with provisional responses, leaves an UPDATE that comes meanwhile without an answer, and knows
 * no link but the one its dialog was made on.
 */
export function transact(core: Core, uri: string, options: RequestOptions, delegate: TransactDelegate): void {
  const { wrap, underWay, srf } = core
  const where = `${options.method} sent`
  const settled = once((tell: () => void) => {
    over()
    wrap.callback(where, tell)()
  })
  const over = underWay.add(() => settled(() => delegate.onFailed('the control link broke')))
  const sent = wrap.callback<[unknown, Request | undefined]>(where, (error, request) => {
    if (!request) return settled(() => delegate.onFailed(reasonOf(error)))
    delegate.onSent?.(request)
    request.on(
      'response',
      wrap.callback(where, (response, ack) => {
        if (response.status < 200) delegate.onProvisional?.(response)
        else settled(() => delegate.onFinal(response, () => ack()))
      }),
    )
    request.on(
      'update',
      wrap.callback(`UPDATE during ${where}`, (update, response) => {
        if (delegate.onUpdate) delegate.onUpdate(update, response)
        else response.send(481)
      }),
    )
  })
  try {
    srf.request(uri, options, sent)
  } catch (error) {
    // Without a link drachtio-srf throws. Its callers expect no answer before this returned.
    queueMicrotask(() => settled(() => delegate.onFailed(reasonOf(error))))
  }
}
