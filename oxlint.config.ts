import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { OxlintConfig } from 'oxlint'

/**
 * Style, and the architecture as a table: which room may import which (`rooms`), which package has which only
 * importer (`packages`), and which rooms are pure. `test/architecture` breaks each rule once and expects the refusal.
 */

/** A room is a folder; `may` lists what it imports of other rooms beside its own. `types:` in front: types only. */
const rooms: Record<string, readonly string[]> = {
  'electron/sdp': [],
  'electron/sip': ['native/nat'],
  'electron/ua': ['electron/phone/ports', 'electron/sip'],
  'electron/phone': ['electron/sdp', 'native/protocol', 'types:electron/dissect'],
  'electron/store': ['electron/phone'],
  /** What the window reads as well as the command: messages, captures, ladders, explanations. */
  // Of the media engine what is pure: a capture is judged and played as the phone judges and plays its own calls.
  'electron/dissect': [
    'electron/sip/message',
    'electron/sdp',
    'types:electron/phone',
    'native/rtp',
    'native/codec',
    'native/session/playout',
    'native/audio/wav',
  ],
  'electron/trace': ['electron/sip', 'electron/sdp', 'electron/dissect', 'types:electron/phone'],
  'electron/media': ['electron/phone/ports', 'native/protocol'],
  'electron/ipc': ['electron/phone', 'types:electron/dissect'],
  'electron/cli': ['electron/phone', 'electron/ipc', 'electron/dissect'],
  // Only composition roots import it.
  'electron/assembly': [
    'electron/phone',
    'electron/ua',
    'electron/media',
    'electron/store',
    'electron/trace',
    'types:native/protocol',
  ],
  'electron/desktop': ['electron/ipc', 'electron/media', 'types:electron/phone', 'types:native/protocol'],
  native: [],
  renderer: ['electron/ipc/contract', 'electron/dissect', 'electron/phone/default-account'],
}

/** Packages and built-in modules that only these files may import. */
const packages: Record<string, readonly string[]> = {
  electron: ['electron/desktop/**', 'electron/main.ts', 'electron/preload.ts'],
  'drachtio-srf': ['electron/ua/**'],
  naudiodon: ['native/audio/naudiodon.ts'],
  g711: ['native/codec/**'],
  '@echogarden/speex-resampler-wasm': ['native/audio/resample.ts'],
  'node:sqlite': ['electron/store/**'],
  'node:fs': ['electron/store/**', 'electron/trace/file.ts', 'electron/ipc/serve/**', 'native/audio/wav-file.ts'],
  'node:fs/promises': [
    'electron/store/**',
    'electron/trace/file.ts',
    'electron/ipc/serve/**',
    'native/audio/wav-file.ts',
    'native/opus-file.ts',
  ],
}

/** No socket, no timer, no clock, no chance: what these rooms need of the world is an argument. */
const pure = [
  'electron/sip/message/**',
  'electron/sip/transaction/**',
  'electron/sip/dialog/**',
  'electron/sdp/**',
  'electron/phone/call-state.ts',
  'electron/phone/offer-answer*.ts',
  'native/rtp/**',
  'native/codec/**',
  'native/session/**',
  'native/playout/**',
  'native/playout/**',
]

const compositionRoots = [
  'electron/main.ts',
  'electron/preload.ts',
  'electron/headless.ts',
  'electron/headless-main.ts',
  'electron/headless-phone.ts',
]

interface Ban {
  group: string[]
  message: string
  allowTypeImports?: boolean
}

/** How `room` writes an import of `place`: `../sip/engine.ts` among the rooms of electron/, else from the top. */
function written(room: string, place: string): string {
  const path = room.startsWith('electron/') ? place.replace('electron/', '') : place
  const isFile = existsSync(join(import.meta.dirname, `${place}.ts`))
  return isFile ? `**/${path}.ts` : `**/${path}/**`
}

