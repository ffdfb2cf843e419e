/** More of a single message than this is an attack on the layout. */
const most = 20_000

/**
 * A longer text of somebody else: with its line breaks, without control characters and the marks that turn the
 * direction of writing or hide. It is text, not HTML.
 */
export function readableText(text: string): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(/(?![\t\n])[\p{Cc}\p{Co}]|(?![\u200c\u200d])\p{Cf}/gu, '')
    .replaceAll(/\n{4,}/g, '\n\n\n')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
}
