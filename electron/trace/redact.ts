const masked = '***'

/**
 * A message without what proves a password, opens an encrypted stream or is nobody else's business: responses of
 * digests and credentials of other schemes, passwords in URIs, keys of SRTP (RFC 4568), texts of MESSAGE, digits sent
 * by INFO or told by KPML (RFC 4730). A body keeps its length, and everything else stays byte for byte.
 */
export function redact(text: string): string {
  const end = /\r?\n\r?\n/.exec(text)
  const head = end === null ? text : text.slice(0, end.index)
  const body = end === null ? '' : text.slice(end.index + end[0].length)
  const told = /^(?:MESSAGE|INFO) /.test(head) || /^(?:content-type|c)[ \t]*:[^\r\n]*(?:dtmf|kpml)/im.test(head)
  const kept = told ? stars(body) : bodyWithoutSecrets(body)
  // A header field goes on in lines that begin with a blank (RFC 3261 7.3.1).
  const fields = head.split(/\n(?![ \t])/)
  return `${fields.map(redactLine).join('\n')}${end?.[0] ?? ''}${kept}`
}

const stars = (text: string) => '*'.repeat(Buffer.byteLength(text))

const authorization = /^(?:proxy-)?authorization[ \t]*:/i
const proof = /\b((?:response|rspauth|cnonce)\s*=\s*)("[^"]*"|[^\s,]*)/gi

function redactLine(line: string): string {
  if (authorization.test(line)) {
    const digest = /^[^:]*:\s*digest\s/i.test(line)
    if (!digest) return line.replace(/^([^:]*:\s*[^\s]*)[\s\S]*?(\r?)$/, `$1 ${masked}$2`)
  } else if (!/^(?:proxy-)?authentication-info[ \t]*:/i.test(line)) return line.replace(passwordInUri, `$1:${masked}@`)
  return line.replace(proof, (_, before: string) => `${before}"${masked}"`)
}

/** RFC 3261 19.1.1: `sip:user:password@host`. */
const passwordInUri = /(\bsips?:[^\s:@<>"]+):[^\s@<>"]*@/gi

/** SDP, and messages that were sent back in a body (RFC 3261 20, message/sip). */
function bodyWithoutSecrets(body: string): string {
  return body
    .replace(/^a=crypto:[^\r\n]*/gim, (line) =>
      line.replace(/(inline:)([^|;\s]*)/gi, (_, before: string, key: string) => before + stars(key)),
    )
    .replace(/^((?:k=|a=key-mgmt:)[a-z]*:?)([^\r\n]*)/gim, (_, before: string, key: string) => before + stars(key))
    .replace(/^(?:proxy-)?(?:authorization|authentication-info)[ \t]*:[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*/gim, (field) =>
      field.replace(/^([^:]*:)([\s\S]*)$/, (_, name: string, value: string) => name + value.replaceAll(/\S/g, '*')),
    )
    .replace(passwordInUri, (uri, user: string) => `${user}:${stars(uri.slice(user.length + 1, -1))}@`)
}
