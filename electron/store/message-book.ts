import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { addressKey } from '../phone/address-key.ts'
import type { MessageBook } from '../phone/ports.ts'
import type {
  Conversation,
  Delivery,
  MessageQuery,
  MessageSearch,
  NewTextMessage,
  TextMessage,
} from '../phone/text-message.ts'
import type { Database } from './database.ts'
import { excerpt, likePattern } from './search.ts'

export interface MessageLimits {
  readonly messages: number
  /** Of all texts together. */
  readonly bytes: number
  readonly conversations: number
}

const usual: MessageLimits = { messages: 20_000, bytes: 64 * 1024 * 1024, conversations: 1000 }
/** The sizes are added up again after so many. */
const between = 64

/** Text messages in SQLite: the oldest go when there are too many. */
export class SqliteMessageBook implements MessageBook {
  readonly #database: Database
  readonly #limits: MessageLimits
  #unchecked = between

  constructor(database: Database, limits: MessageLimits = usual) {
    this.#database = database
    this.#limits = limits
  }

  add(message: NewTextMessage): TextMessage {
    return this.#database.use((database) => {
      const { lastInsertRowid } = database
        .prepare(
          `INSERT INTO messages (peer, uri, name, incoming, text, bytes, at, accountId, unread, state, code, error)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(...columns(message))
      if (++this.#unchecked >= Math.min(between, this.#limits.messages)) {
        this.#unchecked = 0
        forgetOldest(database, this.#limits)
      }
      return { id: Number(lastInsertRowid), with: addressKey(message.uri), ...message }
    })
  }

  get(id: number): TextMessage | undefined {
    return this.#database.use((database) => {
      const row = database.prepare('SELECT * FROM messages WHERE id = ?').get(id)
      return row && messageOf(row)
    })
  }

  settle(id: number, delivery: Delivery): void {
    this.#database.use((database) =>
      database
        .prepare('UPDATE messages SET state = ?, code = ?, error = ? WHERE id = ? AND incoming = 0')
        .run(...deliveryColumns(delivery), id),
    )
  }

  settleLeft(delivery: Delivery): void {
    this.#database.use((database) =>
      database
        .prepare(`UPDATE messages SET state = ?, code = ?, error = ? WHERE state = 'sending'`)
        .run(...deliveryColumns(delivery)),
    )
  }

  conversations(): readonly Conversation[] {
    const sql = `SELECT messages.*, substr(text, 1, 200) AS text, unreadCount,
        (SELECT name FROM messages AS named WHERE named.peer = messages.peer AND name IS NOT NULL
           ORDER BY id DESC LIMIT 1) AS peerName
      FROM (SELECT max(id) AS last, sum(unread) AS unreadCount FROM messages GROUP BY peer ORDER BY last DESC LIMIT ?)
      JOIN messages ON messages.id = last ORDER BY last DESC`
    return this.#database.use((database) => database.prepare(sql).all(this.#limits.conversations).map(conversationOf))
  }

  list({ with: peer, limit = 50, before = Number.MAX_SAFE_INTEGER }: MessageQuery): readonly TextMessage[] {
    return this.#database.use((database) =>
      database
        .prepare('SELECT * FROM messages WHERE peer = ? AND id < ? ORDER BY id DESC LIMIT ?')
        .all(peer, before, limit)
        .map(messageOf),
    )
  }

  search({ text, limit = 50, before = Number.MAX_SAFE_INTEGER }: MessageSearch): readonly TextMessage[] {
    return this.#database.use((database) =>
      database
        .prepare(`SELECT * FROM messages WHERE id < ? AND folded(text) LIKE ? ESCAPE '\\' ORDER BY id DESC LIMIT ?`)
        .all(before, likePattern(text), limit)
        .map(messageOf)
        .map((message) => ({ ...message, text: excerpt(message.text, text) })),
    )
  }

  markRead(peer: string): boolean {
    return this.#database.use(
      (database) =>
        Number(database.prepare('UPDATE messages SET unread = 0 WHERE peer = ? AND unread = 1').run(peer).changes) > 0,
    )
  }

  remove(peer: string, upTo: number = Number.MAX_SAFE_INTEGER): void {
    this.#database.use((database) =>
      database.prepare('DELETE FROM messages WHERE peer = ? AND id <= ?').run(peer, upTo),
    )
  }
}

function forgetOldest(database: DatabaseSync, { messages, bytes }: MessageLimits): void {
  // The newest so many, and of those the newest so many bytes.
  database
    .prepare(
      `DELETE FROM messages WHERE id <= coalesce((SELECT max(id) FROM (
         SELECT id, row_number() OVER newest AS place, sum(bytes) OVER newest AS total FROM messages
           WINDOW newest AS (ORDER BY id DESC)) WHERE place > ? OR total > ?), 0)`,
    )
    .run(messages, bytes)
}

function columns(message: NewTextMessage): SQLInputValue[] {
  const { uri, displayName, direction, text, at, accountId, unread, delivery } = message
  return [
    addressKey(uri),
    uri,
    displayName ?? null,
    direction === 'incoming' ? 1 : 0,
    text,
    Buffer.byteLength(text),
    at,
    accountId ?? null,
    unread ? 1 : 0,
    ...(delivery === undefined ? [null, null, null] : deliveryColumns(delivery)),
  ]
}

function deliveryColumns(delivery: Delivery): SQLInputValue[] {
  const { code, error } = delivery as { readonly code?: number; readonly error?: string }
  return [delivery.state, code ?? null, error ?? null]
}

function messageOf(row: Record<string, SQLOutputValue>): TextMessage {
  const { name, accountId, state, code, error } = row
  return {
    id: Number(row['id']),
    with: String(row['peer']),
    uri: String(row['uri']),
    ...(typeof name === 'string' && { displayName: name }),
    direction: row['incoming'] === 1 ? 'incoming' : 'outgoing',
    text: String(row['text']),
    at: String(row['at']),
    ...(typeof accountId === 'string' && { accountId }),
    unread: row['unread'] === 1,
    ...(typeof state === 'string' && {
      delivery: {
        state,
        ...(typeof code === 'number' && { code }),
        ...(typeof error === 'string' && { error }),
      } as Delivery,
    }),
  }
}

function conversationOf(row: Record<string, SQLOutputValue>): Conversation {
  const { peerName } = row
  return {
    with: String(row['peer']),
    uri: String(row['uri']),
    ...(typeof peerName === 'string' && { displayName: peerName }),
    unread: Number(row['unreadCount']),
    last: messageOf(row),
  }
}
