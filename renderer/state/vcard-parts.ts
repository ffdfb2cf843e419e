/** Characters, of which each may be three bytes of a message to the phone, which holds 1 MiB. */
const longestPart = 320_000

/**
 * A file of vCards as texts of whole cards that are short enough for a message each. A picture that makes its card too
 * long is left out, and counted.
 */
export function partsOfVCards(text: string): { readonly parts: readonly string[]; readonly photosLeftOut: number } {
  const parts: string[] = []
  let part = ''
  let photosLeftOut = 0
  for (const whole of text.split(/(?<=^END:VCARD[ \t]*\r?$)/im)) {
    const card = whole.length <= longestPart ? whole : withoutPhoto(whole)
    if (card !== whole) photosLeftOut += 1
    if (part !== '' && part.length + card.length > longestPart) {
      parts.push(part)
      part = ''
    }
    part += card
  }
  // Blank lines behind the last card are none, and would be refused; a text without any card is for the phone to refuse.
  if (part.trim() !== '' || parts.length === 0) parts.push(part)
  return { parts, photosLeftOut }
}

/** The line and those that go on from it (RFC 6350 3.2). */
const withoutPhoto = (card: string) => card.replaceAll(/^(?:[\w-]+\.)?PHOTO[;:].*(?:\r?\n[ \t].*)*\r?\n?/gim, '')
