import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { MachineInput, TracedPacket } from '../../electron/phone/trace-message.ts'
import type { WireMessage, WireTap } from '../../electron/sip/transaction-user.ts'
import { readCapture } from '../../electron/dissect/capture.ts'
import { conversationsOf } from '../../electron/dissect/conversation.ts'
import { outlineOf } from '../../electron/dissect/outline.ts'
import type { Datagram } from '../../electron/trace/frames.ts'
import { writePcap } from '../../electron/trace/pcap-writer.ts'
import { TraceRecorder } from '../../electron/trace/recorder.ts'
import { PacketTap } from '../../native/packet-tap.ts'
import { cpuTime } from '../support/cpu-time.ts'
import { startDialtone } from '../support/dialtone.ts'
import { FakePhone, sdp } from '../support/fake-phone.ts'
import { LossyNet } from '../support/lossy-net.ts'
import { missing } from '../support/needs.ts'
import { benchPhone, peerSdp } from '../support/phone-bench.ts'
import type { Scope } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { virtualAgent } from '../support/virtual-agent.ts'
import { VirtualTime } from '../support/virtual-time.ts'
import { sdp as offered, sip } from '../support/written-trace.ts'
import type { Row } from './report.ts'

/** What the trace costs: a capture of 50 MB beside tshark, and what recording takes of a call. */
export async function measureTrace(scope: Scope, packets: number): Promise<Row[]> {
  return [...(await openCapture(scope, packets)), ...(await recordCalls()), ...recordPackets(), ...fullRecorder()]
}

const own = (what: string, value: number, unit: string): Row => ({ what, unit, values: { Dialtone: value } })

// --- a capture of somebody else's ------------------------------------------------------------------------------------

/** Calls of seven messages, and between them packets of sound: about 500 octets a packet. */
function largeCapture(packets: number): Uint8Array {
  const datagrams: Datagram[] = []
  const [alice, bob] = [
    { address: '192.0.2.1', port: 5060 },
    { address: '192.0.2.2', port: 5060 },
  ]
  const add = (forth: boolean, payload: Uint8Array, port = 5060) => {
    const [from, to] = forth ? [alice, bob] : [bob, alice]
    const atMicros = BigInt(datagrams.length) * 500n
    datagrams.push({ atMicros, transport: 'udp', from: { ...from, port }, to: { ...to, port }, payload })
  }
  const text = (forth: boolean, start: string, call: number, cseq: string, body = '') =>
    add(
      forth,
      Buffer.from(
        sip(start, {
          callId: `${call}-4b1c9a55e0@192.0.2.1`,
          cseq,
          branch: `z9hG4bK${call}${cseq.replace(' ', '')}`,
          contact: '<sip:alice@192.0.2.1:5060;transport=udp>',
          to: `<sip:bob@office.lan>${start.startsWith('INVITE') ? '' : ';tag=b'}`,
          more: ['Max-Forwards: 70', 'User-Agent: Measured/1.0 (a phone of somebody else, with a long name)', padding],
          body,
        }),
      ),
    )
  for (let call = 0; datagrams.length < packets; call++) {
    text(true, 'INVITE sip:bob@office.lan SIP/2.0', call, '1 INVITE', offered('192.0.2.1', 8000))
    text(false, 'SIP/2.0 100 Trying', call, '1 INVITE')
    text(false, 'SIP/2.0 180 Ringing', call, '1 INVITE')
    text(false, 'SIP/2.0 200 OK', call, '1 INVITE', offered('192.0.2.2', 8000))
    text(true, 'ACK sip:bob@192.0.2.2 SIP/2.0', call, '1 ACK')
    for (let at = 0; at < 6; at++) add(at % 2 === 0, soundPacket(call * 3 + (at >> 1), at % 2), 8000)
    text(true, 'BYE sip:bob@192.0.2.2 SIP/2.0', call, '2 BYE')
    text(false, 'SIP/2.0 200 OK', call, '2 BYE')
  }
  return writePcap(datagrams.slice(0, packets))
}

