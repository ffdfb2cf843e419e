/** A file of an archive. */
export interface ArchivedFile {
  /** Letters, digits, `.`, `-` and `/`; at most 100. */
  readonly name: string
  readonly bytes: Uint8Array
}

const block = 512

/** A tar archive (POSIX ustar). `mtimeSeconds`: since 1970. Pure. */
export function tar(files: readonly ArchivedFile[], mtimeSeconds: number): Uint8Array {
  const parts = files.flatMap(({ name, bytes }) => [
    header(name, bytes.byteLength, mtimeSeconds),
    bytes,
    new Uint8Array((block - (bytes.byteLength % block)) % block),
  ])
  // Two empty blocks are the end.
  return Buffer.concat([...parts, new Uint8Array(2 * block)])
}

function header(name: string, size: number, mtimeSeconds: number): Uint8Array {
  const bytes = Buffer.alloc(block)
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  bytes.write(name, 0, 100, 'latin1')
  bytes.write(octal(0o600, 7), 100)
  bytes.write(octal(0, 7), 108)
  bytes.write(octal(0, 7), 116)
  bytes.write(octal(size, 11), 124)
  bytes.write(octal(Math.floor(mtimeSeconds), 11), 136)
  // The sum counts its own place as blanks.
  bytes.write(' '.repeat(8), 148)
  bytes.write('0', 156)
  bytes.write('ustar\x0000', 257, 'latin1')
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}
