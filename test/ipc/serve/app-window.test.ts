import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  browserArguments,
  confinedTo,
  findBrowser,
  hasScreen,
  type Machine,
} from '../../../electron/ipc/serve/app-window.ts'

function machine(more: Partial<Machine>, ...programs: readonly string[]): Machine {
  return {
    platform: 'linux',
    env: { PATH: '/usr/local/bin:/usr/bin:/snap/bin:relative:' },
    home: '/home/u',
    root: false,
    runs: (path) => programs.includes(path),
    real: (path) => path,
    ...more,
  }
}

test('the browser is found where each system has it', () => {
  assert.equal(findBrowser(machine({}, '/usr/bin/google-chrome', '/usr/bin/chromium')), '/usr/bin/chromium')
  assert.equal(findBrowser(machine({}, '/usr/bin/microsoft-edge')), '/usr/bin/microsoft-edge')
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
  assert.equal(findBrowser(machine({ platform: 'darwin', env: {} }, chrome)), chrome)
  const own = '/home/u/Applications/Chromium.app/Contents/MacOS/Chromium'
  assert.equal(findBrowser(machine({ platform: 'darwin', env: {} }, own)), own)
  const edge = join('C:\\\\Programs', 'Microsoft', 'Edge', 'Application', 'msedge.exe')
  assert.equal(findBrowser(machine({ platform: 'win32', env: { 'ProgramFiles(x86)': 'C:\\\\Programs' } }, edge)), edge)
})

test('without one, or with a chosen one that is not there, there is none', () => {
  assert.equal(findBrowser(machine({})), undefined)
  assert.equal(findBrowser(machine({}, 'relative/chromium', '/chromium')), undefined)
  const env = { PATH: '/usr/bin', DIALTONE_BROWSER: '/opt/other' }
  assert.equal(findBrowser(machine({ env }, '/usr/bin/chromium')), undefined)
  assert.equal(findBrowser(machine({ env }, '/usr/bin/chromium', '/opt/other')), '/opt/other')
})

test('a screen is what can be drawn on', () => {
  assert.equal(hasScreen({ platform: 'linux', env: {} }), false)
  assert.equal(hasScreen({ platform: 'linux', env: { DISPLAY: '' } }), false)
  assert.equal(hasScreen({ platform: 'linux', env: { DISPLAY: ':0' } }), true)
  assert.equal(hasScreen({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } }), true)
  for (const platform of ['win32', 'darwin'] as const) assert.equal(hasScreen({ platform, env: {} }), true)
})

test('the sandbox is given up for root on Linux only', () => {
  const given = (more: Partial<Machine>) => browserArguments('file:///x', '/p', machine(more)).includes('--no-sandbox')
  assert.equal(given({}), false)
  assert.equal(given({ root: true }), true)
  assert.equal(given({ root: true, platform: 'darwin' }), false)
})

test('a browser out of a snap gets what it reads in its own folder', () => {
  const own = '/home/u/snap/chromium/common'
  assert.equal(confinedTo('/usr/bin/chromium', machine({})), undefined)
  assert.equal(confinedTo('/snap/bin/chromium', machine({ real: () => '/usr/bin/snap' })), own)
  assert.equal(confinedTo('/usr/bin/chromium-browser', machine({}, '/snap/bin/chromium')), own)
  assert.equal(confinedTo('/usr/bin/chromium-browser', machine({})), undefined)
  assert.equal(confinedTo('/snap/bin/chromium', machine({ platform: 'darwin' })), undefined)
})
