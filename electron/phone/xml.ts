/**
 * As much of XML as presence and dialog states need, read in one pass: elements, attributes, text, CDATA and the
 * predefined entities. No document types, and so no entities of a document's own. Pure; never throws.
 */

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string
  /** By name without prefix. */
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** The text of the element itself, trimmed. */
  readonly text: string
}

/** Longest document, characters. */
const longest = 65_536
const mostElements = 2_000
const deepest = 32
const mostAttributes = 32

interface Open {
  readonly name: string
  readonly qualified: string
  readonly attributes: Map<string, string>
  readonly children: XmlElement[]
  text: string
}

/** The root element; undefined where it is no XML, has a document type, or is larger than anybody needs. */
export function parseXml(text: string): XmlElement | undefined {
  if (text.length > longest) return undefined
  const stack: Open[] = []
  let root: XmlElement | undefined
  let elements = 0
  let at = 0
  while (at < text.length) {
    const open = text.indexOf('<', at)
    const content = text.slice(at, open < 0 ? text.length : open)
    const inside = stack.at(-1)
    if (inside) inside.text += decoded(content)
    else if (content.trim() !== '' && content.trim() !== '\ufeff') return undefined
    if (open < 0) break
    const skipped = skipOf(text, open)
    if (skipped !== undefined) {
      if (skipped.end < 0) return undefined
      if (inside && skipped.text !== undefined) inside.text += skipped.text
      at = skipped.end
      continue
    }
    // `<!DOCTYPE` and whatever else is no element: refused as a whole.
    if (text[open + 1] === '!') return undefined
    const close = endOfTag(text, open)
    if (close < 0) return undefined
    const tag = text.slice(open + 1, close)
    at = close + 1
    if (tag.startsWith('/')) {
      const ended = stack.pop()
      if (!ended || ended.qualified !== tag.slice(1).trim()) return undefined
      const element = closed(ended)
      const parent = stack.at(-1)
      if (parent) parent.children.push(element)
      else root = element
      continue
    }
    const empty = tag.endsWith('/')
    const begun = begin(empty ? tag.slice(0, -1) : tag)
    if (!begun || root || ++elements > mostElements || stack.length >= deepest) return undefined
    if (!empty) stack.push(begun)
    else if (inside) inside.children.push(closed(begun))
    else root = closed(begun)
  }
  return stack.length === 0 ? root : undefined
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name)
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? []
}

/** Any text as the content of an element or attribute. What XML has no place for is left out. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // oxlint-disable-next-line no-control-regex -- these are what is left out
      .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  )
}

/** A comment, processing instruction or CDATA section at `open`: where it ends (-1: nowhere), and its text. */
function skipOf(text: string, open: number): { readonly end: number; readonly text?: string } | undefined {
  const after = (mark: string, from: number) => {
    const found = text.indexOf(mark, from)
    return found < 0 ? -1 : found + mark.length
  }
  if (text.startsWith('<!--', open)) return { end: after('-->', open + 4) }
  if (text.startsWith('<?', open)) return { end: after('?>', open + 2) }
  if (!text.startsWith('<![CDATA[', open)) return undefined
  const end = after(']]>', open + 9)
  return { end, text: end < 0 ? '' : text.slice(open + 9, end - 3) }
}

/** The `>` that ends the tag at `open`: one within quotes does not. */
function endOfTag(text: string, open: number): number {
  let quote = ''
  for (let index = open + 1; index < text.length; index++) {
    const character = text[index] ?? ''
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '>') return index
    else if (character === '<') return -1
  }
  return -1
}

function begin(tag: string): Open | undefined {
  const qualified = /^[^\s/"'=<>]{1,256}/.exec(tag)?.[0]
  if (qualified === undefined) return undefined
  const attributes = new Map<string, string>()
  let rest = tag.slice(qualified.length).trim()
  while (rest !== '') {
    const equals = rest.indexOf('=')
    const value = rest.slice(equals + 1).trimStart()
    const quote = value[0]
    const end = quote === '"' || quote === "'" ? value.indexOf(quote, 1) : -1
    if (equals < 1 || end < 0 || attributes.size >= mostAttributes) return undefined
    attributes.set(localName(rest.slice(0, equals).trim()), decoded(value.slice(1, end)))
    rest = value.slice(end + 1).trimStart()
  }
  return { name: localName(qualified), qualified, attributes, children: [], text: '' }
}

function closed({ name, attributes, children, text }: Open): XmlElement {
  return { name, attributes, children, text: text.trim() }
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** With the predefined entities and character references replaced; others stay as they are written. */
function decoded(text: string): string {
  if (!text.includes('&')) return text
  return text.replaceAll(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (all, decimal, hex, name) => {
    if (name !== undefined) return Object.hasOwn(entities, name) ? (entities[name] ?? all) : all
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
    return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : all
  })
}