const padding = `X-Measured: ${'x'.repeat(220)}`

function soundPacket(sequence: number, ssrc: number): Uint8Array {
  const packet = Buffer.alloc(172, 0x55)
  packet.writeUInt16BE(0x8000, 0)
  packet.writeUInt16BE(sequence & 0xffff, 2)
  packet.writeUInt32BE((sequence * 160) >>> 0, 4)
  packet.writeUInt32BE(ssrc + 1, 8)
  return packet
}

async function openCapture(scope: Scope, packets: number): Promise<Row[]> {
  const bytes = largeCapture(packets)
  const file = join(await temporaryFolder(scope), 'large.pcap')
  await writeFile(file, bytes)
  let count = 0
  const read = () => {
    const { messages } = readCapture(bytes)
    for (const conversation of conversationsOf(messages, true)) outlineOf(conversation)
    count = messages.length
  }
  // As a program that has just been started does it, too: the first counts.
  const began = performance.now()
  const processor = cpuTime(read) / 1_000_000
  const wall = (performance.now() - began) / 1000
  const seconds = async (work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    return (performance.now() - began) / 1000
  }
  const args = ['trace', file, '--call', '0-4b1c9a55e0@192.0.2.1', '--ladder']
  const ladder = await seconds(async () => (await startDialtone(scope, args)).finished(120_000))
  const stat = () => promisify(execFile)('tshark', ['-r', file, '-q', '-z', 'sip,stat'])
  const tshark = missing('tshark') === false ? { tshark: await seconds(stat) } : {}
  return [
    own('packets of the capture', packets, ''),
    own('its size', bytes.byteLength / 1_000_000, 'MB'),
    own('SIP messages in it', count, ''),
    own('read, sorted into calls and judged, as the window does', wall, 's'),
    own('and of that processor', processor, 's'),
    { what: 'a program reads it from start to end', unit: 's', values: { Dialtone: ladder, ...tshark } },
  ]
}

// --- recording -------------------------------------------------------------------------------------------------------

interface Noted {
  readonly messages: WireMessage[]
  readonly inputs: (readonly [machine: string, of: string, input: MachineInput])[]
}

/** What passes one end of so many calls, and the processor time an end takes for a call, microseconds: no sound, no talk. */
async function signalling(calls: number): Promise<Noted & { readonly micros: number }> {
  const time = new VirtualTime()
  const net = new LossyNet(time, 1)
  const noted: Noted = { messages: [], inputs: [] }
  const tap: WireTap = {
    onMessage: (message) => void noted.messages.push({ ...message, bytes: Uint8Array.from(message.bytes) }),
    noteInput: (...input) => void noted.inputs.push(input),
  }
  const [mine, theirs] = [new FakePhone(), new FakePhone()]
  const alice = await virtualAgent(time, net, '10.0.0.1', 1, mine, tap)
  const bob = await virtualAgent(time, net, '10.0.0.2', 2, theirs)
  theirs.react = (invite) => {
    invite.ring()
    time.after(1000, () => void theirs.accept(invite))
  }
  const call = async () => {
    alice.ua.invite({ uri: bob.uri, from: { uri: alice.uri }, sdp: sdp('offer') }, mine.outgoing())
    await time.advance(3000)
    void mine.dialogs.at(-1)?.bye()
    await time.advance(40_000)
  }
  // The first ones are compiled.
  for (let warm = 0; warm < calls / 2; warm++) await call()
  noted.messages.length = noted.inputs.length = 0
  const before = process.cpuUsage()
  for (let one = 0; one < calls; one++) await call()
  const { user, system } = process.cpuUsage(before)
  return { ...noted, micros: (user + system) / calls / 2 }
}

