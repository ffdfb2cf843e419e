import { readProfile, writeProfile } from '../settings/profile-file.ts'
import { saveFile } from '../text/save-file.ts'
import { refreshAccounts, saveAccount, useAccounts } from './accounts.ts'
import { saveSetting } from './commands.ts'
import { exportContacts, importContacts } from './contacts.ts'
import { usePhone } from './phone.ts'

/** Settings, accounts and contacts into a file; passwords stay here. */
export async function exportProfile(): Promise<void> {
  const { settings } = usePhone.getState()
  const contacts = await exportContacts()
  if (settings === undefined || contacts === undefined) return
  const { accounts } = useAccounts.getState()
  saveFile('dialtone-profile.json', 'application/json', writeProfile(settings, accounts, contacts))
}

export type Imported =
  | { readonly kind: 'done'; readonly accounts: number; readonly refused: number }
  | { readonly kind: 'noProfile' }

/** Adds what the file has; accounts that are here already, by user and place, are changed. Each refusal is counted. */
export async function importProfile(text: string): Promise<Imported> {
  const profile = readProfile(text)
  if (profile === undefined) return { kind: 'noProfile' }
  let refused = 0
  for (const [group, values] of Object.entries(profile.settings)) {
    if (!(await saveSetting({ [group]: values }))) refused++
  }
  let accounts = 0
  for (const account of profile.accounts) {
    const here = useAccounts
      .getState()
      .accounts.find(
        ({ username, domain, proxy }) =>
          username === account['username'] && domain === account['domain'] && proxy === account['proxy'],
      )
    const saved = await saveAccount({ ...account, ...(here !== undefined && { id: here.id }) })
    if ('account' in saved) accounts++
    else refused++
  }
  if (profile.contacts !== '') await importContacts(profile.contacts)
  await refreshAccounts()
  return { kind: 'done', accounts, refused }
}
