import type { LogEntry } from '../../electron/ipc/contract.ts'
import { phone } from '../state/connection.ts'
import { report } from '../state/report.ts'
import { saveFile } from '../text/save-file.ts'
import { csvOf } from './csv.ts'

const page = 1000
/** What the log holds at most. */
const most = 200_000

/** The whole log as a file, newest first. */
export async function exportLog(): Promise<void> {
  const all: LogEntry[] = []
  try {
    while (all.length < most) {
      const before = all.at(-1)?.id
      const found = await phone().request('log.list', { limit: page, ...(before !== undefined && { before }) })
      all.push(...found)
      if (found.length < page) break
    }
    saveFile('calls.csv', 'text/csv', csvOf(all))
  } catch (error) {
    report('log', error)
  }
}
