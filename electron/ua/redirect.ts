import type { LineOptions } from '../phone/ports.ts'
import { formatUri, param, parseNameAddr, parseUri, sameUri, schemeOf, splitOutside } from '../sip/index.ts'

/** Where 3xx responses send an INVITE, and in which order (RFC 3261 8.1.3.4). Pure. */
export interface TargetSet {
  /** The Request-URI of the first request: sips stays sips. */
  readonly first: string
  /** Best first. */
  readonly waiting: readonly { readonly uri: string; readonly q: number }[]
  /** Whatever was asked or waits: nobody is asked twice, which is what ends a loop. */
  readonly known: readonly string[]
}

/** More places than this are no answer to the question where somebody is. */
export const mostTargets = 8

export function targetsFrom(uri: string): TargetSet {
  return { first: uri, waiting: [], known: [uri] }
}

/**
 * With what a 3xx from `source` (an IP address) says in its Contact header; its values may come joined by commas.
 * `tel` says whether a tel: URI leads anywhere. A target that must not be followed is left out: one that was known, one
 * that is no longer sips, one on the loopback of this host if somebody elsewhere sends us there.
 */
export function withContacts(targets: TargetSet, contact: string, source: string, tel: boolean): TargetSet {
  const { first } = targets
  const known = [...targets.known]
  const waiting = [...targets.waiting]
  for (const value of splitOutside(contact, ',').slice(0, 64)) {
    const parsed = parseNameAddr(value)
    const uri = parsed && targetOf(parsed.uri, tel)
    if (!parsed || uri === null || known.length > mostTargets) continue
    // RFC 3261 26.2.2, 8.1.3.4: who asked for sips is not to be led away from it unasked
    if (schemeOf(first) === 'sips' && schemeOf(uri) !== 'sips') continue
    if (isLoopback(parseUri(uri)?.host ?? '') && !isLoopback(source)) continue
    if (known.some((other) => same(other, uri))) continue
    known.push(uri)
    waiting.push({ uri, q: qOf(param(parsed.params, 'q')) })
  }
  return { first, known, waiting: waiting.sort((one, other) => other.q - one.q) }
}

export function nextTarget(targets: TargetSet): readonly [string | undefined, TargetSet] {
  const [next, ...waiting] = targets.waiting
  return [next?.uri, { ...targets, waiting }]
}

/** Whether a target is one of the account's own addresses, so that its servers and credentials are meant for it. */
export function leadsHome(uri: string, { from, registrar, route }: LineOptions): boolean {
  if (schemeOf(uri) === 'tel') return true
  const target = parseUri(uri)
  return [from.uri, registrar, ...route.map((hop) => hop.replace(/^[^<]*<|>.*$/g, ''))].some((address) => {
    const own = parseUri(address)
    if (!own || !target) return false
    return own.host.toLowerCase() === target.host.toLowerCase() && (own.port ?? 5060) === (target.port ?? 5060)
  })
}

/** RFC 3261 19.1.5: no headers and no method; and no maddr, by which a Contact would lead past its own host. */
function targetOf(text: string, tel: boolean): string | null {
  if (schemeOf(text) === 'tel') return tel ? text : null
  const uri = parseUri(text)
  if (!uri) return null
  const { headers: _headers, password: _password, ...rest } = uri
  return formatUri({ ...rest, params: uri.params.filter(({ name }) => !/^(?:maddr|method|ttl|lr)$/i.test(name)) })
}

function same(one: string, other: string): boolean {
  const [first, second] = [parseUri(one), parseUri(other)]
  return first && second ? sameUri(first, second) : one === other
}

/** RFC 3261 20.10: from 0 to 1; without one it is 1. */
function qOf(text: string | undefined): number {
  return text !== undefined && /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 1
}

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || /^localhost\.?$/i.test(host)
}
