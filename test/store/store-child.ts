/** A process for the store's tests: opens a folder, says so, and either waits or writes without end. */
import { openStore } from '../../electron/store/store.ts'

const [folder = '', work = ''] = process.argv.slice(2)
const store = openStore({ dataFolder: folder })
process.stdout.write('ready\n')
process.stdin.on('end', () => process.exit(0)).resume()
if (work === 'settings') {
  const write = (round: number): void => {
    store.saveSettings({ round, filler: String(round % 10).repeat(20_000) })
    setImmediate(write, round + 1)
  }
  write(1)
}
if (work === 'log') {
  const write = (round: number): void => {
    store.callLog.append({
      at: new Date(0).toISOString(),
      direction: 'incoming',
      remote: { uri: `sip:${round}@192.0.2.2` },
      answered: false,
      missed: true,
      code: 487,
      reason: 'Request Terminated',
      cause: 'cancelled',
      durationMs: 0,
      sipCallId: String(round),
    })
    process.stdout.write(`${round}\n`)
    setImmediate(write, round + 1)
  }
  write(1)
}
if (work === 'people') {
  // A contact, then a message to them: each number is written down once both are said to be kept.
  const write = (round: number): void => {
    const uri = `sip:${round}@192.0.2.2`
    store.contacts.add([{ name: `周 ${round}`, addresses: [{ target: uri }], watch: false }])
    const { id } = store.messages.add({
      uri,
      direction: 'outgoing',
      text: `${round}`,
      at: new Date(0).toISOString(),
      unread: false,
      delivery: { state: 'sending' },
    })
    store.messages.settle(id, { state: 'accepted', code: 200 })
    process.stdout.write(`${round}\n`)
    setImmediate(write, round + 1)
  }
  write(1)
}
