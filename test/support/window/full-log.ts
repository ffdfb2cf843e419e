import { openStore } from '../../../electron/store/store.ts'
import { entry } from '../sample-calls.ts'

/** As many calls as the window keeps at hand, so that it holds no more after the next ones. */
export function fillLog(dataFolder: string, remote: string): void {
  const store = openStore({ dataFolder })
  try {
    for (let n = 0; n < 300; n++) {
      const { id: _, ...call } = entry({ uri: remote }, n, { sipCallId: crypto.randomUUID() })
      store.callLog.append(call)
    }
  } finally {
    store.close()
  }
}
