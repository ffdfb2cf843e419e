import { create } from 'zustand'
import type { TextMessage } from '../../electron/ipc/contract.ts'
import { phone } from './connection.ts'
import { loadOlder, openConversation, refreshMessages, useMessages } from './messages.ts'
import { report } from './report.ts'

/** What is looked for in all that was written. */
export const useMessageSearch = create<{
  readonly search: string
  /** Newest first; of each text what is around what was found. Absent: not known yet. */
  readonly found: readonly TextMessage[] | undefined
  /** The one that was chosen, which its conversation shows. */
  readonly chosen: number | undefined
}>()(() => ({ search: '', found: undefined, chosen: undefined }))

let asked = 0

export async function searchMessages(search: string): Promise<void> {
  const turn = ++asked
  useMessageSearch.setState({ search, ...(search.trim() === '' && { found: undefined, chosen: undefined }) })
  if (search.trim() === '') return
  try {
    const found = await phone().request('message.search', { text: search.trim() })
    if (turn === asked) useMessageSearch.setState({ found })
  } catch (error) {
    report('message', error)
  }
}

/** Something was written meanwhile, or taken away. */
export function refreshFound(): void {
  const { search } = useMessageSearch.getState()
  if (search.trim() !== '') void searchMessages(search)
}

/** More pages than this nobody waits for. */
const mostPages = 40

/** Opens the conversation where this message is. */
export async function openFound({ id, uri, with: peer }: TextMessage): Promise<void> {
  useMessageSearch.setState({ chosen: id })
  openConversation(uri)
  await refreshMessages()
  for (let page = 0; page < mostPages; page++) {
    const { open, thread, complete } = useMessages.getState()
    if (open?.with !== peer || complete || thread.length === 0 || thread.some((one) => one.id <= id)) return
    await loadOlder()
  }
}
