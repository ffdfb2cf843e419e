/** LIKE ignores the case of ASCII letters alone; this also makes full-width forms and accents of either form alike. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** For `LIKE ? ESCAPE '\'` on a folded column: what contains the text anywhere. */
export function likePattern(text: string): string {
  return `%${folded(text).replaceAll(/[\\%_]/g, '\\$&')}%`
}
