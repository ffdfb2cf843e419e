/** Just enough of DNS messages (RFC 1035 4) for a server of tests: reads questions, writes answers. */

export type DnsRecord =
  | { readonly type: 'A' | 'AAAA'; readonly address: string }
  | {
      readonly type: 'SRV'
      readonly priority: number
      readonly weight: number
      readonly port: number
      readonly target: string
    }
  | {
      readonly type: 'NAPTR'
      readonly order: number
      readonly preference: number
      readonly flags: string
      readonly service: string
      readonly replacement: string
    }

export interface DnsQuestion {
  readonly id: number
  /** In lower case, without the last dot. */
  readonly name: string
  readonly type: number
  /** As it came, to be repeated. */
  readonly bytes: Uint8Array
}

const types = { A: 1, AAAA: 28, SRV: 33, NAPTR: 35 } as const
export const typeName = (type: number): string => Object.entries(types).find(([, code]) => code === type)?.[0] ?? '?'
const headerBytes = 12

/** The one question of a query; null if it is none. Never throws. */
export function readQuestion(message: Uint8Array): DnsQuestion | null {
  const bytes = Buffer.from(message)
  if (bytes.length < headerBytes || (bytes[2] ?? 0) & 0x80 || bytes.readUInt16BE(4) !== 1) return null
  const labels: string[] = []
  let at = headerBytes
  for (;;) {
    const length = bytes[at]
    // RFC 1035 4.1.4: nothing can be pointed at before the first question
    if (length === undefined || length > 63 || at + length + 1 > bytes.length || at - headerBytes > 255) return null
    at += 1 + length
    if (length === 0) break
    labels.push(bytes.toString('latin1', at - length, at))
  }
  if (at + 4 > bytes.length) return null
  const name = labels.join('.').toLowerCase()
  return { id: bytes.readUInt16BE(0), name, type: bytes.readUInt16BE(at), bytes: bytes.subarray(headerBytes, at + 4) }
}

/** `code` is 0, or 3 for a name that does not exist (RFC 1035 4.1.1). */
export function writeAnswer(question: DnsQuestion, records: readonly DnsRecord[], code: number, ttl: number): Buffer {
  const header = Buffer.alloc(headerBytes)
  header.writeUInt16BE(question.id, 0)
  header.writeUInt16BE(0x8580 | code, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(records.length, 6)
  const answers = records.map((record) => {
    const data = dataOf(record)
    const fields = Buffer.alloc(12)
    fields.writeUInt16BE(0xc000 | headerBytes, 0) // the name in the question
    fields.writeUInt16BE(types[record.type], 2)
    fields.writeUInt16BE(1, 4)
    fields.writeUInt32BE(ttl, 6)
    fields.writeUInt16BE(data.length, 10)
    return Buffer.concat([fields, data])
  })
  return Buffer.concat([header, question.bytes, ...answers])
}

function dataOf(record: DnsRecord): Buffer {
  switch (record.type) {
    case 'A':
      return Buffer.from(record.address.split('.').map(Number))
    case 'AAAA':
      return addressBytes(record.address)
    case 'SRV':
      return Buffer.concat([two(record.priority), two(record.weight), two(record.port), name(record.target)])
    case 'NAPTR': {
      const texts = [record.flags, record.service, ''].map(text)
      return Buffer.concat([two(record.order), two(record.preference), ...texts, name(record.replacement)])
    }
  }
}

function addressBytes(address: string): Buffer {
  const [head = '', tail] = address.split('::')
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)))
  const [before, after] = [groups(head), groups(tail ?? '')]
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => 0)
  return Buffer.concat([...before, ...zeros, ...after].map(two))
}

const two = (value: number): Buffer => Buffer.from([value >> 8, value & 255])
const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')])
const name = (value: string): Buffer =>
  Buffer.concat([
    ...value
      .split('.')
      .filter((label) => label !== '')
      .map(text),
    Buffer.from([0]),
  ])
