/**
 * The command line as data: every command and every option, once. The parser, `--help` and the manual page are all
 * made from these tables.
 */

export interface OptionRow {
  /** What stands for the value in the help; absent: a switch without a value. */
  readonly value?: string
  readonly help: string
  /** May be given several times. */
  readonly many?: true
  /** What a shell offers for the value: files, folders, or these words. */
  readonly completes?: 'file' | 'folder' | readonly string[]
}

export const options = {
  profile: { value: 'NAME', help: 'use the settings, call log and secrets of this profile' },
  data: {
    value: 'DIR',
    help: 'keep settings, call log and secrets in this folder instead of a profile',
    completes: 'folder',
  },
  listen: { value: 'IP', help: 'listen on this address only (setting network.listenIp)' },
  'sip-port': { value: 'N', help: 'SIP port, 0 for any free one; taken means the command fails' },
  'rtp-ports': { value: 'A-B', help: 'range of RTP ports; all taken means the call fails' },
  user: { value: 'NAME', help: 'who calls: the part before the @ of our own address' },
  password: {
    value: 'TEXT',
    help: 'of the account; better in the variable DIALTONE_PASSWORD, for `ps` shows this one',
  },
  domain: { value: 'HOST', help: 'the domain (realm) of an account for this run: calls go through its server' },
  proxy: { value: 'HOST', help: 'the SIP proxy of that account, with :PORT if need be; its domain when absent' },
  transport: {
    value: 'NAME',
    help: 'how that proxy is spoken to: auto, udp, tcp or tls',
    completes: ['auto', 'udp', 'tcp', 'tls'],
  },
  register: { help: 'register that account, and unregister at the end' },
  audio: {
    value: 'WHAT',
    help: 'where sound comes from and goes to: device, null, tone, echo, or file:IN.wav[,OUT.wav]',
    completes: ['device', 'null', 'tone', 'echo', 'file:'],
  },
  set: { value: 'KEY=VALUE', help: 'a setting for this run only, such as audio.codecs=PCMA', many: true },
  trace: {
    value: 'FILE.pcap',
    help: 'at the end, write every SIP message and the RTP headers of the calls to this capture (pcapng by its name)',
    completes: 'file',
  },
  log: {
    value: 'LEVEL',
    help: 'what is logged on stderr: error (unless told otherwise), warn, info, debug or off',
    completes: ['off', 'error', 'warn', 'info', 'debug'],
  },
  play: { value: 'IN.wav', help: 'send this file instead of the microphone', completes: 'file' },
  record: {
    value: 'OUT.wav',
    help: 'write what is heard to this file; later calls get OUT-2.wav and so on',
    completes: 'file',
  },
  duration: { value: 'S', help: 'hang up after so many seconds; also how long to wait for an answer' },
  dtmf: { value: 'DIGITS', help: 'send these digits after the answer: 0-9 * # A-D, ! for flash, a comma for a pause' },
  once: { help: 'end after the first call' },
  echo: { help: 'send back what is heard' },
  port: { value: 'N', help: 'port of the page on 127.0.0.1; taken means the command fails (any free one when absent)' },
  open: { help: "open the page in a window of the system's Chromium, Chrome or Edge" },
  'end-with-window': { help: 'end when the last window or tab with the page has been closed' },
  json: { help: 'print the result as one JSON object on stdout' },
  call: { value: 'ID', help: 'only the messages with this Call-ID' },
  search: {
    value: 'WORDS',
    help: 'only the calls with a message that has them: text, method:M code:4xx user:U call-id:ID, /REGULAR EXPRESSION/',
  },
  ladder: { help: 'only the ladders' },
  explain: { help: 'only what the messages tell: why a call ended, why a password was refused, and so on' },
  unmasked: {
    help: 'with responses of Authorization headers, keys of SRTP, texts, digits and sound: for nobody but you',
  },
  help: { help: 'print this and end' },
  version: { help: 'print the version and end' },
} as const satisfies Readonly<Record<string, OptionRow>>

export type OptionName = keyof typeof options

export interface CommandRow {
  readonly summary: string
  /** What stands for the positional argument in the help; absent: there is none. */
  readonly argument?: string
  /** The argument may be absent. */
  readonly optional?: true
  readonly options: readonly OptionName[]
  /** Starts no phone, so that nothing of one can be chosen. */
  readonly alone?: true
  readonly examples: readonly string[]
  readonly notes: readonly string[]
}

/** Options that every command has. */
export const commonOptions = [
  'profile',
  'data',
  'listen',
  'sip-port',
  'rtp-ports',
  'user',
  'password',
  'domain',
  'proxy',
  'transport',
  'register',
  'audio',
  'set',
  'trace',
  'log',
  'help',
  'version',
] as const satisfies readonly OptionName[]

