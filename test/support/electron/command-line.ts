import { resolve } from 'node:path'

export interface CommandLine {
  /** The main module. */
  readonly entry: string
  readonly inspectPort: number | undefined
  readonly debugPort: number | undefined
  /** What is meant for Chromium. */
  readonly switches: readonly string[]
}

/** Electron's own command line: switches, the main module, and then what the application makes of the rest. */
export function readCommandLine(argv: readonly string[]): CommandLine {
  const at = argv.findIndex((argument) => !argument.startsWith('-'))
  const entry = argv[at]
  if (entry === undefined) throw new Error('usage: electron [SWITCHES] MAIN-MODULE [ARGUMENTS]')
  const own = argv.slice(0, at)
  const port = (name: string) => {
    const given = own.find((argument) => argument.startsWith(`--${name}=`))
    return given === undefined ? undefined : Number(given.split('=')[1])
  }
  return {
    entry: resolve(entry),
    inspectPort: port('inspect'),
    debugPort: port('remote-debugging-port'),
    switches: own.filter((argument) => !/^--(inspect|remote-debugging-port)=/.test(argument)),
  }
}
