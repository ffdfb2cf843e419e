import { create } from 'zustand'
import { addressKey, type Conversation, type TextMessage } from '../../electron/ipc/contract.ts'
import { PhoneRequestError } from '../phone-request-error.ts'
import { phone } from './connection.ts'
import { report } from './report.ts'

export interface OpenConversation {
  readonly with: string
  /** Where a message to them goes. */
  readonly uri: string
}

/** What was written, as the phone keeps it. */
export const useMessages = create<{
  /** The one with the newest message first. */
  readonly conversations: readonly Conversation[]
  readonly open: OpenConversation | undefined
  /** Of the one that is open, oldest first. */
  readonly thread: readonly TextMessage[]
  /** Nothing older is left to load. */
  readonly complete: boolean
  /** Typed and not yet sent, by whom it is for. */
  readonly drafts: Readonly<Record<string, string>>
  /** A conversation that was taken away, while that can be undone. */
  readonly removing: { readonly with: string; readonly upTo: number } | undefined
}>()(() => ({ conversations: [], open: undefined, thread: [], complete: true, drafts: {}, removing: undefined }))

const pageSize = 50
/** The phone gives no more at once. */
const mostAtOnce = 200
const undoMs = 8000

let reading: Promise<void> | undefined
let stale = false

/** Reads anew what is shown; over when that is so. Who asks while it is read waits for one more time. */
export function refreshMessages(): Promise<void> {
  stale = true
  reading ??= readWhileStale()
  return reading
}

async function readWhileStale(): Promise<void> {
  try {
    while (stale) {
      stale = false
      await readMessages()
    }
  } catch (error) {
    report('message', error)
  } finally {
    reading = undefined
  }
}

async function readMessages(): Promise<void> {
  const { open, thread } = useMessages.getState()
  // All that was shown, so that nobody who has gone back loses their place, and one more.
  const wanted = Math.max(pageSize, thread.length + 1)
  const [conversations, newest] = await Promise.all([
    phone().request('message.conversations'),
    open === undefined ? [] : readNewest(open.with, wanted),
  ])
  useMessages.setState((state) => ({
    conversations,
    // Another one was opened meanwhile: its own reading comes next.
    ...(state.open?.with === open?.with && { thread: newest.toReversed(), complete: newest.length < wanted }),
  }))
}

/** Newest first. */
async function readNewest(peer: string, wanted: number): Promise<readonly TextMessage[]> {
  const found: TextMessage[] = []
  while (found.length < wanted) {
    const limit = Math.min(mostAtOnce, wanted - found.length)
    const before = found.at(-1)?.id
    const page = await phone().request('message.list', {
      with: peer,
      limit,
      ...(before !== undefined && { before }),
    })
    found.push(...page)
    if (page.length < limit) break
  }
  return found
}

let loading = false

/** The page before what is shown. */
export async function loadOlder(): Promise<void> {
  const { open, thread } = useMessages.getState()
  const before = thread[0]?.id
  if (open === undefined || before === undefined || loading) return
  loading = true
  try {
    const older = await phone().request('message.list', { with: open.with, limit: pageSize, before })
    useMessages.setState((state) =>
      state.open?.with === open.with && state.thread[0]?.id === before
        ? { thread: [...older.toReversed(), ...state.thread], complete: older.length < pageSize }
        : {},
    )
  } catch (error) {
    report('message', error)
  } finally {
    loading = false
  }
}

export function unreadOf(conversations: readonly Conversation[]): number {
  return conversations.reduce((sum, { unread }) => sum + unread, 0)
}

export function openConversation(uri: string): void {
  const open = { with: addressKey(uri), uri }
  if (useMessages.getState().open?.with === open.with) return
  useMessages.setState({ open, thread: [], complete: true })
  void refreshMessages()
}

export function closeConversation(): void {
  useMessages.setState({ open: undefined, thread: [], complete: true })
}

export async function markRead(address: string): Promise<void> {
  try {
    await phone().request('message.read', { with: address })
  } catch (error) {
    report('message', error)
  }
}

/** What was not taken at all comes back as the draft; one that failed on its way stays in the conversation. */
export async function sendMessage(uri: string, text: string): Promise<void> {
  try {
    await phone().request('message.send', { target: uri, text })
  } catch (error) {
    if (error instanceof PhoneRequestError && error.messageId !== undefined) return
    const key = addressKey(uri)
    useMessages.setState(({ drafts }) => ({ drafts: { ...drafts, [key]: drafts[key] || text } }))
    report('message', error)
  }
}

export async function sendAgain({ id, uri, text }: TextMessage): Promise<void> {
  try {
    await phone().request('message.send', { target: uri, text, id })
  } catch (error) {
    if (!(error instanceof PhoneRequestError && error.messageId !== undefined)) report('message', error)
  }
}

let removal: ReturnType<typeof setTimeout> | undefined

/** For 8 s it can be had back; then the phone forgets it. */
export function removeConversation(address: string): void {
  commitRemovedConversation()
  const last = useMessages.getState().conversations.find((one) => one.with === address)?.last
  if (last === undefined) return
  closeConversation()
  useMessages.setState({ removing: { with: address, upTo: last.id } })
  removal = setTimeout(commitRemovedConversation, undoMs)
}

export function undoRemovedConversation(): void {
  clearTimeout(removal)
  useMessages.setState({ removing: undefined })
}

/** Also when the window closes: what the user has taken away does not come back. */
export function commitRemovedConversation(): void {
  clearTimeout(removal)
  const { removing } = useMessages.getState()
  if (removing === undefined) return
  useMessages.setState(({ conversations }) => ({
    removing: undefined,
    conversations: without(conversations, removing),
  }))
  phone()
    .request('message.remove', removing)
    .catch((error: unknown) => {
      report('message', error)
      void refreshMessages()
    })
}

/** Those that are not being taken away. Whoever has written since is there again. */
export function without(
  conversations: readonly Conversation[],
  removing: { readonly with: string; readonly upTo: number } | undefined,
): readonly Conversation[] {
  return removing === undefined
    ? conversations
    : conversations.filter((one) => one.with !== removing.with || one.last.id > removing.upTo)
}
