import type { PinnedCertificate } from '../phone/ports.ts'
import { mergeSettings, readSettings, type Settings } from '../phone/settings.ts'
import type { Finding, Look } from './finding.ts'
import { lookAtNetwork } from './network-findings.ts'
import { told } from './outcome.ts'
import type { Command } from './parse.ts'
import { lookAtRtpPorts, lookAtSipPort } from './port-findings.ts'
import { lookAtDevices, lookAtOpus, lookAtSoundPackage } from './sound-findings.ts'
import type { StoredAccountCheck, World } from './world.ts'

/** `dialtone doctor`: looks at everything a call needs. */
export async function doctor(command: Command, world: World): Promise<number> {
  const folder = lookAtDataFolder(command, world)
  const look: Look = { command, world, settings: folder.settings }
  const findings = [
    lookAtNode(world.checks.nodeVersion),
    folder.finding,
    await lookAtSipPort(look),
    await lookAtRtpPorts(look),
    lookAtSoundPackage(look),
    await lookAtDevices(look),
    await lookAtOpus(look),
    ...(await lookAtNetwork({
      settings: folder.settings,
      accounts: folder.accounts,
      start: () => world.checks.startUserAgent(folder.settings, folder.pinned),
      atMost: (work) => world.checks.atMost(work),
    })),
  ]
  const failed = findings.filter((finding) => finding.verdict === 'fail')
  if (failed.length > 0) {
    const names = failed.map((finding) => finding.check).join(', ')
    world.terminal.err(`${failed[0]?.code ?? 'internal'} - ${names}: a call would not work.`)
  }
  if (command.json) world.terminal.out(JSON.stringify({ ok: failed.length === 0, checks: findings }))
  else for (const finding of findings) print(finding, world)
  return failed.length === 0 ? 0 : 1
}

function print({ check, verdict, detail, remedy }: Finding, world: World): void {
  world.terminal.out(`${verdict.padEnd(5)} ${check.padEnd(14)} ${detail}`)
  if (remedy !== undefined) world.terminal.out(`${' '.repeat(21)}${remedy}`)
}

function lookAtNode(version: string): Finding {
  const good = Number(version.split('.')[0]) >= 24
  return {
    check: 'node',
    verdict: good ? 'ok' : 'fail',
    detail: `Node ${version}`,
    ...(good ? {} : { remedy: 'Install Node 24, or run "npm ci", which brings it.' }),
  }
}

interface LookedAt {
  readonly finding: Finding
  readonly settings: Settings
  readonly accounts: readonly StoredAccountCheck[]
  readonly pinned: readonly PinnedCertificate[]
}

const heldRemedy = 'That is fine if a phone is running; a second one needs --profile NAME.'

function lookAtDataFolder(command: Command, world: World): LookedAt {
  const check = 'data folder'
  try {
    const { folder, storedSettings, accounts, pinned, held } = world.checks.dataFolder(command)
    const { settings, problems } = readSettings(storedSettings ?? {})
    const detail = [held?.message ?? `${folder} can be written`, ...problems].join('; ')
    const again = 'The defaults are used instead: choose these settings again.'
    const finding: Finding = held
      ? { check, verdict: 'warn', code: held.code, detail, remedy: heldRemedy }
      : problems.length === 0
        ? { check, verdict: 'ok', detail }
        : { check, verdict: 'warn', detail, remedy: again }
    return { finding, settings: mergeSettings(settings, command.settings), accounts, pinned }
  } catch (error) {
    const settings = mergeSettings(readSettings({}).settings, command.settings)
    const { code, message } = told(error)
    const remedy = 'Choose another folder with --data DIR.'
    return { finding: { check, verdict: 'fail', code, detail: message, remedy }, settings, accounts: [], pinned: [] }
  }
}
