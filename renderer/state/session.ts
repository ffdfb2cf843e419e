import { connectPhone, type PhoneClient } from '../phone-client.ts'
import { refreshAccounts } from './accounts.ts'
import { commitRemoval, refreshLog } from './call-log.ts'
import { setPhoneClient } from './connection.ts'
import { commitRemovedContact, refreshContacts } from './contacts.ts'
import { commitRemovedConversation, refreshMessages } from './messages.ts'
import { usePhone } from './phone.ts'
import { receive, takeSnapshot } from './receive.ts'
import { report } from './report.ts'

/** Connects the window to the phone and keeps what it shows true, also over a lost connection. */
export function startSession(): void {
  const client = connectPhone({
    onNotification: receive,
    onConnection(connection) {
      usePhone.setState({ connection })
      if (connection === 'open') void readAll(client)
    },
  })
  setPhoneClient(client)
  window.addEventListener('pagehide', () => {
    commitRemoval()
    commitRemovedContact()
    commitRemovedConversation()
  })
}

async function readAll(client: PhoneClient): Promise<void> {
  try {
    const [snapshot, info, settings] = await Promise.all([
      client.request('phone.snapshot'),
      client.request('phone.info'),
      client.request('settings.get'),
    ])
    takeSnapshot(snapshot)
    usePhone.setState({ info, settings })
    await Promise.all([refreshLog(), refreshAccounts(), refreshContacts(), refreshMessages()])
  } catch (error) {
    report('settings', error)
  }
}
