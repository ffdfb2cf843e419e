import assert from 'node:assert/strict'
import { test } from 'node:test'
import { audioPlan } from '../../electron/cli/audio.ts'
import { commands, options, optionsOf } from '../../electron/cli/options.ts'
import type { CommandName, OptionName } from '../../electron/cli/options.ts'
import { type Command, parseCommandLine } from '../../electron/cli/parse.ts'
import { UsageError } from '../../electron/cli/usage-error.ts'

function command(...argv: string[]): Command {
  const invocation = parseCommandLine(argv)
  return invocation.kind === 'help' || invocation.kind === 'version' ? assert.fail(invocation.kind) : invocation
}

const device = { kind: 'device' }
const discard = { kind: 'discard' }

test('a bare call uses the sound card and nothing else is asked for', () => {
  assert.deepEqual(command('call', '1001@192.168.11.175:50600'), {
    kind: 'call',
    target: '1001@192.168.11.175:50600',
    profile: undefined,
    data: undefined,
    user: undefined,
    account: undefined,
    settings: {},
    sipCallId: undefined,
    search: undefined,
    unmasked: false,
    shown: undefined,
    audio: { source: device, sink: device, record: undefined },
    log: 'error',
    trace: undefined,
    json: false,
    once: false,
    dtmf: undefined,
    durationMs: undefined,
    page: { port: 0, open: false, endWithWindow: false },
  })
})

test('every option of every command is read, before and behind the command', () => {
  const asked = command(
    ...'--profile=work --log debug call --duration 2.5 --dtmf 12#,! bob@host --json'.split(' '),
    ...'--user 1001 --listen 127.0.0.1 --sip-port 0 --rtp-ports 9000-9010'.split(' '),
  )
  assert.equal(asked.target, 'bob@host')
  assert.deepEqual(
    [asked.profile, asked.log, asked.durationMs, asked.dtmf, asked.json, asked.user],
    ['work', 'debug', 2500, '12#,!', true, '1001'],
  )
  assert.deepEqual(asked.settings, { network: { listenIp: '127.0.0.1', sipPort: 0, rtpPorts: [9000, 9010] } })
})

test('settings take the type that the setting has', () => {
  const assignments = [
    'audio.codecs=PCMA,PCMU',
    'calls.doNotDisturb=yes',
    'network.sipPort=5070',
    'audio.input=USB = 2',
    'ui.theme=dark',
    'calls.autoAnswer.delaySeconds=3',
    'network.rtpPorts=9000,9003',
    'network.listenIp=',
  ]
  const { settings } = command('rpc', ...assignments.flatMap((text) => ['--set', text]))
  assert.deepEqual(settings, {
    audio: { codecs: ['PCMA', 'PCMU'], input: 'USB = 2' },
    calls: { doNotDisturb: true, autoAnswer: { delaySeconds: 3 } },
    network: { sipPort: 5070, rtpPorts: [9000, 9003], listenIp: '' },
    ui: { theme: 'dark' },
  })
})

const audio: [argv: string[], source: object, sink: object, record?: string][] = [
  [['--audio', 'null'], { kind: 'silence' }, discard],
  [['--audio', 'echo'], { kind: 'echo' }, discard],
  [['--audio', 'tone'], { kind: 'tone', hz: 1000, dbfs: -20 }, discard],
  [['--audio', 'file:in.wav'], { kind: 'file', path: 'in.wav' }, discard],
  [['--audio', 'file:in.wav,out.wav'], { kind: 'file', path: 'in.wav' }, discard, 'out.wav'],
  [['--play', 'in.wav'], { kind: 'file', path: 'in.wav' }, discard],
  [['--play', 'in.wav', '--audio', 'device'], { kind: 'file', path: 'in.wav' }, device],
  [['--record', 'out.wav'], device, device, 'out.wav'],
  [['--audio', 'null', '--record', 'out.wav'], { kind: 'silence' }, discard, 'out.wav'],
  [['--echo'], { kind: 'echo' }, discard],
]
for (const [argv, source, sink, record] of audio)
  test(`sound of ${argv.join(' ')}`, () => {
    assert.deepEqual(command('answer', ...argv).audio, { source, sink, record })
  })

test('each call has a recording of its own', () => {
  const plan = audioPlan(command('answer', '--audio', 'null', '--record', '/tmp/a.b/out.wav').audio)
  assert.deepEqual(
    [plan().record, plan().record, plan().record],
    ['/tmp/a.b/out.wav', '/tmp/a.b/out-2.wav', '/tmp/a.b/out-3.wav'],
  )
  const bare = audioPlan(command('answer', '--record', 'a.b/out').audio)
  assert.deepEqual([bare().record, bare().record], ['a.b/out', 'a.b/out-2'])
  assert.equal('record' in audioPlan(command('answer').audio)(), false)
})

