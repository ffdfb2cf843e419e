import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { isIPv6 } from 'node:net'

/** Whether a UDP port can be had now. Resolves with the system's error code when it cannot. */
export function udpPortFault(port: number, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', reuseAddr: false })
    socket.once('error', (error: NodeJS.ErrnoException) => {
      socket.close()
      resolve(error.code ?? error.message)
    })
    socket.bind({ port, exclusive: true, ...(address === '' ? {} : { address }) }, () => {
      socket.close(() => resolve(undefined))
    })
  })
}

/** Programs that know who holds a UDP port, and where in their output it stands. */
const tools: Readonly<Partial<Record<NodeJS.Platform, (port: number) => [string, string[], RegExp]>>> = {
  linux: (port) => ['ss', ['-Hulpn', `sport = :${port}`], /users:\(\("([^"]+)",pid=(\d+)/],
  darwin: (port) => ['lsof', ['-nP', `-iUDP:${port}`, '-Fcp'], /p(?<pid>\d+)\nc(?<name>.+)/],
  win32: (port) => ['netstat', ['-ano', '-p', 'UDP'], new RegExp(`UDP\\s+\\S+:${port}\\s+\\S+\\s+(?<pid>\\d+)`)],
}

/** Who holds a UDP port, as far as the system tells. */
export function udpPortOwner(port: number): Promise<string | undefined> {
  const tool = tools[process.platform]
  if (tool === undefined) return Promise.resolve(undefined)
  const [program, programArguments, pattern] = tool(port)
  return new Promise((resolve) => {
    execFile(program, programArguments, { timeout: 3000, windowsHide: true }, (error, stdout) => {
      const found = error === null ? pattern.exec(stdout) : null
      if (found === null) return resolve(undefined)
      const name = found.groups?.['name'] ?? (found.groups === undefined ? found[1] : undefined)
      const pid = found.groups?.['pid'] ?? found[2]
      resolve(name === undefined ? `process ${pid}` : `${name} (process ${pid})`)
    })
  })
}
