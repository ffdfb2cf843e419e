import type { TraceMessage } from '../phone/trace-message.ts'

/** A message as `ngrep -W byline` shows it, without the empty line behind. */
export function byline({ at, transport, direction, local, remote, note, text }: TraceMessage): string {
  const [from, to] = direction === 'out' ? [local, remote] : [remote, local]
  const lines = text.replaceAll('\r\n', '\n').trimEnd()
  return `${transport.toUpperCase()} ${at} ${from} -> ${to}\n${note === undefined ? '' : `# ${note}\n`}${lines}\n`
}