const throwAway =
  'Without --profile or --data nothing is kept: settings and log live in a folder that is removed at the end.'

export const commands = {
  call: {
    summary: 'call somebody, and tell how it went',
    argument: 'TARGET',
    options: ['play', 'record', 'duration', 'dtmf', 'json'],
    examples: [
      'call 1001@192.168.11.175:50600',
      'call sip:bob@192.168.1.7 --play hello.wav --record reply.wav',
      'call 1002 --user 1001 --domain pbx.example.org --register',
    ],
    notes: [
      'Progress goes to stderr, the quality of the call to stdout.',
      'Exit code 0: answered, and what was asked for was heard (--record) or sent (--play). 1: failed, the reason is the first word on stderr. 2: wrong usage.',
      throwAway,
    ],
  },
  answer: {
    summary: 'answer every call, and tell how each one went',
    options: ['once', 'play', 'record', 'echo', 'json'],
    examples: [
      'answer --echo',
      'answer --once --record message.wav --sip-port 5070',
      'answer --user 1001 --domain pbx.example.org --register',
    ],
    notes: [
      'As soon as it listens it prints one JSON line with its addresses on stdout.',
      'It ends on Ctrl-C, SIGTERM, or when the program that started it is gone.',
      throwAway,
    ],
  },
  rpc: {
    summary: 'be a phone for another program: JSON-RPC 2.0, one object a line on stdin and stdout',
    options: [],
    examples: ['rpc --profile work', 'rpc --data /var/lib/phone --audio null'],
    notes: [
      'The first line on stdout is the notification phone.ready. Nothing but JSON is ever written there.',
      'It ends when stdin ends, on phone.shutdown, and on SIGTERM.',
    ],
  },
  serve: {
    summary: 'be a phone with a window in a browser of this machine',
    options: ['port', 'open', 'end-with-window'],
    examples: ['serve --open', 'serve --profile work --port 8099'],
    notes: [
      'As soon as it listens it prints one JSON line on stdout. Its "url" is a local file that only you can read: open it in a browser of this machine, as often as you like and from a program as well. There is no secret in the line itself.',
      'Nobody else comes in: the page is on 127.0.0.1 alone, and the file leads to an address that works once and for ten minutes. Where there is no screen, --open prints such an address, and how to reach it from another machine.',
      'DIALTONE_BROWSER names another browser for --open. The phone goes on when the window is closed, until Ctrl-C; unless --end-with-window says otherwise.',
    ],
  },
  trace: {
    summary: 'show the SIP messages of a capture (pcap, pcapng) as ladders, call by call, and explain them',
    argument: 'FILE',
    options: ['call', 'search', 'ladder', 'explain', 'json'],
    alone: true,
    examples: [
      'trace capture.pcap --explain',
      'trace capture.pcap',
      "trace capture.pcap --search 'user:1002 code:4xx'",
      'trace capture.pcapng --call 3848276298220188511@atlanta.example.com --json',
    ],
    notes: [
      'UDP and TCP, IPv4 and IPv6, fragments and VLANs. Of a damaged file, what comes before the damage is shown. Messages that TLS protects cannot be read.',
    ],
  },
  doctor: {
    summary: 'check this machine: Node, data folder, ports, sound devices',
    options: ['json'],
    examples: ['doctor', 'doctor --profile work --json'],
    notes: [
      'Each check has a verdict and, where something is wrong, a remedy. Exit code 1 when a call would not work.',
    ],
  },
  diagnostics: {
    summary: 'write what is wanted to find a fault into one file, or show what would be in it',
    argument: 'FILE',
    optional: true,
    options: ['unmasked', 'json'],
    examples: ['diagnostics --profile work', 'diagnostics fault.tar.gz --profile work'],
    notes: [
      'Versions, settings, accounts and how far their registrations get, devices, last calls, last inputs of the machines, trace. Passwords are never in it, nor, unless --unmasked is given, what else is secret.',
      'FILE is a .tar.gz. Without it everything that would be in it is shown, and nothing is written. A phone that is running has its profile for itself: there it is in the trace window, under export.',
    ],
  },
} as const satisfies Readonly<Record<string, CommandRow>>

export type CommandName = keyof typeof commands

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name)
}

/** The options of a command, its own ones first. */
export function optionsOf(command: CommandName): readonly OptionName[] {
  const row: CommandRow = commands[command]
  return [...row.options, ...(row.alone ? (['help', 'version'] as const) : commonOptions)]
}
