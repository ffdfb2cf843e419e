export function bytesOfBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
  return bytes
}

/** A file name of what strangers wrote: letters, digits, dots and dashes. */
export function fileName(text: string): string {
  const plain = text.replaceAll(/[^\p{L}\p{N}.@-]+/gu, '-').replaceAll(/^[-.]+|[-.]+$/g, '')
  return plain.slice(0, 60) || 'trace'
}
