import type { Log } from '../../electron/phone/ports.ts'

/** A log for tests: silent, and `faults` has what it was told at error level. */
export function testLog(): Log & { readonly faults: { message: string; detail: unknown }[] } {
  const faults: { message: string; detail: unknown }[] = []
  return {
    faults,
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (message, detail) => faults.push({ message, detail }),
  }
}
