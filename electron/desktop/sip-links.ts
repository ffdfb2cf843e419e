/** Longer is no address that anybody calls. */
const longestLink = 1024

/**
 * What a link (sip:, sips:, tel:, callto:) puts into the dial field; undefined for anything else. Header fields and a
 * method that a link may carry (RFC 3261 19.1.1) are dropped: whoever wrote the link does not decide what we send.
 */
export function dialTextOf(argument: string): string | undefined {
  const [, scheme, rest] = /^(sips?|tel|callto):(?:\/\/)?(.*)$/is.exec(argument.trim()) ?? []
  if (scheme === undefined || rest === undefined || argument.length > longestLink) return undefined
  const address = (rest.split('?', 1)[0] ?? '').replace(/;method=[^;]*/gi, '').replace(/\/$/, '')
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (address === '' || /[\s"<>\u0000-\u001f\u007f]/.test(address)) return undefined
  return /^callto$/i.test(scheme) ? address : `${scheme.toLowerCase()}:${address}`
}

/** The first link among the arguments of a start. */
export function findLink(argv: readonly string[]): string | undefined {
  for (const argument of argv) {
    const text = dialTextOf(argument)
    if (text !== undefined) return text
  }
  return undefined
}
