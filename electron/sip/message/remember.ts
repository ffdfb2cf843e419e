/** Longer texts are read again each time. */
const longest = 256
/** More than a few messages have to do with. */
const most = 64

/**
 * `read`, which depends on its text alone, with what it made of the last texts: on its way up the addresses of a message
 * are asked for again and again.
 */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (text.length > longest) return read(text)
    // A copy: a part of a message would hold on to the whole
    const own = ` ${text}`.slice(1)
    const result = read(own)
    if (known.size >= most) known.clear()
    known.set(own, result)
    return result
  }
}
