const longest = 512

/**
 * Whom a SIP or tel URI reaches, as one text for comparing: `1002@office.lan`, `+48601000000`. In lower case, without
 * scheme, password, parameters, headers and the default port, escapes read (RFC 3261 19.1.4 compares stricter: who is
 * meant is the same person over any transport).
 */
export function addressKey(uri: string): string {
  const given = uri.slice(0, longest).trim().toLowerCase()
  const scheme = /^(?:sips?|tel|callto):/.exec(given)?.[0] ?? ''
  const at = given.indexOf('@', scheme.length)
  const rest = given.slice(Math.max(scheme.length, at + 1))
  const host = rest.replace(/[;?].*$/, '').replace(/:5060$/, '')
  if (at < 0) return scheme === 'tel:' ? host.replaceAll(/[\s().-]/g, '') : host
  return `${readable(given.slice(scheme.length, at).replace(/[:;].*$/, ''))}@${host}`
}

/** Escapes as the letters they stand for, unless they are broken. */
function readable(user: string): string {
  try {
    return decodeURIComponent(user).toLowerCase()
  } catch {
    return user
  }
}
