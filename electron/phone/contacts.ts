import { asPhoneError } from './as-phone-error.ts'
import { type Contact, type ContactPatch, patched } from './contact.ts'
import { contactFinder } from './contact-match.ts'
import { PhoneError } from './phone-error.ts'
import type { ContactBook } from './ports.ts'
import type { RemoteParty } from './shapes.ts'
import { photoFromBase64, toDataUrl } from './photo.ts'
import { readVCards, writeVCards } from './vcard.ts'

/** More than this is no address book, and would make every search slow. */
const mostContacts = 20_000
/** Bytes of all pictures together: so much is read and written at once when the book is exported. */
const mostPhotoBytes = 33_554_432

/** The address book. All methods throw a PhoneError and nothing else. */
export class Contacts {
  readonly #book: ContactBook
  readonly #onChanged: () => void
  #finder: ReturnType<typeof contactFinder> | undefined

  constructor(book: ContactBook, onChanged: () => void) {
    this.#book = book
    this.#onChanged = () => {
      this.#finder = undefined
      onChanged()
    }
  }

  /** The same with the name that the book has for them, if it has one. Never throws. */
  named<One extends { readonly remote: RemoteParty; readonly accountId?: string | undefined }>(one: One): One {
    try {
      this.#finder ??= contactFinder(this.#book.list(''))
      const name = this.#finder({ uri: one.remote.uri, accountId: one.accountId })?.name ?? ''
      return name === '' ? one : { ...one, remote: { ...one.remote, displayName: name } }
    } catch {
      // A book that cannot be read has no names; whoever opens it is told why.
      return one
    }
  }

  /** By name; with `search`, those whose name, address or note has it. */
  list(search = ''): readonly Contact[] {
    return this.#use((book) => book.list(search))
  }

  /** Changes the one of that id, `not-found` if there is none, or adds one. A speed dial key is taken from who had it. */
  save(patch: ContactPatch): Contact {
    return this.#use((book) => {
      const before = patch.id === undefined ? undefined : book.get(patch.id)
      if (patch.id !== undefined && before === undefined) {
        throw new PhoneError('not-found', `There is no contact ${patch.id}`, { field: 'id' })
      }
      const contact = patched(before, patch)
      if (contact.name.trim() === '' && contact.addresses.length === 0) {
        throw new PhoneError('invalid-params', 'A contact needs a name or an address', { field: 'name' })
      }
      if (before === undefined) this.#mustHaveRoom(book, 1)
      const { photo } = before ?? {}
      const saved =
        before === undefined
          ? book.add([contact])[0]
          : book.change({ id: before.id, ...contact, ...(photo !== undefined && { photo }) })
      if (saved === undefined) throw new PhoneError('internal', 'The contact was not saved')
      this.#onChanged()
      return saved
    })
  }

  remove(id: number): void {
    this.#use((book) => book.remove(id))
    this.#onChanged()
  }

  /** Throws PhoneError `not-found` where there is none. */
  photo(id: number): { readonly url: string } {
    return this.#use((book) => {
      const photo = book.photo(id)
      if (photo === undefined)
        throw new PhoneError('not-found', `There is no picture of contact ${id}`, { field: 'id' })
      return { url: toDataUrl(photo) }
    })
  }

  /** A file in base64; null takes the picture away. Throws PhoneError `invalid-params` when it is none to show. */
  setPhoto(id: number, base64: string | null): Contact {
    return this.#use((book) => {
      if (book.get(id) === undefined) throw new PhoneError('not-found', `There is no contact ${id}`, { field: 'id' })
      const photo = base64 === null ? undefined : photoFromBase64(base64)
      if (base64 !== null && photo === undefined) {
        const why = 'A picture is a JPEG or PNG file of at most 256 KiB and 2048 pixels a side'
        throw new PhoneError('invalid-params', why, { field: 'photo' })
      }
      if (photo !== undefined && book.photoBytes + photo.bytes.byteLength > mostPhotoBytes) {
        throw new PhoneError('bad-state', 'There is no room for more pictures')
      }
      book.setPhoto(id, photo)
      this.#onChanged()
      return book.get(id) as Contact
    })
  }

  /** vCards (RFC 6350, and the versions before it); how many contacts they made, and how many pictures were no use. */
  import(text: string): { readonly added: number; readonly photosLeftOut?: number } {
    return this.#use((book) => {
      const { cards, photosLeftOut } = readVCards(text)
      if (cards.length === 0) throw new PhoneError('invalid-params', 'There is no vCard in it', { field: 'text' })
      this.#mustHaveRoom(book, cards.length)
      let [room, leftOut] = [mostPhotoBytes - book.photoBytes, photosLeftOut]
      const fitting = cards.map(({ picture, ...card }) => {
        if (picture === undefined) return card
        if (picture.bytes.byteLength > room) {
          leftOut += 1
          return card
        }
        room -= picture.bytes.byteLength
        return { ...card, picture }
      })
      const added = book.add(fitting).length
      this.#onChanged()
      return { added, ...(leftOut > 0 && { photosLeftOut: leftOut }) }
    })
  }

  export(): { readonly text: string } {
    return this.#use((book) => ({ text: writeVCards(book.list(''), (id) => book.photo(id)) }))
  }

  #mustHaveRoom(book: ContactBook, more: number): void {
    if (book.size + more <= mostContacts) return
    throw new PhoneError('bad-state', `There is room for ${mostContacts} contacts and no more`)
  }

  #use<T>(work: (book: ContactBook) => T): T {
    try {
      return work(this.#book)
    } catch (error) {
      throw asPhoneError(error)
    }
  }
}
