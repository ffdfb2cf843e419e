import { openStore } from '../../../electron/store/store.ts'
import { entry, quality } from '../sample-calls.ts'

/** Of a call that is over at once: whole numbers take less memory. */
const { remoteLossPercent: _, remoteJitterMs: __, roundTripMs: ___, ...sent } = quality().sent
const short = { ...quality({ lossPercent: 0, jitterMs: 0 }), sent }

/** As many calls as the window keeps at hand, each as large as a real one, so that it holds no more after the next. */
export function fillLog(dataFolder: string, remote: string): void {
  const store = openStore({ dataFolder })
  try {
    for (let n = 0; n < 300; n++) {
      const { id: _, ...call } = entry({ uri: remote }, n, { sipCallId: crypto.randomUUID(), quality: short })
      store.callLog.append(call)
    }
  } finally {
    store.close()
  }
}
