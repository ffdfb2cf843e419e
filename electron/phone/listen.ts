import {
  type StartUserAgent,
  type UserAgent,
  type UserAgentDelegate,
  UserAgentError,
  type UserAgentOptions,
} from './ports.ts'

/** So many ports from the wished one on are tried before any free one is taken. */
const attempts = 20

interface ListenOptions extends UserAgentOptions {
  /** This port or none. */
  readonly demanded: boolean
}

/**
 * Starts the user agent on its port or, unless that one is demanded, on the next free one; `notice` then says so.
 * Rejects with a UserAgentError: `port-in-use`, or what else the first attempt that failed otherwise says.
 */
export async function listen(
  start: StartUserAgent,
  { address, port, demanded, ...rest }: ListenOptions,
  delegate: UserAgentDelegate,
): Promise<{ readonly agent: UserAgent; readonly notice?: string }> {
  const after = Array.from({ length: attempts - 1 }, (_, index) => port + 1 + index).filter((next) => next <= 65_535)
  const candidates = demanded || port === 0 ? [port] : [port, ...after, 0]
  for (const [index, candidate] of candidates.entries()) {
    try {
      const agent = await start({ address, port: candidate, ...rest }, delegate)
      const own = agent.listening[0]?.port ?? candidate
      const elsewhere = index === 0 ? [] : [`SIP port ${port} is taken; listening on ${own} instead`]
      const notices = [...elsewhere, ...tcpNotice(agent, own)]
      return { agent, ...(notices.length > 0 && { notice: notices.join('. ') }) }
    } catch (error) {
      const taken = error instanceof UserAgentError && error.code === 'port-in-use'
      if (!taken) throw error
    }
  }
  throw new UserAgentError('port-in-use', `SIP port ${port} is taken`)
}

/**
 * The port, demanded or not, is that of UDP: TCP has it too unless another program holds it there, and that is told, not
 * refused, because nobody who calls over UDP misses it.
 */
function tcpNotice({ listening }: UserAgent, port: number): readonly string[] {
  const tcp = listening.find(({ transport }) => transport === 'tcp')
  if (tcp === undefined || tcp.port === port) return []
  return [`TCP port ${port} is taken; SIP over TCP is listened for on ${tcp.port} instead`]
}
