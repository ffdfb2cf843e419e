import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Scope } from './scope.ts'

/** A folder that is gone when the test is over. */
export async function temporaryFolder(scope: Scope, name = 'dialtone-test'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  scope.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}
