import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { extractAll, extractFile, listPackage } from '@electron/asar'
import manifest from '../../package.json' with { type: 'json' }
import { audit } from '../../scripts/licences/audit.ts'
import { builtOutput } from '../support/build.ts'
import { missing } from '../support/needs.ts'
import { ScriptScope, scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { electronMissing, ElectronWindow } from '../support/window/electron-host.ts'

/** Packages as `npm run package` makes them without Electron: what they contain, and that the archive runs. */

const checkout = fileURLToPath(new URL('../../', import.meta.url))
const needs = missing('dpkg-deb', '7za')

describe('packages', { skip: needs, timeout: 400_000 }, () => {
  const scope = new ScriptScope()
  let made = ''
  let unpacked = ''
  let archive = ''
  let deb = ''
  const resource = (...path: string[]) => join(unpacked, 'resources', ...path)
  const inDeb = (path: string) =>
    execFileSync('sh', ['-c', `dpkg-deb --fsys-tarfile '${deb}' | tar -xO '.${path}'`], { encoding: 'utf8' })

  before(async () => {
    const folder = await temporaryFolder(scope, 'dialtone-package')
    const args = ['--stand-in', '--built', await builtOutput(), '--output', folder]
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(checkout, 'scripts/package.ts'), ...args], {
      encoding: 'utf8',
      timeout: 300_000,
    })
    assert.equal(status, 0, `${stdout}${stderr}`)
    made = join(folder, 'stand-in')
    unpacked = join(made, 'linux-unpacked')
    archive = resource('app.asar')
    deb = join(made, `dialtone_${manifest.version}_amd64.deb`)
    return () => scope.end()
  })

  test('the archive has what runs, of ourselves and of others, and nothing else', () => {
    const files = listPackage(archive, { isPack: false }).filter((path) => path.includes('.'))
    for (const path of [
      '/package.json',
      '/out/main/main.js',
      '/out/main/headless.js',
      '/out/main/media-process.js',
      '/out/main/audio-host.js',
      '/out/preload/index.cjs',
      '/out/renderer/index.html',
      '/node_modules/@evan/opus/wasm/simd.wasm',
      '/node_modules/@evan/opus/wasm/opus.wasm',
    ])
      assert.ok(files.includes(path), path)
    const { packages, shipped } = audit(checkout)
    const allowed = new Set(packages.filter(({ path }) => shipped.has(path)).map(({ path }) => path))
    for (const path of files) {
      assert.match(path, /^\/(?:package\.json|out\/(?:main|preload|renderer)\/|node_modules\/|assets\/icon\.svg)/)
      assert.doesNotMatch(path, /\.(?:ts|tsx|map|md|sh)$|\/(?:tests?|\.github)\/|\/\.[^/]*$|\/tsconfig/, path)
      const [, name = ''] = /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? []
      if (name !== '' && name !== 'segfault-handler')
        assert.ok(allowed.has(`node_modules/${name}`), `${name} is a tool`)
    }
  })

  test('the window is less than 400 KB on its way, packed as a server packs it', () => {
    const shown = listPackage(archive, { isPack: false }).filter((path) =>
      /^\/out\/renderer\/.*\.(?:js|css|html)$/.test(path),
    )
    const bytes = shown.map((path) => gzipSync(extractFile(archive, path.slice(1))).length)
    assert.ok(bytes.length >= 3)
    const whole = bytes.reduce((sum, one) => sum + one, 0)
    assert.ok(whole < 400 * 1024, `${whole}`)
  })

  test('the sound card’s library lies outside, finds its own, and tells nobody where it was built', () => {
    const folder = resource('app.asar.unpacked', 'node_modules', 'naudiodon', 'build', 'Release')
    if (!existsSync(join(checkout, 'node_modules', 'naudiodon', 'build'))) return
    assert.deepEqual(readdirSync(folder).sort(), ['libportaudio.so.2', 'naudiodon.node'])
    const library = readFileSync(join(folder, 'naudiodon.node'), 'latin1')
    assert.ok(library.includes('\0$ORIGIN\0'))
    assert.ok(!library.includes('node_modules/naudiodon/build/Release\0'))
  })

  test('no path of this machine is in anything that is given away', () => {
    for (const entry of readdirSync(unpacked, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name === 'naudiodon.node' || entry.name.startsWith('libportaudio')) continue
      const text = readFileSync(join(entry.parentPath, entry.name), 'latin1')
      assert.ok(!text.includes(checkout), entry.name)
    }
  })

  test('licences: our own, the texts of the others, a bill of materials', () => {
    assert.match(readFileSync(resource('licences', 'LICENSE.txt'), 'utf8'), /MIT/)
    const notices = readFileSync(resource('licences', 'THIRD-PARTY-LICENCES.txt'), 'utf8')
    for (const path of listPackage(archive, { isPack: false })) {
      const [, name = ''] = /^\/node_modules\/((?:@[^/]+\/)?[^/]+)\/package\.json$/.exec(path) ?? []
      if (name !== '' && name !== 'segfault-handler') assert.match(notices, new RegExp(`^${name} \\S+ \\(`, 'm'))
    }
    const bill = JSON.parse(readFileSync(resource('licences', 'sbom.cdx.json'), 'utf8')) as { bomFormat: string }
    assert.equal(bill.bomFormat, 'CycloneDX')
  })

  test('the deb installs window, command, manual, completion, icons and desktop entry', () => {
    const field = (name: string) => execFileSync('dpkg-deb', ['-f', deb, name], { encoding: 'utf8' }).trim()
    assert.deepEqual(
      [field('Package'), field('Version'), field('Architecture')],
      ['dialtone', manifest.version, 'amd64'],
    )
    assert.match(field('Depends'), /libasound2/)
    const listed = execFileSync('dpkg-deb', ['-c', deb], { encoding: 'utf8' })
    const modes = new Map(
      listed.split('\n').map((line) => [line.split(' ./').at(-1) ?? '', line.slice(0, 10)] as const),
    )
    for (const path of ['opt/Dialtone/dialtone-window', 'usr/bin/dialtone']) assert.equal(modes.get(path), '-rwxr-xr-x')
    for (const path of [
      'usr/share/man/man1/dialtone.1',
      'usr/share/bash-completion/completions/dialtone',
      'usr/share/zsh/vendor-completions/_dialtone',
      'usr/share/fish/vendor_completions.d/dialtone.fish',
      ...[16, 24, 32, 48, 64, 128, 256, 512, 1024].map(
        (size) => `usr/share/icons/hicolor/${size}x${size}/apps/dialtone-window.png`,
      ),
    ])
      assert.equal(modes.get(path), '-rw-r--r--', path)
    assert.match(listed, /root\/root/)
    assert.match(inDeb('/usr/bin/dialtone'), /ELECTRON_RUN_AS_NODE=1 exec \/opt\/Dialtone\/dialtone-window /)
  })

  test('the desktop entry takes links, and speaks Chinese', { skip: missing('desktop-file-validate') }, async (t) => {
    const entry = inDeb('/usr/share/applications/dialtone-window.desktop')
    assert.match(
      entry,
      /^MimeType=x-scheme-handler\/sip;x-scheme-handler\/sips;x-scheme-handler\/tel;x-scheme-handler\/callto;$/m,
    )
    assert.match(entry, /^Exec=\/opt\/Dialtone\/dialtone-window %U$/m)
    assert.match(entry, /^Categories=Network;Telephony;$/m)
    assert.match(entry, /^GenericName\[zh_TW\]=網路電話$/m)
    assert.equal(manifest.desktopName, 'dialtone-window.desktop', 'how Wayland finds it for a window')
    const folder = await temporaryFolder(scopeOf(t))
    execFileSync('sh', ['-c', `dpkg-deb --fsys-tarfile '${deb}' | tar -x -C '${folder}' ./usr/share/applications`])
    const { stdout } = spawnSync(
      'desktop-file-validate',
      [join(folder, 'usr/share/applications/dialtone-window.desktop')],
      {
        encoding: 'utf8',
      },
    )
    assert.equal(stdout, '')
  })

  test('the tar.gz is the same folder', () => {
    const listed = execFileSync('tar', ['-tzf', join(made, `dialtone-${manifest.version}.tar.gz`)], {
      encoding: 'utf8',
    })
    assert.match(listed, /^[^/]+\/resources\/app\.asar$/m)
    assert.match(listed, /^[^/]+\/dialtone-window$/m)
  })

  test('the archive runs: the command calls, the window opens', { skip: electronMissing }, async (t) => {
    const scope = scopeOf(t)
    const folder = await temporaryFolder(scope)
    const app = join(folder, 'app')
    extractAll(archive, app)
    cpSync(`${archive}.unpacked`, app, { recursive: true })
    assert.ok(statSync(join(app, 'out', 'main', 'main.js')).size > 0)
    const smoke = spawnSync(process.execPath, [join(checkout, 'scripts/package/smoke.ts'), process.execPath, app], {
      encoding: 'utf8',
      timeout: 90_000,
    })
    assert.equal(smoke.status, 0, `${smoke.stdout}${smoke.stderr}`)
    const main = join(app, 'out', 'main', 'main.js')
    const window = await ElectronWindow.open(scope, { data: join(folder, 'data') }, main)
    assert.deepEqual(window.faults, [])
    assert.equal(await window.quit(), 0)
  })
})
