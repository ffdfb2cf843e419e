import { parseNameAddr } from '../message/name-addr.ts'
import { param, withoutParam } from '../message/params.ts'
import { formatUri, parseUri } from '../message/uri.ts'

/** How a request leaves along a route set (RFC 3261 12.2.1.1). */
export interface Routing {
  readonly requestUri: string
  /** Values of its Route headers. */
  readonly routes: readonly string[]
  /** The URI whose host the request is sent to (RFC 3261 8.1.2). */
  readonly nextHop: string
}

/** `routeSet` holds name-addr values; entries that are none, or no SIP URIs, are passed over. */
export function routeAlong(routeSet: readonly string[], target: string): Routing {
  const usable = routeSet.filter((route) => uriOf(route) !== null)
  const [first] = usable
  const uri = first === undefined ? null : uriOf(first)
  if (uri === null) return { requestUri: target, routes: [], nextHop: target }
  if (param(uri.params, 'lr') !== undefined) {
    return { requestUri: target, routes: usable, nextHop: formatUri(uri) }
  }
  // A strict router (RFC 2543): it expects itself in the Request-URI, and the target as the last Route
  const { headers: _, ...bare } = uri
  const requestUri = formatUri({ ...bare, params: withoutParam(bare.params, 'method') })
  return { requestUri, routes: [...usable.slice(1), `<${target}>`], nextHop: requestUri }
}

function uriOf(route: string) {
  const parsed = parseNameAddr(route)
  return parsed && parseUri(parsed.uri)
}
