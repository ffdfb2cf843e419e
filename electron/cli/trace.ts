import { CallPackets } from '../dissect/call-packets.ts'
import { type Conversation, conversationsOf, messagesOf } from '../dissect/conversation.ts'
import { explainConversation } from '../dissect/explain/explain.ts'
import type { Finding } from '../dissect/explain/finding.ts'
import { explainSound } from '../dissect/explain/sound.ts'
import { say } from '../dissect/explain/say.ts'
import { ladder } from '../dissect/ladder.ts'
import { rtpStreams } from '../dissect/rtp-streams.ts'
import { found, parseSearch } from '../dissect/search.ts'
import { metBy } from '../phone/phone-trace.ts'
import type { TraceMessage } from '../phone/trace-message.ts'
import { told } from './outcome.ts'
import type { Command } from './parse.ts'
import type { World } from './world.ts'

/** `dialtone trace FILE`: the SIP of a capture, call by call, and what it tells. */
export async function trace(command: Command, world: World): Promise<number> {
  const { terminal, captures } = world
  try {
    const { messages, packets, problem, rtp } = await captures.read(command.target)
    if (problem !== undefined) terminal.err(`${command.target}: ${problem}.`)
    const sound = new CallPackets(rtp)
    const met = await meeting(command.search, messages, world)
    const wanted = conversationsOf(messages, true).filter(
      ({ sipCallId }) =>
        (command.sipCallId === undefined || sipCallId === command.sipCallId) && (met?.has(sipCallId) ?? true),
    )
    if (command.json) {
      const calls = wanted.map((conversation) => asJson(conversation, sound))
      terminal.out(JSON.stringify({ file: command.target, packets, problem: problem ?? null, calls }))
    } else for (const conversation of wanted) print(conversation, sound, command.shown, world)
    if (wanted.length > 0) return 0
    const of = command.sipCallId === undefined ? 'SIP message' : `message of ${command.sipCallId}`
    const what = command.search === undefined ? of : `${of} with ${command.search}`
    terminal.err(`not-found - there is no ${what} in the ${packets} packets of ${command.target}.`)
  } catch (error) {
    const { code, message } = told(error)
    terminal.err(`${code} - ${message}`)
  }
  return 1
}

/** The calls in which a message meets the search; undefined: nothing is looked for. */
async function meeting(search: string | undefined, messages: readonly TraceMessage[], { captures }: World) {
  if (search === undefined) return undefined
  const met = metBy(await found(parseSearch(search), messages, captures.runPatterns))
  return new Set(met.map(({ sipCallId }) => sipCallId))
}

function asJson(conversation: Conversation, packets: CallPackets) {
  return {
    sipCallId: conversation.sipCallId,
    messages: messagesOf(conversation),
    findings: explained(conversation, packets).map((found) => ({ ...found, ...say(found, 'en') })),
  }
}

function print(conversation: Conversation, packets: CallPackets, shown: Command['shown'], { terminal }: World): void {
  const { sipCallId, method, steps } = conversation
  terminal.out(`${steps[0]?.read.message.at ?? ''} ${method} Call-ID ${sipCallId === '' ? '(none)' : sipCallId}`)
  const numbers = new Map(steps.map(({ read }, at) => [read.message.id, at + 1]))
  if (shown !== 'explain') terminal.out(ladder(messagesOf(conversation), { numbers }))
  if (shown === 'ladder') return
  for (const found of explained(conversation, packets)) terminal.out(written(found))
  terminal.out('')
}

/** Of the messages, and of the sound that belongs to them. */
function explained(conversation: Conversation, packets: CallPackets): Finding[] {
  const streams = rtpStreams(packets.of(conversation), messagesOf(conversation))
  return [...explainConversation(conversation), ...explainSound(streams)]
}

const marks: Readonly<Record<Finding['tone'], string>> = { fail: 'x', warn: '!', plain: '-', good: '+' }

function written(found: Finding): string {
  const { text, advice, section } = say(found, 'en')
  const line = `${marks[found.tone]} ${text} [${section}]`
  return advice === '' ? line : `${line}\n    ${advice}`
}
