import type { Response } from 'drachtio-srf'
import { reliableMark } from '../sip/index.ts'
import { Authorisation, transactAuthorised } from './authorisation.ts'
import type { Core } from './core.ts'
import type { AccountLine } from './line.ts'

/**
 * Acknowledges a provisional response if that was sent reliably (RFC 3262 4); the engine has seen to their order. The
 * offer of a call of ours is in its INVITE, so that a PRACK never has to carry an answer (5). `settled`: its answer is
 * there, or will never be.
 */
export function acknowledge(
  core: Core,
  line: AccountLine | undefined,
  response: Response,
  settled: () => void = () => {},
): boolean {
  const rack = response.get(reliableMark)
  if (rack === undefined || !response.stackDialogId) return false
  const options = { method: 'PRACK', headers: { RAck: rack }, stackDialogId: response.stackDialogId }
  transactAuthorised(core, new Authorisation(core, line, 'dialog'), 'sip:placeholder', options, {
    onFinal: ({ status }) => {
      if (status >= 300) core.log.debug('a PRACK was refused', { status })
      settled()
    },
    onFailed: (why) => {
      core.log.debug('a PRACK could not be sent', { why })
      settled()
    },
  })
  return true
}

/** Whether a list header (Require, Supported) names the option tag. */
export function lists(value: string | undefined, tag: string): boolean {
  return (value ?? '').split(',').some((each) => each.trim().toLowerCase() === tag)
}
