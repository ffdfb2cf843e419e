const longest = 120

/** Text from outside as one short line: without control characters, and without marks that turn the rest around. */
export function readableText(text: string): string {
  const line = text
    .slice(0, longest * 8)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    // Format characters (Cf): bidi overrides and isolates, zero-width ones; those that make emoji and scripts are kept.
    .replaceAll(/[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
    .trim()
  const letters = [...line]
  return letters.length > longest ? `${letters.slice(0, longest - 1).join('')}…` : line
}
