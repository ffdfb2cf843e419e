import type { Direction } from './shapes.ts'

/** One text message as it is kept. Times are ISO 8601 in UTC. */
export interface TextMessage {
  readonly id: number
  /** Whose conversation it belongs to: see `addressKey`. */
  readonly with: string
  /** The other side's SIP URI. */
  readonly uri: string
  /** What an incoming one said of its sender. */
  readonly displayName?: string
  readonly direction: Direction
  readonly text: string
  readonly at: string
  readonly accountId?: string
  /** Of an incoming one: nobody has looked at it yet. */
  readonly unread: boolean
  /** Of an outgoing one. */
  readonly delivery?: Delivery
}

/** What became of an outgoing message; `error` is a code of the contract's errors, of one that nobody answered. */
export type Delivery =
  | { readonly state: 'sending' }
  | { readonly state: 'accepted'; readonly code: number }
  | { readonly state: 'failed'; readonly code?: number; readonly error?: string }

export type NewTextMessage = Omit<TextMessage, 'id' | 'with'>

/** All that was written to and by somebody, in a line. */
export interface Conversation {
  readonly with: string
  readonly uri: string
  /** What they last called themselves. */
  readonly displayName?: string
  readonly unread: number
  /** The newest message; of its text the first 200 characters. */
  readonly last: TextMessage
}

export interface MessageQuery {
  readonly with: string
  /** 1 to 200, 50 when absent. */
  readonly limit?: number | undefined
  /** Only those older than this one. */
  readonly before?: number | undefined
}

export interface MessageSearch {
  /** What is in the text of a message, in any case and width. */
  readonly text: string
  /** 1 to 200, 50 when absent. */
  readonly limit?: number | undefined
  /** Only those older than this one. */
  readonly before?: number | undefined
}
