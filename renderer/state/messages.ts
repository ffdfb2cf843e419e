import { create } from 'zustand'
import type { MessageReceived } from '../../electron/ipc/contract.ts'
import { PhoneRequestError } from '../phone-request-error.ts'
import { partyOf } from '../text/party.ts'
import { phone } from './connection.ts'

/** One text message of this window's run. What is said is kept nowhere else. */
export interface TextMessage {
  readonly id: number
  /** Whose conversation it belongs to: their address in lower case. */
  readonly with: string
  readonly uri: string
  readonly displayName?: string
  readonly direction: 'in' | 'out'
  readonly text: string
  readonly at: string
  readonly delivery?: Delivery
}

export type Delivery =
  | { readonly state: 'sending' }
  | { readonly state: 'accepted'; readonly code: number }
  | { readonly state: 'failed'; readonly code?: number; readonly error?: string }

export interface Conversation {
  readonly with: string
  readonly uri: string
  readonly displayName?: string
  readonly messages: readonly TextMessage[]
  readonly unread: number
}

export const useMessages = create<{
  readonly messages: readonly TextMessage[]
  /** The conversation that is open. */
  readonly open: string | undefined
  /** Of conversations by address: messages up to this one have been read. */
  readonly read: Readonly<Record<string, number>>
  /** Typed and not yet sent, by address. */
  readonly drafts: Readonly<Record<string, string>>
}>()(() => ({ messages: [], open: undefined, read: {}, drafts: {} }))

/** Older ones are forgotten. */
const most = 2000
let lastId = 0

export function addressKey(uri: string): string {
  return partyOf({ uri }).address.toLowerCase()
}

export function takeMessage({ from, displayName, text, at }: MessageReceived): void {
  add({
    with: addressKey(from),
    uri: from,
    direction: 'in',
    text,
    at,
    ...(displayName !== undefined && { displayName }),
  })
}

/** By whoever wrote last. */
export function conversationsOf(
  messages: readonly TextMessage[],
  read: Readonly<Record<string, number>>,
): readonly Conversation[] {
  const byAddress = new Map<string, TextMessage[]>()
  for (const message of messages) byAddress.set(message.with, [...(byAddress.get(message.with) ?? []), message])
  return [...byAddress]
    .map(([address, all]): Conversation => {
      const named = all.findLast(({ displayName }) => displayName !== undefined)
      const unread = all.filter(({ id, direction }) => direction === 'in' && id > (read[address] ?? 0)).length
      const uri = all.at(-1)?.uri ?? address
      return {
        with: address,
        uri,
        messages: all,
        unread,
        ...(named?.displayName && { displayName: named.displayName }),
      }
    })
    .toSorted((a, b) => (b.messages.at(-1)?.id ?? 0) - (a.messages.at(-1)?.id ?? 0))
}

export function useUnreadMessages(): number {
  return useMessages(({ messages, read }) =>
    messages.reduce(
      (sum, { id, direction, with: address }) => sum + (direction === 'in' && id > (read[address] ?? 0) ? 1 : 0),
      0,
    ),
  )
}

export function openConversation(uri: string): void {
  useMessages.setState({ open: addressKey(uri) })
}

export function markRead(address: string): void {
  const last = useMessages.getState().messages.findLast((message) => message.with === address)
  if (last === undefined) return
  useMessages.setState(({ read }) => (read[address] === last.id ? {} : { read: { ...read, [address]: last.id } }))
}

/** A failed one keeps its text and can be sent again. */
export async function sendMessage(uri: string, text: string): Promise<void> {
  const at = new Date().toISOString()
  await deliver(
    add({ with: addressKey(uri), uri, direction: 'out', text, at, delivery: { state: 'sending' } }),
    uri,
    text,
  )
}

export async function sendAgain({ id, uri, text }: TextMessage): Promise<void> {
  settle(id, { state: 'sending' })
  await deliver(id, uri, text)
}

async function deliver(id: number, target: string, text: string): Promise<void> {
  try {
    const { code } = await phone().request('message.send', { target, text })
    settle(id, code < 300 ? { state: 'accepted', code } : { state: 'failed', code })
  } catch (error) {
    if (!(error instanceof PhoneRequestError)) throw error
    settle(id, { state: 'failed', error: error.code })
  }
}

function add(message: Omit<TextMessage, 'id'>): number {
  const id = ++lastId
  useMessages.setState(({ messages }) => ({ messages: [...messages.slice(1 - most), { ...message, id }] }))
  return id
}

function settle(id: number, delivery: Delivery): void {
  useMessages.setState(({ messages }) => ({
    messages: messages.map((message) => (message.id === id ? { ...message, delivery } : message)),
  }))
}
