import { headerOf, RawPeer } from './raw-peer.ts'
import type { LossyNet } from './lossy-net.ts'

/**
 * A proxy of the textbook (RFC 3261 16) on a simulated network: it asks for the password where told to, puts itself
 * into Record-Route, sends an INVITE to everybody who is registered under a name, and takes it back from those that
 * still ring once somebody has answered.
 */
export class VirtualProxy {
  readonly peer: RawPeer
  /** Who is reached at which addresses. */
  readonly users = new Map<string, string[]>()
  /** Asks for it once; undefined: never. */
  challenge: string | undefined
  readonly #branches = new Map<string, { readonly to: string; readonly text: string; open: boolean }[]>()

  constructor(net: LossyNet, address: string) {
    this.peer = new RawPeer(net, address)
    this.peer.onText = (text, from) => this.#take(text, from.address)
  }

  get #own(): string {
    return this.peer.local.address
  }

  #take(text: string, from: string): void {
    if (text.startsWith('SIP/2.0 ')) this.#back(text, from)
    else if (text.startsWith('CANCEL ')) this.#cancel(text, from)
    else this.#onward(text, from)
  }

  #onward(text: string, from: string): void {
    const [method = '', uri = ''] = text.split(' ')
    const answer = (status: number, reason: string, lines: readonly string[] = []) => {
      const tag = status === 100 ? '' : 'proxy'
      this.peer.send(this.peer.answer(text, status, tag, lines).replace('Whatever', reason), from)
    }
    const known = /^(?:Proxy-)?Authorization:/m.test(text)
    if (method === 'INVITE' && this.challenge !== undefined && !known && !/^To:.*tag=/m.test(text))
      return answer(407, 'Proxy Authentication Required', [this.challenge, 'Server: Textbook'])
    if (method === 'ACK' && /;tag=proxy/.test(headerOf(text, 'To') ?? '')) return
    if (method === 'INVITE') answer(100, 'Trying', ['Server: Textbook'])
    const user = /^sip:([^@]+)@/.exec(uri)?.[1] ?? ''
    const host = /@([^:;>]+)/.exec(uri)?.[1] ?? ''
    // RFC 3261 16.4, 16.6: our own entry of the route is taken off; where another stands below, that is the way.
    const routed = text.replace(/^Route: *<[^>]*>(?:, *(?=<)|\r\n)/m, (own) => (own.endsWith('\n') ? '' : 'Route: '))
    const next = /^Route: *<sip:([^:;>]+)/m.exec(routed)?.[1]
    const targets = next !== undefined ? [next] : host === this.#own ? (this.users.get(user) ?? []) : [host]
    const branch = /branch=([^;\s]+)/.exec(text)?.[1] ?? ''
    const open = targets.map((to, at) => {
      const via = `Via: SIP/2.0/UDP ${this.#own}:5060;branch=${branch}${at}`
      const recorded = method === 'INVITE' ? `Record-Route: <sip:${this.#own};lr>\r\n` : ''
      const onward = routed
        .replace(/^(\S+) sip:([^@\s]+)@\S+/, host === this.#own ? `$1 sip:$2@${to}` : '$&')
        .replace(/\r\n/, `\r\n${via}\r\n${recorded}`)
      return { to, text: onward, open: true }
    })
    if (method === 'INVITE') this.#branches.set(branch, open)
    for (const { to, text } of open) this.peer.send(text, to)
  }

  #back(text: string, from: string): void {
    const [top = '', next = ''] = text.split('\r\n').filter((line) => line.startsWith('Via:'))
    const branch = /branch=([^;\s]+?)\d(?:;|$)/.exec(top)?.[1] ?? ''
    const status = Number(text.slice(8, 11))
    const invite = headerOf(text, 'CSeq')?.endsWith(' INVITE') === true
    const forks = this.#branches.get(branch) ?? []
    const mine = forks.find(({ to }) => to === from)
    if (status === 100) return
    if (invite && mine !== undefined && status >= 200) mine.open = false
    if (invite && status >= 300) this.#acknowledge(text, mine)
    // The better answer is still to come, or has come (RFC 3261 16.7).
    const others = forks.filter((fork) => fork !== mine)
    if (invite && status >= 300 && (status === 487 || others.some(({ open }) => open))) return
    const host = /^Via: SIP\/2\.0\/UDP ([^:;]+)/.exec(next)?.[1]
    if (host === undefined) return
    this.peer.send(text.replace(`${top}\r\n`, ''), host)
    if (invite && status >= 200 && status < 300) for (const fork of others) if (fork.open) this.#takeBack(fork)
  }

  #cancel(text: string, from: string): void {
    this.peer.send(this.peer.answer(text, 200, 'proxy').replace('Whatever', 'OK'), from)
    const branch = /branch=([^;\s]+)/.exec(text)?.[1] ?? ''
    for (const fork of this.#branches.get(branch) ?? []) if (fork.open) this.#takeBack(fork)
  }

  #takeBack({ text, to }: { readonly text: string; readonly to: string }): void {
    this.peer.send(
      this.#own === '' ? '' : derived(text, 'CANCEL', 'Reason: SIP;cause=200;text="Call completed elsewhere"'),
      to,
    )
  }

  #acknowledge(answer: string, fork: { readonly text: string; readonly to: string } | undefined): void {
    if (fork === undefined) return
    const to = answer.split('\r\n').find((line) => line.startsWith('To:')) ?? ''
    this.peer.send(derived(fork.text, 'ACK').replace(/^To:.*$/m, to), fork.to)
  }
}

/** RFC 3261 9.1, 17.1.1.3: what belongs to an INVITE that was sent. */
function derived(invite: string, method: 'CANCEL' | 'ACK', more = ''): string {
  const [first = ''] = invite.split('\r\n')
  const [via = '', ...rest] = invite
    .split('\r\n')
    .filter((line) => /^(?:Via|From|To|Call-ID|CSeq|Max-Forwards):/.test(line))
  const kept = rest.filter((line) => !line.startsWith('Via:')).map((line) => line.replace(/ INVITE$/, ` ${method}`))
  return [
    first.replace('INVITE', method),
    via,
    ...kept,
    ...(more === '' ? [] : [more]),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n')
}
