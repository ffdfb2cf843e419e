import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { after, before, test } from 'node:test'

/** The canary: a small tree that breaks each rule of the architecture once. The linter must sing at every file of it. */
const project = resolve(import.meta.dirname, '../..')
let tree: string

/** Files beside the broken ones, so that every import of the canary leads somewhere. */
const targets = [
  'electron/phone/ports.ts',
  'electron/phone/call.ts',
  'electron/sip/engine.ts',
  'electron/ua/uac.ts',
  'electron/ipc/contract.ts',
  'electron/ipc/dispatcher.ts',
  'electron/assembly/system-clock.ts',
  'electron/headless.ts',
  'electron/dissect/capture.ts',
  'native/protocol.ts',
  'native/media-engine.ts',
  'native/nat/stun.ts',
  'renderer/phone/idle.ts',
]

const broken: Record<string, [code: string, complaint: RegExp]> = {
  'electron/sip/upwards.ts': ["import { x } from '../phone/call.ts'", /electron\/sip may not import electron\/phone/],
  'electron/sip/media.ts': [
    "import { x } from '../../native/media-engine.ts'",
    /electron\/sip may not import native beyond native\/nat/,
  ],
  'electron/sip/message/deep.ts': ["import { x } from '../../ua/uac.ts'", /electron\/sip may not import electron\/ua/],
  'electron/sip/message/socket.ts': ["import { x } from 'node:dgram'", /imports no node: module/],
  'electron/sip/transaction/clock.ts': ['export const x = Date.now()', /takes time and the world as arguments/],
  'electron/sip/dialog/chance.ts': ['export const x = Math.random()', /takes randomness as an argument/],
  'electron/phone/stack.ts': ["import { x } from '../sip/engine.ts'", /electron\/phone may not import electron\/sip/],
  'electron/phone/engine.ts': [
    "import { x } from '../../native/media-engine.ts'",
    /electron\/phone may not import native beyond native\/protocol/,
  ],
  'electron/phone/srf.ts': ["import x from 'drachtio-srf'", /may import drachtio-srf/],
  'electron/phone/disk.ts': ["import { x } from 'node:fs'", /may import node:fs/],
  'electron/phone/shell.ts': ["import { x } from 'electron'", /may import electron/],
  'electron/ua/calls.ts': [
    "import { x } from '../phone/call.ts'",
    /electron\/ua may not import electron\/phone beyond electron\/phone\/ports/,
  ],
  'electron/store/web.ts': ["import { x } from '../ipc/dispatcher.ts'", /electron\/store may not import electron\/ipc/],
  'electron/ipc/root.ts': ["import { x } from '../headless.ts'", /Nothing imports a composition root/],
  'electron/desktop/assemble.ts': [
    "import { x } from '../assembly/system-clock.ts'",
    /electron\/desktop may not import electron\/assembly/,
  ],
  'electron/desktop/values.ts': [
    "import { x } from '../phone/call.ts'",
    /electron\/desktop may not import values of electron\/phone/,
  ],
  'electron/assembly/shell.ts': ["import { x } from 'electron'", /may import electron/],
  'electron/headless.ts': ["import { x } from 'electron'", /may import electron/],
  'native/upwards.ts': ["import { x } from '../electron/phone/ports.ts'", /native may not import electron\/phone/],
  'native/rtp/timer.ts': ['setTimeout(() => {}, 20)', /takes time and the world as arguments/],
  'native/audio/sound.ts': ["import x from 'naudiodon'", /may import naudiodon/],
  'renderer/direct.ts': [
    "import { x } from '../electron/ipc/dispatcher.ts'",
    /renderer may not import electron\/ipc beyond electron\/ipc\/contract/,
  ],
  'electron/dissect/disk.ts': ["import { x } from 'node:path'", /no node: module/],
  'renderer/disk.ts': ["import { x } from 'node:path'", /no node: module/],
  'electron/trace/a.ts': ["import { b } from './b.ts'\nexport const a = b", /[Dd]ependency cycle/],
  'electron/trace/b.ts': ["import { a } from './a.ts'\nexport const b = a", /[Dd]ependency cycle/],
}

const sound: Record<string, string> = {
  'electron/desktop/window.ts': "import { x } from 'electron'\nexport const y = x",
  'electron/assembly/phone.ts': "import { x } from '../ua/uac.ts'\nexport const y = x",
  'electron/ua/port.ts': "import { x } from '../phone/ports.ts'\nexport const y = x",
  'electron/phone/media.ts': "import { x } from '../../native/protocol.ts'\nexport const y = x",
  'electron/sip/nat.ts': "import { x } from '../../native/nat/stun.ts'\nexport const y = x",
  'electron/sip/message/hash.ts': "import { createHash } from 'node:crypto'\nexport const y = createHash",
  'renderer/settings/sheet.ts': "import { x } from '../phone/idle.ts'\nexport const y = x",
  'renderer/trace/reader.ts': "import { x } from '../../electron/dissect/capture.ts'\nexport const y = x",
  'renderer/client.ts': "import { x } from '../electron/ipc/contract.ts'\nexport const y = x",
}

before(() => {
  tree = mkdtempSync(join(tmpdir(), 'dialtone-canary-'))
  cpSync(join(project, 'oxlint.config.ts'), join(tree, 'oxlint.config.ts'))
  writeFileSync(join(tree, 'package.json'), '{"type":"module"}')
  symlinkSync(join(project, 'node_modules'), join(tree, 'node_modules'))
  const write = (file: string, code: string) => {
    mkdirSync(dirname(join(tree, file)), { recursive: true })
    writeFileSync(join(tree, file), code)
  }
  for (const file of targets) write(file, 'export const x = 1\n')
  for (const [file, code] of Object.entries(sound)) write(file, `${code}\n`)
  for (const [file, [code]] of Object.entries(broken))
    write(
      file,
      code.includes('import { x }') || code.includes('import x') ? `${code}\nexport const y = x\n` : `${code}\n`,
    )
})

after(() => rmSync(tree, { recursive: true, force: true }))

test('every forbidden import and impurity is refused, and nothing else is', () => {
  const oxlint = join(project, 'node_modules/oxlint/bin/oxlint')
  const run = spawnSync(process.execPath, [oxlint, '--format=json', '.'], { cwd: tree, encoding: 'utf8' })
  const { diagnostics } = JSON.parse(run.stdout) as {
    diagnostics: { filename: string; message: string; help?: string }[]
  }
  const said = new Map<string, string>()
  for (const { filename, message, help } of diagnostics)
    said.set(filename, `${said.get(filename) ?? ''} ${message} ${help ?? ''}`)
  for (const [file, [, complaint]] of Object.entries(broken)) assert.match(said.get(file) ?? 'nothing', complaint, file)
  for (const file of [...Object.keys(sound), ...targets.filter((file) => !(file in broken))])
    assert.equal(said.get(file), undefined, file)
  assert.notEqual(run.status, 0)
})
