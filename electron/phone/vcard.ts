import type { Contact, ContactAddress, NewContact } from './contact.ts'
import { type Photo, photoFromBase64, toDataUrl } from './photo.ts'

/** vCard files: version 4 (RFC 6350) is written; that and 2.1 and 3.0 (RFC 2426), as other programs write them, are read. */

const mostCards = 20_000
const mostAddresses = 20
const longestText = 512

interface ReadCards {
  readonly cards: readonly NewContact[]
  /** Of these cards: in another form than JPEG or PNG, too large, or only the address of one. */
  readonly photosLeftOut: number
}

/** What of the text are cards with a name or an address; never throws. */
export function readVCards(text: string): ReadCards {
  const cards: NewContact[] = []
  let photosLeftOut = 0
  let open: Line[] | undefined
  for (const line of unfolded(text)) {
    const read = parseLine(line)
    if (read === undefined) continue
    if (read.name === 'BEGIN' && /^vcard$/i.test(read.value.trim())) open = []
    else if (read.name === 'END' && open !== undefined) {
      const card = cardOf(open)
      if (card !== undefined && cards.length < mostCards) {
        cards.push(card)
        if (card.picture === undefined && open.some(({ name }) => name === 'PHOTO')) photosLeftOut += 1
      }
      open = undefined
    } else open?.push(read)
  }
  return { cards, photosLeftOut }
}

export function writeVCards(contacts: readonly Contact[], photo: (id: number) => Photo | undefined): string {
  return contacts.map((contact) => write(contact, contact.photo === undefined ? undefined : photo(contact.id))).join('')
}

interface Line {
  /** Upper case, without the group in front. */
  readonly name: string
  readonly params: string
  readonly value: string
}

/** RFC 6350 3.2: a line that begins with a blank goes on from the one before. */
function unfolded(text: string): string[] {
  return text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n|\r/)
}

function parseLine(line: string): Line | undefined {
  const end = endOfName(line)
  if (end <= 0) return undefined
  const [name = '', ...params] = line.slice(0, end).split(';')
  const quoted = params.some((param) => /quoted-printable/i.test(param))
  const value = line.slice(end + 1)
  return {
    name: name.slice(name.lastIndexOf('.') + 1).toUpperCase(),
    params: params.join(';').toLowerCase(),
    value: quoted ? fromQuotedPrintable(value) : value,
  }
}

/** The first colon outside of quotes. */
function endOfName(line: string): number {
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    if (line[at] === '"') quoted = !quoted
    else if (line[at] === ':' && !quoted) return at
  }
  return line.indexOf(':')
}

function cardOf(lines: readonly Line[]): NewContact | undefined {
  const value = (name: string) => lines.find((line) => line.name === name)?.value ?? ''
  const name = tidy(unescape(value('FN'))) || nameOf(value('N'))
  const addresses = lines.flatMap(addressOf).slice(0, mostAddresses)
  const note = tidy(unescape(value('NOTE')))
  if (name === '' && addresses.length === 0) return undefined
  const picture = pictureOf(lines.find((line) => line.name === 'PHOTO'))
  return { name, addresses, watch: false, ...(note !== '' && { note }), ...(picture !== undefined && { picture }) }
}

/** RFC 6350 6.2.4 has it as a data URL, the versions before as base64. An address elsewhere is never asked for one. */
function pictureOf(line: Line | undefined): Photo | undefined {
  if (line === undefined) return undefined
  const value = line.value.trim()
  const url = /^data:[\w/+.-]{0,64};base64\\?,/i.exec(value)
  if (url !== null) return photoFromBase64(value.slice(url[0].length))
  return /(^|[;=])(b|base64)(;|$)/.test(line.params) ? photoFromBase64(value) : undefined
}

/** RFC 6350 6.2.2: family name; given name; more. */
function nameOf(value: string): string {
  const [family = '', given = ''] = value.split(/(?<!\\);/).map((part) => tidy(unescape(part)))
  const eastern = /\p{Script=Han}/u.test(family + given)
  return tidy(eastern ? `${family}${given}` : `${given} ${family}`)
}

function addressOf({ name, params, value }: Line): ContactAddress[] {
  if (name !== 'TEL' && name !== 'IMPP' && name !== 'X-SIP') return []
  const target = tidy(unescape(value)).replace(/^tel:/i, '')
  if (target === '' || (name === 'IMPP' && !/^sips?:/i.test(target))) return []
  const label = /\b(work|home|cell|mobile)\b/.exec(params)?.[1]
  return [{ target, ...(label !== undefined && { label: label === 'cell' ? 'mobile' : label }) }]
}

function write({ name, addresses, note }: Contact, photo: Photo | undefined): string {
  const lines = ['BEGIN:VCARD', 'VERSION:4.0', `FN:${escape(name || (addresses[0]?.target ?? ''))}`]
  for (const { target, label } of addresses) {
    const type =
      label === undefined ? '' : `;TYPE=${label === 'mobile' ? 'cell' : label.replaceAll(/[^a-z0-9-]/gi, '')}`
    if (/^sips?:|@/i.test(target))
      lines.push(`IMPP${type}:${escape(/^sips?:/i.test(target) ? target : `sip:${target}`)}`)
    else lines.push(`TEL${type};VALUE=text:${escape(target)}`)
  }
  if (note !== undefined) lines.push(`NOTE:${escape(note)}`)
  if (photo !== undefined) lines.push(`PHOTO:${toDataUrl(photo)}`)
  lines.push('END:VCARD')
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

/** RFC 6350 3.2: no more than 75 octets a line; never in the middle of a character. */
function folded(line: string): string {
  // A picture is long, and its characters are octets.
  if (/^[\x20-\x7e]*$/.test(line)) return line.replace(/^.{75}(?=.)|.{74}(?=.)/g, '$&\r\n ')
  let [text, octets] = ['', 0]
  for (const character of line) {
    const size = new TextEncoder().encode(character).byteLength
    if (octets + size > 75) [text, octets] = [`${text}\r\n `, 1]
    text += character
    octets += size
  }
  return text
}

const escape = (text: string) => text.replaceAll(/[\\,;]/g, '\\$&').replaceAll(/\r?\n/g, '\\n')
const unescape = (text: string) => text.replaceAll(/\\n/gi, '\n').replaceAll(/\\([\\,;:])/g, '$1')
const tidy = (text: string) => text.trim().slice(0, longestText)

/** RFC 2045 6.7, as vCard 2.1 uses it, in UTF-8. */
function fromQuotedPrintable(text: string): string {
  const bytes: number[] = []
  for (let at = 0; at < text.length; at++) {
    const code = text[at] === '=' ? Number.parseInt(text.slice(at + 1, at + 3), 16) : Number.NaN
    if (Number.isNaN(code)) bytes.push(...new TextEncoder().encode(text[at]))
    else {
      bytes.push(code)
      at += 2
    }
  }
  return new TextDecoder().decode(Uint8Array.from(bytes))
}
