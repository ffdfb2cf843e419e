const masked = '***'

/**
 * A message without what proves a password, opens an encrypted stream or is nobody else's business: responses of
 * digests, keys of SRTP (RFC 4568), texts of MESSAGE, digits sent by INFO. A body keeps its length, and everything else
 * stays byte for byte.
 */
export function redact(text: string): string {
  const end = /\r?\n\r?\n/.exec(text)
  const head = end === null ? text : text.slice(0, end.index)
  const body = end === null ? '' : text.slice(end.index + end[0].length)
  const kept = /^(?:MESSAGE|INFO) /.test(head)
    ? stars(body)
    : body.replace(/^a=crypto:[^\r\n]*/gim, (line) =>
        line.replace(/(inline:)([^|;\s]*)/gi, (_, before: string, key: string) => before + stars(key)),
      )
  // A header field goes on in lines that begin with a blank (RFC 3261 7.3.1).
  const fields = head.split(/\n(?![ \t])/)
  return `${fields.map(redactLine).join('\n')}${end?.[0] ?? ''}${kept}`
}

const stars = (text: string) => '*'.repeat(Buffer.byteLength(text))

function redactLine(line: string): string {
  if (!/^(?:proxy-)?(?:authorization|authentication-info)\s*:/i.test(line)) return line
  return line.replace(/\b(response|rspauth|cnonce)\s*=\s*(?:"[^"]*"|[^\s,]*)/gi, `$1="${masked}"`)
}
