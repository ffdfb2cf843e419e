/** The methods that RFCs define and that Dialtone knows by name. Method names are case-sensitive (RFC 3261 7.1). */
const knownMethods = [
  'INVITE',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'INFO', // RFC 6086
  'PRACK', // RFC 3262
  'UPDATE', // RFC 3311
  'SUBSCRIBE', // RFC 6665
  'NOTIFY',
  'REFER', // RFC 3515
  'MESSAGE', // RFC 3428
  'PUBLISH', // RFC 3903
] as const

type Method = (typeof knownMethods)[number]

/** Known ones that are not offered are answered 405, all others 501 (RFC 3261 8.2.1, 21.5.2). */
export function isKnownMethod(method: string): method is Method {
  return (knownMethods as readonly string[]).includes(method)
}
