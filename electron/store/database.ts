import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { StoreError } from '../phone/ports.ts'
import { folded } from './search.ts'
import { isCorrupt, makePrivateFile, setAside } from './set-aside.ts'

/** One entry brings the schema from its index to the next version; entries are only ever added. */
const migrations = [
  `CREATE TABLE calls (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     at TEXT NOT NULL,
     direction TEXT NOT NULL,
     remoteUri TEXT NOT NULL,
     remoteName TEXT,
     accountId TEXT,
     answered INTEGER NOT NULL,
     missed INTEGER NOT NULL,
     code INTEGER NOT NULL,
     reason TEXT NOT NULL,
     cause TEXT NOT NULL,
     durationMs INTEGER NOT NULL,
     sipCallId TEXT NOT NULL,
     search TEXT NOT NULL
   ) STRICT;
   CREATE INDEX missedCalls ON calls (id) WHERE missed = 1;
   -- Apart from the calls: a search reads every call, and the report is most of it.
   CREATE TABLE qualities (
     callId INTEGER PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
     quality TEXT NOT NULL
   ) STRICT;`,
  `CREATE TABLE contacts (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL,
     addresses TEXT NOT NULL,
     speedDial INTEGER UNIQUE,
     watch INTEGER NOT NULL,
     note TEXT,
     sort TEXT NOT NULL,
     search TEXT NOT NULL
   ) STRICT;
   CREATE INDEX contactsByName ON contacts (sort, id);`,
  `CREATE TABLE messages (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     peer TEXT NOT NULL,
     uri TEXT NOT NULL,
     name TEXT,
     incoming INTEGER NOT NULL,
     text TEXT NOT NULL,
     bytes INTEGER NOT NULL,
     at TEXT NOT NULL,
     accountId TEXT,
     unread INTEGER NOT NULL,
     state TEXT,
     code INTEGER,
     error TEXT
   ) STRICT;
   CREATE INDEX messagesByPeer ON messages (peer, id, unread, name);
   CREATE INDEX messageSizes ON messages (id, bytes);`,
  // Apart from the contacts: who lists them needs to know which have a picture, not the pictures.
  `CREATE TABLE photos (
     contactId INTEGER PRIMARY KEY REFERENCES contacts (id) ON DELETE CASCADE,
     hash TEXT NOT NULL,
     type TEXT NOT NULL,
     size INTEGER NOT NULL,
     bytes BLOB NOT NULL
   ) STRICT;`,
]

/** The profile's SQLite file. A damaged one is set aside and a new one begun, whenever that comes to light. */
export class Database {
  readonly #path: string
  readonly #wallTime: () => number
  readonly #onProblem: (problem: string) => void
  #open: DatabaseSync

  constructor(path: string, wallTime: () => number, onProblem: (problem: string) => void) {
    this.#path = path
    this.#wallTime = wallTime
    this.#onProblem = onProblem
    try {
      this.#open = open(path)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      this.#open = this.#replace()
    }
  }

  /** Runs `work`, once more on a new file when the old one turns out to be damaged. */
  use<T>(work: (database: DatabaseSync) => T): T {
    try {
      return work(this.#open)
    } catch (error) {
      if (!isCorrupt(error)) throw error
      this.#open.close()
      this.#open = this.#replace()
      return work(this.#open)
    }
  }

  close(): void {
    this.#open.close()
  }

  #replace(): DatabaseSync {
    const wallTime = this.#wallTime()
    const aside = setAside(this.#path, wallTime)
    // A write-ahead log belongs to its database and to no other.
    for (const side of [`${this.#path}-wal`, `${this.#path}-shm`]) if (existsSync(side)) setAside(side, wallTime)
    this.#onProblem(`The call log was damaged. It was kept as ${aside}; a new one has been begun.`)
    return open(this.#path)
  }
}

function open(path: string): DatabaseSync {
  makePrivateFile(path)
  const database = new DatabaseSync(path, { timeout: 2000 })
  try {
    // With a write-ahead log a transaction survives the death of the process without a flush of the disk.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON')
    migrate(database)
    database.function('folded', { deterministic: true }, (text) => folded(String(text)))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: DatabaseSync): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
  if (version > migrations.length) {
    throw new StoreError('internal', `The call log was written by a newer Dialtone (schema ${version})`)
  }
  for (const [index, migration] of migrations.entries()) {
    if (index >= version) database.exec(`BEGIN; ${migration} PRAGMA user_version = ${index + 1}; COMMIT`)
  }
}
