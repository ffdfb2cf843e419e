/**
 * Characters that are not of a language's own writing: the character sets of either coast know it better than any list
 * of ours. GB 2312 has what is written in Simplified Chinese, Big5 what is written in Traditional.
 */
export function foreignCharacters(text: string, language: 'zh-Hans' | 'zh-Hant'): string {
  const own = written[language]
  return [...text].filter((one) => /\p{Script=Han}/u.test(one) && !own.has(one)).join('')
}

const written = {
  'zh-Hans': all('gbk', [0xb0, 0xf7], [[0xa1, 0xfe]]),
  'zh-Hant': all(
    'big5',
    [0xa4, 0xf9],
    [
      [0x40, 0x7e],
      [0xa1, 0xfe],
    ],
  ),
}

/** Every character of two octets, the first and the second from these ranges. */
function all(charset: string, [from, to]: [number, number], seconds: readonly [number, number][]): ReadonlySet<string> {
  const decoder = new TextDecoder(charset)
  const characters = new Set<string>()
  for (let first = from; first <= to; first++)
    for (const [low, high] of seconds)
      for (let second = low; second <= high; second++) characters.add(decoder.decode(Uint8Array.of(first, second)))
  return characters
}
