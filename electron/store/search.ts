/** LIKE ignores the case of ASCII letters alone; this also makes full-width forms and accents of either form alike. */
export function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** Of a long text up to 200 characters, what is looked for among them. */
export function excerpt(text: string, search: string): string {
  const at = folded(text).indexOf(folded(search))
  const start = at <= 60 ? 0 : at - 40
  return (start > 0 ? '…' : '') + text.slice(start, start + 200).toWellFormed()
}

/** For `LIKE ? ESCAPE '\'` on a folded column: what contains the text anywhere. */
export function likePattern(text: string): string {
  return `%${folded(text).replaceAll(/[\\%_]/g, '\\$&')}%`
}
