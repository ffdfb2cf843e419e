import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of the page, whole in memory. */
export interface PageFile {
  readonly body: Buffer
  readonly type: string
  /** RFC 9110 8.8.3. */
  readonly etag: string
}

/** What a page is made of; any other file in its folder is not shown. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.wav': 'audio/wav',
  '.txt': 'text/plain; charset=utf-8',
}

const mostFiles = 2000

/**
 * The files of a built page by the path they are asked for, `/` being its index.html. They are read once: what is asked
 * for later is looked up by its exact name and never becomes a path. Rejects when there is no page in the folder.
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const files = new Map<string, PageFile>()
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    const type = types[extname(entry.name).toLowerCase()]
    // A link might lead out of the folder.
    if (!entry.isFile() || type === undefined) continue
    if (files.size >= mostFiles) throw new Error(`there are more than ${mostFiles} files in ${folder}`)
    const path = join(entry.parentPath, entry.name)
    const body = await readFile(path)
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
    files.set(`/${relative(folder, path).replaceAll(sep, '/')}`, { body, type, etag })
  }
  const index = files.get('/index.html')
  if (index === undefined) throw new Error(`there is no index.html in ${folder}`)
  return files.set('/', index)
}
