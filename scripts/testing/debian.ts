import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** What the tests use beside npm packages: Debian package -> why. */
const packages: Readonly<Record<string, string>> = {
  'baresip-core': 'a softphone to call and to be called by',
  'linphone-cli': 'another softphone, of other people',
  kamailio: 'a registrar and proxy to register at and to call through',
  'kamailio-tls-modules': 'the same over TLS',
  'kamailio-presence-modules': 'a presence server to watch people and lamps at',
  openssl: 'makes the certificates for that',
  coturn: 'a STUN server to ask for our own address',
  'sip-tester': 'sipp, which calls fifty times a second',
  pulseaudio: 'the virtual sound card',
  'pulseaudio-utils': 'plays into the virtual microphone and records the virtual speaker',
  tcpdump: 'sees packets as the wire does, for the figures beside other phones',
  tshark: 'reads the captures we write, as Wireshark does',
  'libasound2-plugins': 'leads ALSA programs to the virtual sound card',
  chromium: "shows the phone's window",
  'chromium-headless-shell': 'the same where nobody looks, for half the work',
  zsh: 'completes the command line',
  fish: 'does so, too',
  'groff-base': 'formats the manual page',
  'p7zip-full': 'packs archives',
  'desktop-file-utils': 'judges the desktop entry of a package',
  'libasound2-dev': 'naudiodon is built with it',
  'g++': 'builds naudiodon',
  make: 'builds naudiodon',
  python3: 'builds naudiodon',
}

/** Installs what is missing, by name; says so where it may not. */
export function installPackages(say: (line: string) => void): void {
  if (!existsSync('/etc/debian_version')) {
    say('this is no Debian: tests that need programs which are not there are skipped')
    return
  }
  const wanted = Object.keys(packages)
  for (const [name, why] of Object.entries(packages)) say(`${name.padEnd(20)} ${why}`)
  const missing = wanted.filter((name) => !installed(name))
  if (missing.length === 0) {
    say('all of them are installed')
    return
  }
  const command = `apt-get install ${missing.join(' ')}`
  if (process.env['DIALTONE_NO_APT'] === '1' || process.getuid?.() !== 0) {
    const why = process.env['DIALTONE_NO_APT'] === '1' ? 'DIALTONE_NO_APT is set' : 'we are not root'
    say(`missing: ${missing.join(' ')}; not installed, because ${why} (${command})`)
    return
  }
  say(`installing ${missing.join(' ')}`)
  // A fresh machine has no list of packages yet, or an old one.
  if (!install(missing)) {
    aptGet(['update', '-q'])
    if (!install(missing)) say(`that failed; tests that need them are skipped (${command})`)
  }
}

function installed(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f=${Status}', name], { encoding: 'utf8' })
  return stdout?.includes('ok installed') ?? false
}

function install(names: readonly string[]): boolean {
  return aptGet(['install', '-y', '-q', '--no-install-recommends', ...names])
}

function aptGet(args: readonly string[]): boolean {
  try {
    execFileSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    return true
  } catch {
    return false
  }
}
