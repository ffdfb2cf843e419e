import { createHash } from 'node:crypto'
import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { Contact, ContactAddress, NewContact } from '../phone/contact.ts'
import type { Photo } from '../phone/photo.ts'
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
        .prepare(`${selectContacts} WHERE search LIKE ? ESCAPE '\\' ORDER BY sort, id`)
        .all(likePattern(search))
        .map(contactOf),
    )
  }

  get(id: number): Contact | undefined {
    return this.#database.use((database) => {
      const row = database.prepare(`${selectContacts} WHERE id = ?`).get(id)
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
        const { picture, ...rest } = contact
        const id = Number(insert.run(...columns(contact)).lastInsertRowid)
        return { id, ...rest, ...(picture !== undefined && { photo: putPhoto(database, id, picture) }) }
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

  get photoBytes(): number {
    return this.#database.use((database) =>
      Number(database.prepare('SELECT coalesce(sum(size), 0) AS size FROM photos').get()?.['size']),
    )
  }

  photo(id: number): Photo | undefined {
    return this.#database.use((database) => {
      const row = database.prepare('SELECT type, bytes FROM photos WHERE contactId = ?').get(id)
      return row && { type: String(row['type']) as Photo['type'], bytes: row['bytes'] as Uint8Array }
    })
  }

  setPhoto(id: number, photo: Photo | undefined): void {
    this.#database.use((database) => {
      if (photo === undefined) database.prepare('DELETE FROM photos WHERE contactId = ?').run(id)
      else putPhoto(database, id, photo)
    })
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

const selectContacts = `SELECT contacts.*, photos.hash AS photo FROM contacts LEFT JOIN photos ON contactId = id`

/** What stands for it in the contact. */
function putPhoto(database: DatabaseSync, id: number, { type, bytes }: Photo): string {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  database
    .prepare('INSERT OR REPLACE INTO photos (contactId, hash, type, size, bytes) VALUES (?, ?, ?, ?, ?)')
    .run(id, hash, type, bytes.byteLength, bytes)
  return hash
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
  const { speedDial, note, photo } = row
  return {
    id: Number(row['id']),
    name: String(row['name']),
    addresses: JSON.parse(String(row['addresses'])) as ContactAddress[],
    watch: row['watch'] === 1,
    ...(typeof speedDial === 'number' && { speedDial }),
    ...(typeof note === 'string' && { note }),
    ...(typeof photo === 'string' && { photo }),
  }
}
