import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Programs that tests work with, and the Debian package that brings each. */
const packages = {
  '7za': 'p7zip-full',
  baresip: 'baresip-core',
  chromium: 'chromium',
  'desktop-file-validate': 'desktop-file-utils',
  'dpkg-deb': 'dpkg',
  'espeak-ng': 'espeak-ng',
  fish: 'fish',
  groff: 'groff-base',
  ip: 'iproute2',
  kamailio: 'kamailio',
  linphonec: 'linphone-cli',
  sipp: 'sip-tester',
  tcpdump: 'tcpdump',
  tshark: 'tshark',
  turnserver: 'coturn',
  zsh: 'zsh',
} as const

type PeerName = keyof typeof packages

/** For the `skip` of a test: false when the programs are there, otherwise what is missing and where to get it. */
export function missing(...programs: readonly PeerName[]): string | false {
  const absent = programs.filter((program) => !installed(program))
  if (absent.length === 0) return false
  return `needs ${absent.join(', ')} (apt-get install ${absent.map((program) => packages[program]).join(' ')})`
}

function installed(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin']
  return folders.some((folder) => existsSync(join(folder, program)))
}
