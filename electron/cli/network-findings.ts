import { isIP } from 'node:net'
import { lineOptionsOf } from '../phone/account-line.ts'
import { type AccountTestStep, testAccount } from '../phone/account-test.ts'
import type { LineOptions, UserAgent } from '../phone/ports.ts'
import type { Settings } from '../phone/settings.ts'
import type { Finding } from './finding.ts'
import { told } from './outcome.ts'
import type { StoredAccountCheck } from './world.ts'

/** What `doctor` finds out there: names, STUN servers and registrars. */

interface NetworkLook {
  readonly settings: Settings
  readonly accounts: readonly StoredAccountCheck[]
  /** A user agent of its own. Rejects when there can be none. */
  readonly start: () => Promise<UserAgent>
  /** Rejects after a while. */
  readonly atMost: <T>(work: Promise<T>) => Promise<T>
}

/** All of them at the same time; nothing is changed anywhere. Never rejects. */
export async function lookAtNetwork(look: NetworkLook): Promise<readonly Finding[]> {
  const { settings, accounts } = look
  const servers = settings.network.stunServers
  const lines = accounts.flatMap((account) => lineOf(account, settings))
  if (servers.length + lines.length === 0) return nothingSet
  let agent: UserAgent
  try {
    agent = await look.start()
  } catch (error) {
    return [{ check: 'network', verdict: 'fail', ...wordsOf(error), remedy: 'See the check of the SIP port.' }]
  }
  try {
    const stun = Promise.all(servers.map((server) => lookAtStun(server, agent, look)))
    const registrars = Promise.all(lines.map((line) => lookAtRegistrar(line, agent, look)))
    return [...(await stun), ...(await registrars).flat()]
  } finally {
    await agent.close().catch(() => {})
  }
}

const nothingSet: readonly Finding[] = [
  { check: 'stun', verdict: 'ok', detail: 'no STUN server is set: peers are told the address of this computer' },
  { check: 'registrar', verdict: 'ok', detail: 'no account is set up: calls go directly to an address' },
]

interface AccountLine {
  readonly name: string
  readonly options: LineOptions
}

function lineOf({ account, password, instanceId }: StoredAccountCheck, { defaults }: Settings): AccountLine[] {
  if (!account.enabled) return []
  const options = lineOptionsOf(account, { password, instanceId, defaults })
  return options === undefined ? [] : [{ name: options.from.uri.replace(/^sip:/, ''), options }]
}

async function lookAtStun(server: string, agent: UserAgent, { atMost }: NetworkLook): Promise<Finding> {
  const check = 'stun'
  try {
    const { seen } = await atMost(agent.discover(server))
    return { check, verdict: 'ok', detail: `${server} sees this computer at ${seen.address}` }
  } catch (error) {
    const remedy = 'Check the name and port in network.stunServers, and whether a firewall lets UDP through to it.'
    return { check, verdict: 'warn', code: 'unreachable', detail: `${server}: ${told(error).message}`, remedy }
  }
}

async function lookAtRegistrar(line: AccountLine, agent: UserAgent, { atMost }: NetworkLook): Promise<Finding[]> {
  const check = 'registrar'
  let steps: readonly AccountTestStep[]
  try {
    steps = await atMost(testAccount(agent, line.options))
  } catch (error) {
    const remedy = 'Check SIP Proxy and its port, and whether a firewall lets SIP through.'
    return [{ check, verdict: 'fail', code: 'timeout', detail: `${line.name}: ${told(error).message}`, remedy }]
  }
  const findings = steps.map((step) => findingOf(step, line.name))
  // An address in digits needs no DNS: that it "leads" to itself is no news
  const host = /^sip:\[?([^;]*?)\]?(?::\d+)?(?:;|$)/.exec(line.options.route[0] ?? '')?.[1] ?? ''
  const [first] = findings
  const dns = first?.check === 'dns' && (first.verdict !== 'ok' || isIP(host) === 0) ? [first] : []
  return [...dns, ...findings.slice(1).slice(-1)]
}

function findingOf({ step, ok, code, detail, remedy }: AccountTestStep, name: string): Finding {
  const check = step === 'dns' ? 'dns' : 'registrar'
  const text = `${name}: ${detail}`
  if (ok) return { check, verdict: 'ok', detail: text }
  const word = step === 'register' ? 'rejected' : code === 408 ? 'timeout' : 'unreachable'
  return { check, verdict: 'fail', code: word, detail: text, ...(remedy !== undefined && { remedy }) }
}

function wordsOf(error: unknown): { readonly code: string; readonly detail: string } {
  const { code, message } = told(error)
  return { code, detail: message }
}
