import type { Request, Response } from 'drachtio-srf'
import { answer } from './answer.ts'
import { optionsAnswer } from './capabilities.ts'
import { contactHeader } from './addresses.ts'
import { sdpType } from './bodies.ts'
import type { Core } from './core.ts'
import { localMark } from '../sip/index.ts'

/** RFC 3261 11.2: answered as an INVITE would be, with what we can do. */
export function answerOptions(core: Core, request: Request, response: Response): void {
  const local = request.get(localMark) ?? ''
  const sdp = core.wrap.value('capabilities', () => core.delegate.capabilities(local), '')
  const contact = { Contact: contactHeader(request.uri) }
  if (sdp === '') answer(response, 200, { ...optionsAnswer, ...contact })
  else answer(response, 200, { ...optionsAnswer, ...contact, 'Content-Type': sdpType }, sdp)
}
