import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import config from '../../electron-builder.config.ts'
import manifest from '../../package.json' with { type: 'json' }
import { controlFile, readOrder } from '../../scripts/package/fpm.ts'
import { icns, ico } from '../../scripts/icons/containers.ts'
import { withOrigin } from '../../scripts/package/leave-paths-out.ts'

/** What packages are to be, as far as it is written down; what they are: e2e/package.test.ts. */

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url))
const targets = (list: unknown) => list as readonly (string | { target: string; arch: readonly string[] })[]

test('fuses: the command works, and nobody slips code in', () => {
  assert.deepEqual(config.electronFuses, {
    runAsNode: true,
    enableCookieEncryption: true,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    loadBrowserProcessSpecificV8Snapshot: false,
  })
  assert.equal(config.asar, true)
  assert.equal(config.npmRebuild, false)
})

test('every target of a desktop application, for both kinds of processors', () => {
  assert.deepEqual(targets(config.linux?.target), ['AppImage', 'deb', 'rpm', 'tar.gz'])
  for (const [system, names] of [
    ['mac', ['dmg', 'zip']],
    ['win', ['nsis', 'portable']],
  ] as const)
    assert.deepEqual(
      targets(config[system]?.target).map((one) => (typeof one === 'string' ? one : [one.target, one.arch])),
      names.map((name) => [name, ['x64', 'arm64']]),
    )
})

test('links of all four kinds, in every system’s way', () => {
  const [protocol] = [config.protocols].flat()
  assert.deepEqual(protocol?.schemes, ['sip', 'sips', 'tel', 'callto'])
  const installer = file('assets/package/installer.nsh').toString()
  for (const scheme of protocol?.schemes ?? []) assert.ok(installer.includes(`dialtoneScheme "${scheme}"`), scheme)
})

test('macOS: hardened, asks for the microphone and the local network, in Chinese as well', () => {
  const { mac } = config
  assert.equal(mac?.hardenedRuntime, true)
  const entitlements = file(String(mac?.entitlements)).toString()
  assert.match(entitlements, /device\.audio-input<\/key>\s*<true\/>/)
  assert.doesNotMatch(entitlements, /get-task-allow|allow-dyld|disable-executable-page-protection/)
  const info = mac?.extendInfo as Record<string, string>
  for (const name of ['NSMicrophoneUsageDescription', 'NSLocalNetworkUsageDescription']) {
    assert.ok((info[name] ?? '').length > 20, name)
    for (const language of ['zh_TW', 'zh_CN'])
      assert.match(
        file(`assets/package/mac/${language}.lproj/InfoPlist.strings`).toString(),
        new RegExp(`^${name} = "`, 'm'),
      )
  }
})

test('Windows: the firewall lets this program alone in, from private networks, and forgets it afterwards', () => {
  const installer = file('assets/package/installer.nsh').toString()
  const rules = installer.match(/advfirewall firewall add rule.*/g) ?? []
  assert.equal(rules.length, 2)
  for (const rule of rules) {
    assert.match(rule, /program="\$INSTDIR\\\$\{APP_EXECUTABLE_FILENAME\}"/)
    assert.match(rule, /profile=private,domain /)
  }
  const uninstall = installer.slice(installer.indexOf('customUnInstall'))
  assert.match(uninstall, /delete rule name="Dialtone"/)
  const opened = installer.match(/!macro (?!end)/g)?.length
  assert.equal(opened, installer.match(/!macroend/g)?.length)
})

test('the icons are PNGs of their sizes, in the files that Windows and macOS read', () => {
  const png = (bytes: Uint8Array) => {
    const view = Buffer.from(bytes)
    assert.equal(view.toString('latin1', 1, 4), 'PNG')
    return view.readUInt32BE(16)
  }
  for (const size of [16, 24, 32, 48, 64, 128, 256, 512, 1024])
    assert.equal(png(file(`assets/package/icons/${size}x${size}.png`)), size)
  const windows = file('assets/package/icon.ico')
  const sizes: number[] = []
  for (let at = 6; at < 6 + 16 * windows.readUInt16LE(4); at += 16) {
    const [length, offset] = [windows.readUInt32LE(at + 8), windows.readUInt32LE(at + 12)]
    const size = png(windows.subarray(offset, offset + length))
    assert.equal(windows.readUInt8(at), size % 256)
    sizes.push(size)
  }
  assert.deepEqual(sizes, [16, 24, 32, 48, 64, 128, 256])
  const mac = file('assets/package/icon.icns')
  assert.equal(mac.readUInt32BE(4), mac.length)
  const types: string[] = []
  for (let at = 8; at < mac.length; at += mac.readUInt32BE(at + 4)) {
    types.push(`${mac.toString('latin1', at, at + 4)} ${png(mac.subarray(at + 8))}`)
  }
  assert.ok(types.includes('ic10 1024') && types.includes('ic07 128') && types.includes('icp4 16'), types.join())
  assert.throws(() => ico([{ size: 512, png: new Uint8Array() }]), /no place/)
  assert.equal(icns([]).length, 8)
})

test('a path in a library becomes $ORIGIN, and nothing around it changes', () => {
  const library = Buffer.from(
    '\x7fELF..\0libm.so\0/home/somebody/node_modules/naudiodon/build/Release\0after\0',
    'latin1',
  )
  const { length } = library
  assert.equal(withOrigin(library), true)
  assert.equal(library.length, length)
  assert.match(library.toString('latin1'), /\0libm\.so\0\$ORIGIN\0+after\0$/)
  assert.equal(withOrigin(library), false)
  assert.equal(withOrigin(Buffer.from('MZ /node_modules/naudiodon/build/Release\0')), false)
})

test('the stand-in for fpm reads what electron-builder says', () => {
  const words = '-s dir --force -t deb -d libc6 -d libasound2 --name dialtone --version 1.2.3 --architecture amd64'
  const spoken = ['--maintainer', 'A <a@b.c>', '--description', 'short\n  long words\n\n']
  const order = readOrder([...words.split(' '), ...spoken, 'a=b/=/opt/A', 'c=/d'])
  assert.deepEqual(order.files, [
    ['a=b/', '/opt/A'],
    ['c', '/d'],
  ])
  assert.equal(
    controlFile(order, 12),
    'Package: dialtone\nVersion: 1.2.3\nArchitecture: amd64\nMaintainer: A <a@b.c>\nInstalled-Size: 12\nDepends: libc6, libasound2\nSection: comm\nDescription: short\n long words\n',
  )
})

test('the workflow builds on every system, tests on real Electron, and runs only scripts that exist', () => {
  const workflow = file('.github/workflows/packages.yml').toString()
  for (const word of [
    '--linux --x64',
    '--linux --arm64',
    '--win --x64',
    '--win --arm64',
    '--mac --x64',
    '--mac --arm64',
  ])
    assert.ok(workflow.includes(`args: ${word},`), word)
  assert.match(workflow, /DIALTONE_ELECTRON: .*electron\/dist\/electron/)
  for (const [, script = ''] of workflow.matchAll(/npm run ([\w-]+)/g)) assert.ok(script in manifest.scripts, script)
  for (const [, path = ''] of workflow.matchAll(/\b(scripts\/[\w/]+\.ts)/g)) assert.ok(file(path).length > 0)
  assert.doesNotMatch(workflow, /\t/)
})