function bansFor(room: string): Ban[] {
  const may = rooms[room] ?? []
  return Object.keys(rooms).flatMap((other) => {
    if (other === room) return []
    const allowed = may.filter((entry) => entry.replace('types:', '').startsWith(other))
    const typesOnly = allowed.length > 0 && allowed.every((entry) => entry.startsWith('types:'))
    const parts = allowed.map((entry) => entry.replace('types:', '')).filter((entry) => entry !== other)
    if (allowed.length > 0 && !typesOnly && parts.length === 0) return []
    return {
      group: [written(room, other), ...parts.map((part) => `!${written(room, part)}`)],
      message: `${room} may not import ${typesOnly ? 'values of ' : ''}${other}${parts.length > 0 ? ` beyond ${parts.join(', ')}` : ''}.`,
      ...(typesOnly ? { allowTypeImports: true } : {}),
    }
  })
}

const nobodyImports: Ban = {
  group: compositionRoots.map((root) => `**/${root.replace('electron/', '')}`),
  message: 'Nothing imports a composition root.',
}

/** Whether everything that `inner` matches, `outer` matches too; enough for the few patterns above. */
const covers = (outer: string, inner: string) =>
  outer === inner || (outer.endsWith('/**') && inner.startsWith(outer.slice(0, -2)))

function importRule(files: string, room: string | undefined) {
  const isPure = pure.some((pattern) => covers(pattern, files))
  const paths = Object.entries(packages)
    .filter(([, importers]) => !importers.some((importer) => covers(importer, files)))
    .map(([name, importers]) => ({ name, message: `Only ${importers.join(', ')} may import ${name}.` }))
  const patterns: Ban[] = room === undefined ? [] : [...bansFor(room), nobodyImports]
  if (room === 'renderer' || room === 'electron/dissect')
    patterns.push({ group: ['node:*'], message: 'The window runs in a page: no node: module.' })
  if (isPure)
    patterns.push({
      group: ['node:*', '!node:crypto'],
      message: 'A pure room imports no node: module but node:crypto.',
    })
  return {
    files: [files],
    rules: {
      'no-restricted-imports': ['error', { paths, patterns }],
      ...(isPure
        ? {
            'no-restricted-globals': [
              'error',
              ...[
                'Date',
                'setTimeout',
                'setInterval',
                'setImmediate',
                'performance',
                'process',
                'fetch',
                'WebSocket',
              ].map((name) => ({
                name,
                message: 'A pure room takes time and the world as arguments.',
              })),
            ],
            'no-restricted-properties': [
              'error',
              { object: 'Math', property: 'random', message: 'A pure room takes randomness as an argument.' },
            ],
          }
        : {}),
    },
  }
}

/** The last override that matches a file wins as a whole, so the narrow ones come last. */
function architecture() {
  const inRoom = (file: string) => Object.keys(rooms).find((room) => file.startsWith(`${room}/`))
  const special = [...new Set([...pure, ...Object.values(packages).flat()])].filter(
    (file) => !compositionRoots.includes(file),
  )
  const broad = Object.keys(rooms).map((room) => [`${room}/**`, room] as const)
  const narrow = special
    .filter((file) => !broad.some(([files]) => files === file))
    .map((file) => [file, inRoom(file)] as const)
  const roots = compositionRoots.map((file) => [file, undefined] as const)
  return [...broad, ...narrow.toSorted(([a], [b]) => a.length - b.length), ...roots].map(([files, room]) =>
    importRule(files, room),
  )
}

export default {
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node'],
  categories: { correctness: 'error', suspicious: 'error' },
  rules: {
    'import/no-cycle': 'error',
    'no-console': 'error',
    eqeqeq: 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
    // A name is reused inside a short function on purpose, and a test names its inputs as the code under test does.
    'no-shadow': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'no-await-in-loop': 'off',
    'import/no-unassigned-import': 'off',
    'promise/always-return': 'off',
    'promise/no-multiple-resolved': 'off',
  },
  overrides: [
    { files: ['scripts/**', 'test/**', '**/*.cjs'], rules: { 'no-console': 'off' } },
    { files: ['test/**'], rules: { 'typescript/no-non-null-assertion': 'off', 'max-lines': 'off' } },
    ...architecture(),
  ],
  ignorePatterns: ['out/**', 'dist/**', 'node_modules/**'],
} satisfies OxlintConfig