/** What the phone's own machines of a call are told. */
async function ownInputs(): Promise<Noted['inputs']> {
  const inputs: Noted['inputs'] = []
  const { phone, time, agent } = await benchPhone({
    prepare: ({ trace }) => {
      const note = trace.noteInput.bind(trace)
      trace.noteInput = (...input) => {
        inputs.push(input)
        note(...input)
      }
    },
  })
  const { callId } = phone.dial({ target: 'bob@192.0.2.2' })
  await time.advance(0)
  agent.invites.at(-1)?.accept(peerSdp())
  await time.advance(1000)
  void phone.hangup(callId)
  await time.advance(1000)
  return inputs
}

async function recordCalls(): Promise<Row[]> {
  const calls = 200
  const { messages, inputs, micros } = await signalling(calls)
  const ofPhone = await ownInputs()
  const all = [...inputs, ...Array.from({ length: calls }, () => ofPhone).flat()]
  const rounds = 10
  const per = (work: (recorder: TraceRecorder) => void) => {
    const recorder = new TraceRecorder({ now: () => performance.now(), wallTime: () => Date.now() })
    work(recorder)
    return cpuTime(() => Array.from({ length: rounds }).forEach(() => work(recorder))) / rounds / calls
  }
  const ofMessages = per((recorder) => messages.forEach((message) => recorder.onMessage(message)))
  const ofInputs = per((recorder) => all.forEach((input) => recorder.noteInput(...input)))
  const share = (part: number) => (100 * part) / (micros + part)
  return [
    own('messages of a call at one end', messages.length / calls, ''),
    own('inputs of its machines', all.length / calls, ''),
    own('signalling of a call, no sound, processor', micros / 1000, 'ms'),
    own('of that recording its messages', share(ofMessages), '%'),
    own('and noting the inputs of its machines', share(ofInputs), '%'),
    own('recording, all of it', share(ofMessages + ofInputs), '%'),
  ]
}

/** A second of a call's RTP, both ways: in the media process, on its way, and in the main process. */
function recordPackets(): Row[] {
  const address = { address: '127.0.0.1', port: 8000 }
  const cost = (depth: 'off' | 'headers') => {
    const recorder = new TraceRecorder({ now: () => performance.now(), wallTime: () => Date.now() })
    const tap = new PacketTap(
      (event) => {
        // As it goes from process to process.
        const { packets } = JSON.parse(JSON.stringify(event)) as { packets: TracedPacket[] }
        recorder.onPackets(packets)
      },
      () => Date.now(),
    )
    tap.depth = depth
    const seconds = 200
    const run = () => {
      for (let at = 0; at < 100 * seconds; at++) tap.seen(at % 2 ? 'in' : 'out', address, address, soundPacket(at, 1))
      tap.flush()
    }
    run()
    return cpuTime(run) / seconds / 10_000
  }
  const [off, on] = [cost('off'), cost('headers')]
  return [own('recording the RTP headers of a call that is under way', Math.max(0, on - off), '% of a core')]
}

/** Everything that is bounded filled up: more it never takes. */
function fullRecorder(): Row[] {
  globalThis.gc?.()
  const used = () => {
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = used()
  const recorder = new TraceRecorder({ now: () => performance.now(), wallTime: () => Date.now() })
  const end = { transport: 'udp', address: '192.0.2.1', port: 5060 } as const
  const bytes = Buffer.from(sip('OPTIONS sip:bob@office.lan SIP/2.0'))
  for (let at = 0; at < 6000; at++)
    recorder.onMessage({ direction: 'out', local: end, remote: end, bytes, retransmission: false })
  const data = Buffer.from(soundPacket(1, 1).subarray(0, 12)).toString('base64')
  const place = { address: '192.0.2.1', port: 8000 }
  for (let at = 0; at < 60_000; at++)
    recorder.onPackets([{ at, direction: 'out', local: { ...place }, remote: { ...place }, length: 172, data }])
  for (let at = 0; at < 1000; at++) recorder.noteInput('call', `c${at}`, { kind: 'timer' })
  recorder.list()
  globalThis.gc?.()
  return [
    own('memory of a recorder that is full', (used() - before) / 1_000_000, 'MB'),
    own('messages in it', recorder.list().length, ''),
  ]
}
