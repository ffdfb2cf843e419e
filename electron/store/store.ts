import { join } from 'node:path'
import { type CallLog, type Keychain, type Log, type Store, StoreError } from '../phone/ports.ts'
import { SqliteCallLog } from './call-log.ts'
import { SqliteContactBook } from './contact-book.ts'
import { makeDataFolder, makeThrowAwayFolder } from './data-folder.ts'
import { Database } from './database.ts'
import { lockFolder } from './lock.ts'
import { SqliteMessageBook } from './message-book.ts'
import { mendRecordings, newRecording } from './recordings.ts'
import { SecretsFile } from './secrets-file.ts'
import { readSettingsFile, writeSettingsFile } from './settings-file.ts'

interface StoreOptions {
  /** Made when it is not there. Absent: a folder that is removed at `close`. */
  readonly dataFolder?: string | undefined
  /** Milliseconds since 1970 UTC: names what is set aside. */
  readonly wallTime?: () => number
}

export interface OpenedStore extends Store {
  /** Lets the keychain protect the passwords; `ask` is called once there are any. Never rejects. */
  protectSecrets(ask: () => Promise<Keychain>, log: Log): Promise<void>
}

const accountsWords = { what: 'accounts', otherwise: 'there are no accounts now' }
const certificatesWords = { what: 'certificates', otherwise: 'each one has to be accepted again' }
const secretsWords = { what: 'passwords', otherwise: 'enter the passwords again' }

/**
 * Opens a profile's data. Throws a StoreError: `data-folder-locked` when another process has it, `internal` when the
 * folder cannot be used.
 */
export function openStore(options: StoreOptions = {}): OpenedStore {
  const wallTime = options.wallTime ?? Date.now
  const throwAway = options.dataFolder === undefined ? makeThrowAwayFolder() : undefined
  const folder = options.dataFolder ?? throwAway?.folder ?? ''
  const ends: (() => void)[] = throwAway === undefined ? [] : [throwAway.remove]
  const close = () => {
    for (const end of ends.splice(0).toReversed()) end()
  }
  try {
    makeDataFolder(folder)
    ends.push(lockFolder(folder, wallTime()).release)
    const problems = mendRecordings(join(folder, 'recordings'))
    const settingsPath = join(folder, 'settings.json')
    const settings = readSettingsFile(settingsPath, wallTime())
    if (settings.problem !== undefined) problems.push(settings.problem)
    const accountsPath = join(folder, 'accounts.json')
    const accounts = readSettingsFile(accountsPath, wallTime(), accountsWords)
    if (accounts.problem !== undefined) problems.push(accounts.problem)
    const certificatesPath = join(folder, 'certificates.json')
    const certificates = readSettingsFile(certificatesPath, wallTime(), certificatesWords)
    if (certificates.problem !== undefined) problems.push(certificates.problem)
    const secretsPath = join(folder, 'secrets.json')
    const storedSecrets = readSettingsFile(secretsPath, wallTime(), secretsWords)
    if (storedSecrets.problem !== undefined) problems.push(storedSecrets.problem)
    const secrets = new SecretsFile(secretsPath, storedSecrets.stored, problems)
    ends.push(() => secrets.close())
    const database = new Database(join(folder, 'dialtone.db'), wallTime, (problem) => problems.push(problem))
    ends.push(() => database.close())
    const callLog: CallLog = new SqliteCallLog(database)
    return {
      dataFolder: folder,
      problems,
      storedSettings: settings.stored,
      saveSettings: (changed) => writeSettingsFile(settingsPath, changed),
      storedAccounts: accounts.stored,
      saveAccounts: (changed) => writeSettingsFile(accountsPath, changed),
      storedCertificates: certificates.stored,
      saveCertificates: (changed) => writeSettingsFile(certificatesPath, changed),
      secrets,
      protectSecrets: (ask, log) => secrets.unlock(ask, log),
      callLog,
      newRecording: (name) => newRecording(join(folder, 'recordings'), name),
      contacts: new SqliteContactBook(database),
      messages: new SqliteMessageBook(database),
      close,
    }
  } catch (error) {
    close()
    if (error instanceof StoreError) throw error
    const why = error instanceof Error ? error.message : String(error)
    throw new StoreError('internal', `The data folder ${folder} cannot be used: ${why}`, { cause: error })
  }
}
