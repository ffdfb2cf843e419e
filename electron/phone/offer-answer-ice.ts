import type { IceCredentials, IceParameters } from '../../native/protocol.ts'
import { type Candidate, iceAttributes, iceOf, type IceDescription } from '../sdp/ice.ts'
import type { Attribute, Connection, MediaSection, SessionDescription } from '../sdp/sdp.ts'

/**
 * ICE in offer and answer (RFC 8839 4): spoken with whoever offers it. NOTE: our own first offer has none, for the many that
 * only get longer answers to it; the controlling side, which may have to offer anew after all checks (4.4.1.2.2), is the peer.
 */

export interface LocalIce {
  /** Not to be guessed. */
  readonly newCredentials: () => IceCredentials
  /** Asked for only where the peer speaks ICE: to list the machine's addresses takes the kernel's time. */
  readonly candidates: () => readonly Candidate[]
}

/** What a section of the peer's says; `mismatch`: its default destination is no candidate, as where a gateway rewrote it. */
export function readIce(
  session: SessionDescription,
  section: MediaSection,
  { address }: Connection,
): IceDescription | 'mismatch' | undefined {
  const ice = iceOf(session, section)
  if (!ice) return undefined
  const isDefault = (one: Candidate) => one.component === 1 && one.address === address && one.port === section.port
  return ice.candidates.some(isDefault) ? ice : 'mismatch'
}

/** Our answer; what is in force stays as long as the peer's credentials do (RFC 8839 4.4.1.1.1). */
export function answerIce(
  offered: IceDescription | 'mismatch' | undefined,
  inForce: IceParameters | undefined,
  local: LocalIce | undefined,
  mux: boolean,
): { readonly parameters?: IceParameters; readonly attributes: readonly Attribute[] } {
  if (offered === undefined || local === undefined) return { attributes: [] }
  if (offered === 'mismatch') return { attributes: [{ name: 'ice-mismatch' }] }
  const goesOn = inForce?.remote.ufrag === offered.ufrag && inForce.remote.pwd === offered.pwd
  // RFC 8445 6.1.1: the offerer controls, unless it checks nothing.
  const parameters = goesOn
    ? inForce
    : parametersOf(offered, { local: local.newCredentials(), controlling: offered.lite }, mux)
  const ours = local.candidates().filter(({ component }) => component === 1 || !mux)
  return { parameters, attributes: iceAttributes(parameters.local, ours) }
}

/** A later offer of ours goes on with what is in force. */
export function offeredIce(inForce: IceParameters | undefined, local: LocalIce | undefined): readonly Attribute[] {
  return inForce && local ? iceAttributes(inForce.local, local.candidates()) : []
}

/** What the peer's answer to it made of that; undefined: it speaks no ICE any more. */
export function takeIce(
  answered: IceDescription | 'mismatch' | undefined,
  inForce: IceParameters | undefined,
  mux: boolean,
): IceParameters | undefined {
  if (!inForce || answered === undefined || answered === 'mismatch') return undefined
  if (inForce.remote.ufrag === answered.ufrag && inForce.remote.pwd === answered.pwd) return inForce
  return parametersOf(answered, inForce, mux)
}

function parametersOf(
  { ufrag, pwd, candidates }: IceDescription,
  { local, controlling }: Pick<IceParameters, 'local' | 'controlling'>,
  mux: boolean,
): IceParameters {
  return {
    local,
    remote: { ufrag, pwd },
    controlling,
    candidates: candidates
      .filter(({ component }) => component === 1 || !mux)
      .map(({ component, address, port, priority }) => ({ component, address, port, priority })),
  }
}
