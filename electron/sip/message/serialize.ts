import { isToken } from './grammar.ts'
import { canonicalName, sameName } from './header-name.ts'
import type { Header, SipMessage } from './message.ts'

/**
 * The bytes of a message: canonical names, Content-Length counted from the body (whatever the headers say), the body
 * untouched. No value can smuggle in a line of its own: CR and LF become blanks.
 */
export function serializeMessage(message: SipMessage): Buffer {
  const lines = [startLine(message)]
  for (const header of message.headers) {
    if (!sameName(header.name, 'Content-Length')) lines.push(headerLine(header))
  }
  lines.push(`Content-Length: ${message.body.byteLength}`, '', '')
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'utf8'), message.body])
}

function startLine(message: SipMessage): string {
  if (message.kind === 'response') return `SIP/2.0 ${message.status} ${oneLine(message.reason)}`
  // A blank would shift the parts of the line; as an escape it stays what it was meant to be.
  return `${message.method.replace(/\s+/g, '')} ${oneLine(message.uri).replaceAll(' ', '%20')} SIP/2.0`
}

function headerLine({ name, value }: Header): string {
  const safe = isToken(name) ? canonicalName(name) : name.replace(/[^A-Za-z0-9\-.!%*_+`'~]/g, '-') || '-'
  return `${safe}: ${oneLine(value)}`
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ')
}