const wrong: [argv: string[], message: RegExp, hint?: RegExp][] = [
  [[], /which command/, /call, answer, rpc, serve, trace, doctor, diagnostics/],
  [['cal'], /no command cal/, /did you mean call/],
  [['frobnicate'], /no command frobnicate/, /call, answer/],
  [['call'], /call needs TARGET/, /dialtone call 1001@/],
  [['call', 'a@b', 'c@d'], /does not know what to do with c@d/],
  [['rpc', 'extra'], /does not know what to do with extra/],
  [['call', 'a@b', '--plya', 'x'], /no option --plya/, /did you mean --play/],
  [['call', 'a@b', '--nothing-like-it'], /no option --nothing-like-it/],
  [['call', 'a@b', '-x'], /no option -x/],
  [['call', 'a@b', '--echo'], /call has no option --echo/, /belongs to answer/],
  [['doctor', '--play', 'x'], /doctor has no option --play/, /belongs to call and answer/],
  [['call', 'a@b', '--play'], /--play needs a value: --play IN.wav/],
  [['call', 'a@b', '--play', '--json'], /--play needs a value/],
  [['call', 'a@b', '--json=yes'], /--json takes no value/],
  [['call', 'a@b', '--duration', '0'], /--duration must be a number of seconds/],
  [['call', 'a@b', '--duration', '-1'], /--duration needs a value|--duration must be/],
  [['call', 'a@b', '--duration', '1e9'], /--duration must be/],
  [['call', 'a@b', '--dtmf', '12x'], /--dtmf must be made of/],
  [['call', 'a@b', '--sip-port', 'x'], /^--sip-port: must be a whole number from 0 to 65535/],
  [['call', 'a@b', '--sip-port', '65536'], /^--sip-port: must be a whole number/],
  [['call', 'a@b', '--rtp-ports', '9001-9001'], /^--rtp-ports: must hold an even port/],
  [['call', 'a@b', '--rtp-ports', '9000'], /^--rtp-ports: must be/],
  [['call', 'a@b', '--listen', 'localhost'], /^--listen: must be an IP address/],
  [['call', 'a@b', '--audio', 'loud'], /--audio must be device, null, tone, echo or file:/],
  [['call', 'a@b', '--audio', 'file:'], /--audio must be/],
  [['answer', '--echo', '--play', 'x.wav'], /exclude each other/],
  [['call', 'a@b', '--profile', 'x', '--data', 'y'], /exclude each other/],
  [['call', 'a@b', '--log', 'loud'], /--log must be one of off, error, warn, info, debug/],
  [['call', 'a@b', '--user', 'a b'], /--user must be/],
  [['call', 'a@b', '--set', 'novalue'], /--set needs KEY=VALUE/],
  [['call', 'a@b', '--set', 'network.sipport=1'], /no setting network.sipport/, /did you mean network.sipPort/],
  [['call', 'a@b', '--set', 'network=1'], /no setting network/],
  [['call', 'a@b', '--set', '__proto__.x=1'], /no setting __proto__/],
  [['call', 'a@b', '--set', 'network.sipPort=1x'], /network.sipPort must be a whole number/],
  [['call', 'a@b', '--set', 'calls.callWaiting=maybe'], /calls.callWaiting must be true or false/],
  [['call', 'a@b', '--set', 'audio.codecs=opus'], /audio.codecs.* must be "PCMU", "PCMA", "G722" or "Opus"/],
]
for (const [argv, message, hint] of wrong)
  test(`wrong: dialtone ${argv.join(' ')}`, () => {
    assert.throws(
      () => parseCommandLine(argv),
      (error) => {
        assert.ok(error instanceof UsageError, String(error))
        assert.match(error.message, message)
        if (hint !== undefined) assert.match(error.hint ?? '', hint)
        return true
      },
    )
  })

test('help and version win over everything that is missing', () => {
  assert.deepEqual(parseCommandLine(['--help']), { kind: 'help', command: undefined })
  assert.deepEqual(parseCommandLine(['help']), { kind: 'help', command: undefined })
  assert.deepEqual(parseCommandLine(['call', '--help']), { kind: 'help', command: 'call' })
  assert.deepEqual(parseCommandLine(['help', 'rpc']), { kind: 'help', command: 'rpc' })
  assert.deepEqual(parseCommandLine(['--version']), { kind: 'version' })
})

test('the tables name every option once for each command, and none is left without a command', () => {
  const used = new Set<OptionName>()
  for (const name of Object.keys(commands) as CommandName[]) {
    assert.equal(new Set(optionsOf(name)).size, optionsOf(name).length, name)
    for (const option of optionsOf(name)) used.add(option)
  }
  assert.deepEqual([...used].toSorted(), Object.keys(options).toSorted())
})

test('an account for this run, and what it lacks', () => {
  const { account } = command(
    ...'answer --user 1001 --domain pbx.test --proxy 127.0.0.1:5070 --transport udp --register --password x'.split(' '),
  )
  assert.deepEqual(account, {
    fields: { username: '1001', domain: 'pbx.test', proxy: '127.0.0.1:5070', transport: 'udp', register: 'always' },
    password: 'x',
  })
  assert.equal(command('call', 'bob', '--user', 'a', '--domain', 'd').account?.fields.register, 'never')
  for (const [argv, message] of [
    ['--domain pbx.test', /--user/],
    ['--user a --register', /--domain or --proxy/],
    ['--password x', /--domain or --proxy/],
    ['--user a --domain a_b:c', /--domain must be a host/],
    ['--user a --domain d --transport pigeon', /--transport must be/],
  ] as const) {
    assert.throws(() => command('answer', ...argv.split(' ')), hasMessage(message))
  }
})

const hasMessage = (pattern: RegExp) => (error: unknown) =>
  error instanceof UsageError && pattern.test(`${error.message} ${error.hint ?? ''}`)
