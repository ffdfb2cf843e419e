import { registerHooks } from 'node:module'
import { open } from 'node:inspector'
import { pathToFileURL } from 'node:url'
import { readCommandLine } from './command-line.ts'
import { createElectron } from './electron-module.ts'

/**
 * A stand-in for Electron where its binary cannot be had: runs the main process in plain Node and its windows in the
 * system's Chromium, spoken to over the DevTools protocol. The bundles of main, preload and renderer run on it
 * unmodified, and Playwright's `_electron.launch` takes it for the real one. It has no more of Electron than the phone
 * uses; what works on it may still fail on Electron.
 */

const commandLine = readCommandLine(process.argv.slice(2))
process.argv = [process.argv[1] ?? '', ...process.argv.slice(2)]
Object.assign(process, { type: 'browser', defaultApp: true })
Object.defineProperty(process.versions, 'electron', { value: '45.4.1', enumerable: true })

const { electron, start } = createElectron(commandLine)
Object.assign(globalThis, { standInElectron: electron })

// `electron` is this module, for `import` and for `require`.
const source = [
  'const electron = globalThis.standInElectron',
  'export default electron',
  ...Object.keys(electron).map((name) => `export const ${name} = electron.${name}`),
].join('\n')
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: 'stand-in:electron', shortCircuit: true } : next(specifier, context),
  load: (url, context, next) =>
    url === 'stand-in:electron' ? { format: 'module', source, shortCircuit: true } : next(url, context),
})

if (commandLine.inspectPort !== undefined) open(commandLine.inspectPort, '127.0.0.1')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => electron.app.quit())
// As in Electron, `ready` waits for the main module.
await import(pathToFileURL(commandLine.entry).href)
await start()
