import type { Log } from '../phone/ports.ts'

export const logLevels = ['off', 'error', 'warn', 'info', 'debug'] as const
export type LogLevel = (typeof logLevels)[number]

/** Never in a log, whatever it is called with: passwords and everything that can be turned into one. */
const secret = /pass(word|phrase)?$|^(ha1|a1|secret|token|authorization|proxy-?authorization)$/i

/** A log that writes one line an entry, from `level` up. */
export function createLog(level: LogLevel, write: (line: string) => void, wallTime: () => number = Date.now): Log {
  const most = logLevels.indexOf(level)
  const at = (name: Exclude<LogLevel, 'off'>) => (message: string, detail?: Readonly<Record<string, unknown>>) => {
    if (logLevels.indexOf(name) > most) return
    write(`${new Date(wallTime()).toISOString()} ${name} ${message}${described(detail)}`)
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function described(detail: Readonly<Record<string, unknown>> | undefined): string {
  if (detail === undefined) return ''
  return Object.entries(detail)
    .map(([key, value]) => ` ${key}=${secret.test(key) ? '***' : shown(value)}`)
    .join('')
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.stack ?? value.message
  if (typeof value === 'string') return value
  try {
    return (
      JSON.stringify(value, (key, inner: unknown) => (key !== '' && secret.test(key) ? '***' : inner)) ?? String(value)
    )
  } catch {
    return String(value)
  }
}
