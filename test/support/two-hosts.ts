import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Scope } from './scope.ts'

/** Two hosts with a wire between them, in network namespaces of their own (Linux, root). */
interface TwoHosts {
  /** The command that runs another one there, and the address there. */
  readonly a: Host
  readonly b: Host
}

interface Host {
  readonly address: string
  readonly device: string
  readonly inside: readonly [program: string, ...args: string[]]
}

const run = promisify(execFile)

/** Undefined where this system does not let us. */
export async function twoHosts(scope: Scope): Promise<TwoHosts | undefined> {
  const names = ['a', 'b'].map((side) => `dialtone-${process.pid}-${side}`)
  const ip = (...words: string[]) => run('ip', words)
  const hosts = names.map((name, i): Host & { name: string } => ({
    name,
    address: `10.77.0.${i + 1}`,
    device: `wire${i}`,
    inside: ['ip', 'netns', 'exec', name],
  }))
  const [a, b] = hosts
  if (!a || !b) return undefined
  try {
    for (const { name } of hosts) {
      await ip('netns', 'add', name)
      scope.after(async () => void (await ip('netns', 'del', name)))
    }
    await ip('link', 'add', a.device, 'netns', a.name, 'type', 'veth', 'peer', 'name', b.device, 'netns', b.name)
    for (const { name, address, device } of hosts) {
      await ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', device)
      for (const each of ['lo', device]) await ip('-n', name, 'link', 'set', each, 'up')
    }
  } catch {
    return undefined
  }
  return { a, b }
}
