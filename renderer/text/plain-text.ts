/** No name is longer on a screen; what is behind it would only cost layout. */
const longest = 200

/**
 * Text of somebody else as one harmless line: without control characters, marks that turn the direction of writing
 * (U+202A-202E, U+2066-2069, U+200E, U+200F, U+061C) and other invisible ones, line breaks as blanks, never more than
 * four combining marks on a letter, cut to `longest` characters. It is text, not HTML: whoever shows it must not parse it.
 */
export function plainText(text: string, limit = longest): string {
  const clean = text
    .slice(0, limit * 8)
    .toWellFormed()
    // ZWNJ and ZWJ shape letters and emoji; all other format characters only hide.
    .replaceAll(/(?![\t\n\v\f\r\u0085])[\p{Cc}\p{Co}]|(?![\u200c\u200d])\p{Cf}/gu, '')
    .replaceAll(/[\p{Zl}\p{Zp}\u0085\s]+/gu, ' ')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
    .trim()
  const characters = [...clean]
  return characters.length > limit ? `${characters.slice(0, limit).join('').trimEnd()}\u2026` : clean
}

/** For the middle of a sentence: the name keeps its own direction and leaves the sentence's alone (FSI, PDI). */
export function isolated(text: string): string {
  return `\u2068${text}\u2069`
}
