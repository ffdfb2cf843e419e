import { create } from 'zustand'
import { phone } from './connection.ts'

/** The picture of a contact: whose, and which one. */
export interface PhotoName {
  readonly contactId: number
  readonly photo: string
}

/** Pictures that are shown, as `data:` URLs; the one that was asked for last is the last. */
const usePhotos = create<{ readonly urls: ReadonlyMap<string, string> }>()(() => ({ urls: new Map() }))

/** As many rows as a list shows. */
const mostKept = 400
const asked = new Set<string>()

const keyOf = ({ contactId, photo }: PhotoName) => `${contactId} ${photo}`

/** Undefined until it has come. */
export function usePhoto(name: PhotoName | undefined): string | undefined {
  return usePhotos(({ urls }) => (name === undefined ? undefined : urls.get(keyOf(name))))
}

/** Asks for it once; without it there are initials, so that nobody needs to be told when it does not come. */
export async function loadPhoto(name: PhotoName): Promise<void> {
  const key = keyOf(name)
  if (usePhotos.getState().urls.has(key) || asked.has(key)) return
  asked.add(key)
  try {
    const { url } = await phone().request('contacts.photo', { id: name.contactId })
    usePhotos.setState(({ urls }) => ({ urls: new Map([...urls, [key, url] as const].slice(-mostKept)) }))
  } catch {
    // The contact is gone, or the phone is: whoever shows it next asks again.
  } finally {
    asked.delete(key)
  }
}
