import { hostname, userInfo } from 'node:os'
import type { ServeCarrier } from '../ipc/serve/serve.ts'

/** How to see the page of a machine that has no screen, from one that has. */
export function wayThere(
  { port, openFile, ticketAddress }: Pick<ServeCarrier, 'port' | 'openFile' | 'ticketAddress'>,
  env: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  // Whoever came by ssh knows the way: client address and port, then our own.
  const here = env['SSH_CONNECTION']?.split(' ')[2] ?? hostname()
  return [
    'There is no screen here. On the machine you sit at, run',
    `  ssh -L ${port}:127.0.0.1:${port} ${userName()}@${here}`,
    'and open there, once and within ten minutes,',
    `  ${ticketAddress()}`,
    `(A new address is always in ${openFile}.)`,
  ]
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // A container may run us under a number that has no name.
    return 'USER'
  }
}
