import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { Contact, ContactAddress, NewContact } from '../phone/contact.ts'
import type { ContactBook } from '../phone/ports.ts'
import { folded, likePattern } from './search.ts'
import type { Database } from './database.ts'

/** The address book in SQLite. */
export class SqliteContactBook implements ContactBook {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  get size(): number {
    return this.#database.use((database) =>
      Number(database.prepare('SELECT count(*) AS size FROM contacts').get()?.['size']),
    )
  }

  list(search: string): readonly Contact[] {
    return this.#database.use((database) =>
      database
        .prepare(`SELECT * FROM contacts WHERE search LIKE ? ESCAPE '\\' ORDER BY sort, id`)
        .all(likePattern(search))
        .map(contactOf),
    )
  }

  get(id: number): Contact | undefined {
    return this.#database.use((database) => {
      const row = database.prepare('SELECT * FROM contacts WHERE id = ?').get(id)
      return row && contactOf(row)
    })
  }

  add(contacts: readonly NewContact[]): readonly Contact[] {
    return this.#inTransaction((database) => {
      const insert = database.prepare(
        `INSERT INTO contacts (name, addresses, speedDial, watch, note, sort, search) VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      return contacts.map((contact) => {
        freeKey(database, contact)
        return { id: Number(insert.run(...columns(contact)).lastInsertRowid), ...contact }
      })
    })
  }

  change(contact: Contact): Contact {
    return this.#inTransaction((database) => {
      freeKey(database, contact)
      database
        .prepare(
          `UPDATE contacts SET name = ?, addresses = ?, speedDial = ?, watch = ?, note = ?, sort = ?, search = ?
             WHERE id = ?`,
        )
        .run(...columns(contact), contact.id)
      return contact
    })
  }

  remove(id: number): void {
    this.#database.use((database) => database.prepare('DELETE FROM contacts WHERE id = ?').run(id))
  }

  #inTransaction<T>(work: (database: DatabaseSync) => T): T {
    return this.#database.use((database) => {
      database.exec('BEGIN IMMEDIATE')
      try {
        const result = work(database)
        database.exec('COMMIT')
        return result
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    })
  }
}

/** A key calls one. */
function freeKey(database: DatabaseSync, { speedDial }: NewContact): void {
  if (speedDial === undefined) return
  database.prepare('UPDATE contacts SET speedDial = NULL WHERE speedDial = ?').run(speedDial)
}

function columns({ name, addresses, speedDial, watch, note }: NewContact): SQLInputValue[] {
  const search = [name, ...addresses.map(({ target }) => target), note ?? ''].join('\n')
  return [
    name,
    JSON.stringify(addresses),
    speedDial ?? null,
    watch ? 1 : 0,
    note ?? null,
    folded(name || (addresses[0]?.target ?? '')),
    folded(search),
  ]
}

function contactOf(row: Record<string, SQLOutputValue>): Contact {
  const { speedDial, note } = row
  return {
    id: Number(row['id']),
    name: String(row['name']),
    addresses: JSON.parse(String(row['addresses'])) as ContactAddress[],
    watch: row['watch'] === 1,
    ...(typeof speedDial === 'number' && { speedDial }),
    ...(typeof note === 'string' && { note }),
  }
}
