import type { Clock } from '../clock.ts'
import type { Resolver } from './resolver.ts'

/** Node does not tell how long records live; servers that move are found again after so long, ms. */
const foundMs = 30_000
/** A name that was just entered, or a DNS that is back, is to be found soon. */
const notFoundMs = 5_000
const mostKept = 500

interface Entry {
  readonly until: number
  readonly answer: Promise<readonly unknown[]>
}

/** A resolver that asks once for what is wanted often. What is under way is shared as well. */
export function cached(resolver: Resolver, clock: Pick<Clock, 'now'>): Resolver {
  const entries = new Map<string, Entry>()
  const keep = (key: string, ms: number, answer: Promise<readonly unknown[]>) => {
    const [oldest] = entries.keys()
    if (oldest !== undefined && entries.size >= mostKept) entries.delete(oldest)
    entries.delete(key)
    entries.set(key, { until: clock.now() + ms, answer })
  }
  const through =
    <T>(kind: string, ask: (name: string) => Promise<readonly T[]>) =>
    (name: string): Promise<readonly T[]> => {
      const key = `${kind} ${name.toLowerCase()}`
      const known = entries.get(key)
      if (known && known.until > clock.now()) return known.answer as Promise<readonly T[]>
      const answer = ask(name)
      keep(key, notFoundMs, answer)
      answer.then(
        (found) => keep(key, found.length > 0 ? foundMs : notFoundMs, answer),
        () => keep(key, notFoundMs, answer),
      )
      return answer
    }
  const { srv, naptr } = resolver
  return {
    lookup: through('address', (host) => resolver.lookup(host)),
    ...(srv && { srv: through('srv', (name) => srv.call(resolver, name)) }),
    ...(naptr && { naptr: through('naptr', (name) => naptr.call(resolver, name)) }),
  }
}
