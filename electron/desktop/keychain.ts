import { safeStorage } from 'electron'
import type { Keychain } from '../phone/ports.ts'

/** The system's keychain through Electron. Only after `ready`; the system may ask its user first, and takes its time. */
export async function systemKeychain(): Promise<Keychain> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return { protects: false, why: 'the system has none' }
  // It would seal with a password that everybody knows, and nobody but this program could read it back.
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text')
    return { protects: false, why: 'no Secret Service (GNOME Keyring and the like) or KWallet runs here' }
  return {
    protects: true,
    seal: (secret) => safeStorage.encryptStringAsync(secret),
    async open(sealed) {
      const { result, shouldReEncrypt } = await safeStorage.decryptStringAsync(Buffer.from(sealed))
      return { secret: result, stale: shouldReEncrypt }
    },
  }
}
