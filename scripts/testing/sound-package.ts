import { spawnSync } from 'node:child_process'

/** naudiodon is optional, because it is compiled: the tests of the sound card need it. */
export function ensureSoundPackage(say: (line: string) => void): boolean {
  let problem = whyItDoesNotLoad()
  if (problem !== undefined) {
    say('naudiodon does not load: npm install, to build it')
    // A failed build leaves nothing behind, and the lockfile is then content with that: --force looks again.
    spawnSync('npm', ['install', '--no-audit', '--no-fund', '--no-save'], { stdio: ['ignore', 'ignore', 'inherit'] })
    problem = whyItDoesNotLoad()
  }
  say(
    problem === undefined
      ? 'naudiodon loads'
      : `naudiodon still does not load (${problem}): tests of the sound card are skipped. It needs g++, make, python3 and libasound2-dev.`,
  )
  return problem === undefined
}

/** In a process of its own, because it is native code. */
function whyItDoesNotLoad(): string | undefined {
  const { status, stderr } = spawnSync(process.execPath, ['-e', "require('naudiodon')"], { encoding: 'utf8' })
  if (status === 0) return undefined
  return /(?:Error|error): .*/.exec(stderr)?.[0] ?? `exit code ${status}`
}
