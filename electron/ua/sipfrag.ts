/** A SIP message in part (RFC 3420): here its status line alone, as RFC 3515 2.4.5 has it. */
export const sipfragType = 'message/sipfrag;version=2.0'

export function formatSipfrag(status: number, reason: string): string {
  return `SIP/2.0 ${status} ${reason.replace(/[\r\n]+/g, ' ')}\r\n`
}

/** Undefined for what has no status line. */
export function parseSipfrag(body: string): { readonly status: number; readonly reason: string } | undefined {
  const [, status, reason = ''] = /^\s*SIP\/2\.0[ \t]+([1-6][0-9]{2})(?:[ \t]+([^\r\n]{0,256}))?/i.exec(body) ?? []
  return status === undefined ? undefined : { status: Number(status), reason: reason.trim() }
}
