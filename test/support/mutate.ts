/** What breaks text protocols: their own separators in wrong places, numbers out of range, bytes that are no text. */
const poisons = [
  '\r\n',
  '\n',
  '\r',
  '\r\n\r\n',
  '\r\n ',
  '\0',
  '"',
  '\\',
  '<',
  '>',
  ';',
  ',',
  ':',
  '=',
  '@',
  '%',
  '%00',
  '[',
  ']',
  '/',
  '?',
  ' ',
  '\t',
  '*',
  '-1',
  '0',
  '4294967296',
  '99999999999999999999999',
  'SIP/2.0',
  'Via: ',
  'Content-Length: 5\r\n',
  'l: 0\r\n',
  'a=',
  'm=audio 0 RTP/AVP',
  'c=IN IP6 ::',
  '\u00e9',
  '\u96fb\u8a71',
].map((text) => Buffer.from(text))

/** One to six random changes to `bytes`; `others` lends material, `random` gives 0 to 1. */
export function mutate(bytes: Uint8Array, others: readonly Uint8Array[], random: () => number): Buffer {
  let mutant: Buffer = Buffer.from(bytes)
  for (let changes = 1 + below(random, 6); changes > 0; changes--) mutant = change(mutant, others, random)
  return mutant
}

function change(bytes: Buffer, others: readonly Uint8Array[], random: () => number): Buffer {
  const at = below(random, bytes.length + 1)
  const some = below(random, below(random, 4) === 0 ? 400 : 12)
  const before = bytes.subarray(0, at)
  switch (below(random, 8)) {
    case 0:
      return Buffer.concat([before, pick(random, poisons), bytes.subarray(at)])
    case 1:
      return Buffer.concat([before, pick(random, poisons), bytes.subarray(at + some)])
    case 2:
      return Buffer.concat([before, bytes.subarray(at + some)])
    case 3:
      return Buffer.concat([before, bytes.subarray(at, at + some), bytes.subarray(at)])
    case 4:
      return Buffer.concat([before, Buffer.from([below(random, 256)]), bytes.subarray(at + 1)])
    case 5: {
      const other = pick(random, others)
      const from = below(random, other.length + 1)
      return Buffer.concat([before, other.subarray(from, from + 5 * some), bytes.subarray(at)])
    }
    case 6:
      return below(random, 6) === 0 ? Buffer.from(before) : bytes
    default:
      return shuffled(bytes, random)
  }
}

/** Two lines change places. */
function shuffled(bytes: Buffer, random: () => number): Buffer {
  const lines = bytes.toString('latin1').split('\n')
  const [one, other] = [below(random, lines.length), below(random, lines.length)]
  const swapped = lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '')
  return Buffer.from(swapped.join('\n'), 'latin1')
}

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit)
}

function pick<T>(random: () => number, from: readonly T[]): T {
  return from[below(random, from.length)] as T
}
