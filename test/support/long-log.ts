import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Adds 100,000 calls to the database of a folder that nobody has open: `Caller 1` to `Caller 100000`, each 1000th missed. */
export function addLongLog(dataFolder: string): void {
  const raw = new DatabaseSync(join(dataFolder, 'dialtone.db'))
  raw.exec(`WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 100000)
    INSERT INTO calls (at, direction, remoteUri, remoteName, answered, missed, code, reason, cause, durationMs, sipCallId, search)
    SELECT '2026-01-01T00:00:00.000Z', 'incoming', 'sip:' || n || '@192.0.2.2', 'Caller ' || n, 0, n % 1000 = 0, 200, 'OK',
      'normal', n, 'id' || n, 'sip:' || n || '@192.0.2.2' || char(10) || 'caller ' || n FROM number`)
  raw.close()
}
