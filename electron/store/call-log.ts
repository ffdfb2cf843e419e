import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { CallLog } from '../phone/ports.ts'
import type { LogEntry, LogQuery, NewLogEntry } from '../phone/shapes.ts'
import { folded, likePattern } from './search.ts'
import type { Database } from './database.ts'

/** The call log in SQLite. Newest first is by `id`: entries are written in the order in which calls end. */
export class SqliteCallLog implements CallLog {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  append(entry: NewLogEntry): LogEntry {
    return this.#database.use((database) => {
      const { lastInsertRowid } = database
        .prepare(
          `INSERT INTO calls (at, direction, remoteUri, remoteName, accountId, answered, missed, code, reason, cause,
             durationMs, sipCallId, search) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(...columns(entry))
      const id = Number(lastInsertRowid)
      if (entry.quality !== undefined) {
        database.prepare('INSERT INTO qualities VALUES (?, ?)').run(id, JSON.stringify(entry.quality))
      }
      return { id, ...entry }
    })
  }

  list(query: LogQuery): readonly LogEntry[] {
    const conditions: string[] = []
    const values: SQLInputValue[] = []
    if (query.before !== undefined) {
      conditions.push('id < ?')
      values.push(query.before)
    }
    if (query.missed === true) conditions.push('missed = 1')
    if (query.search !== undefined && query.search !== '') {
      conditions.push(`search LIKE ? ESCAPE '\\'`)
      values.push(likePattern(query.search))
    }
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`
    // The page is found first, so that reports are read of its entries alone.
    const sql = `SELECT page.*, quality FROM (SELECT * FROM calls ${where} ORDER BY id DESC LIMIT ?) AS page
      LEFT JOIN qualities ON callId = page.id ORDER BY page.id DESC`
    return this.#database.use((database) =>
      database
        .prepare(sql)
        .all(...values, query.limit ?? 100)
        .map(entryOf),
    )
  }

  remove(ids: readonly number[]): void {
    // One statement, one transaction, however many there are.
    this.#database.use((database) =>
      database.prepare('DELETE FROM calls WHERE id IN (SELECT value FROM json_each(?))').run(JSON.stringify(ids)),
    )
  }

  clear(): void {
    this.#database.use((database) => database.exec('DELETE FROM calls'))
  }
}

function columns(entry: NewLogEntry): SQLInputValue[] {
  return [
    entry.at,
    entry.direction,
    entry.remote.uri,
    entry.remote.displayName ?? null,
    entry.accountId ?? null,
    entry.answered ? 1 : 0,
    entry.missed ? 1 : 0,
    entry.code,
    entry.reason,
    entry.cause,
    Math.round(entry.durationMs),
    entry.sipCallId,
    folded(`${entry.remote.uri}\n${entry.remote.displayName ?? ''}`),
  ]
}

function entryOf(row: Record<string, SQLOutputValue>): LogEntry {
  const { remoteName, accountId, quality } = row
  return {
    id: Number(row['id']),
    at: String(row['at']),
    direction: row['direction'] as LogEntry['direction'],
    remote: {
      uri: String(row['remoteUri']),
      ...(typeof remoteName === 'string' && { displayName: remoteName }),
    },
    ...(typeof accountId === 'string' && { accountId }),
    answered: row['answered'] === 1,
    missed: row['missed'] === 1,
    code: Number(row['code']),
    reason: String(row['reason']),
    cause: row['cause'] as LogEntry['cause'],
    durationMs: Number(row['durationMs']),
    ...(typeof quality === 'string' && { quality: JSON.parse(quality) as NonNullable<LogEntry['quality']> }),
    sipCallId: String(row['sipCallId']),
  }
}
