import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../phone/ports.ts'
import { SecretsFile } from './secrets-file.ts'
import { largestFile } from './settings-file.ts'

/** A profile's files as they are, while another process may have the folder. */
export interface PeekedStore {
  readonly storedSettings: unknown
  readonly storedAccounts: unknown
  readonly storedCertificates: unknown
  readonly secrets: Pick<Store['secrets'], 'read' | 'has'>
}

/**
 * Reads without the folder's lock: whoever has it replaces files whole, so that each is either the old or the new one.
 * Nothing is made, mended or set aside; what cannot be read is undefined. Never throws.
 */
export function peekStore(folder: string): PeekedStore {
  return {
    storedSettings: peek(join(folder, 'settings.json')),
    storedAccounts: peek(join(folder, 'accounts.json')),
    storedCertificates: peek(join(folder, 'certificates.json')),
    secrets: new SecretsFile('', peek(join(folder, 'secrets.json'))),
  }
}

function peek(path: string): unknown {
  try {
    return statSync(path).size > largestFile ? undefined : JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    // Not there, or damaged: the phone that has the folder says so.
    return undefined
  }
}
