import * as v from 'valibot'
import type { Log } from '../phone/ports.ts'
import { PhoneError } from '../phone/phone-error.ts'
import { Client } from './client.ts'
import { failure, rpcCode, success } from './json-rpc.ts'
import type { Answer, Id } from './json-rpc.ts'
import type { Method, MethodParams, MethodResult, MethodTable } from './method.ts'

/** What does the work of each method: one function a row of the table. */
export type Handlers<Table extends MethodTable> = {
  readonly [Name in keyof Table]: (
    params: MethodParams<Table[Name]>,
    client: Client,
  ) => MethodResult<Table[Name]> | Promise<MethodResult<Table[Name]>>
}

interface DispatcherOptions {
  /** Whether the other end may name files on this machine. */
  readonly paths: boolean
  readonly log: Log
}

/** Longest text accepted, characters. */
export const longestText = 1024 * 1024
/** Most requests in one batch. */
export const largestBatch = 100

type Reply = Answer | readonly Answer[] | undefined

/**
 * JSON-RPC 2.0 between a carrier and the handlers. Knows nothing of how messages travel; never throws, never rejects,
 * whatever comes in. A notification (a request without id) and a batch of nothing else have no reply.
 */
export interface Dispatcher {
  /** A message that came as an object; `client` is who sent it, absent where nobody stays to hear more. */
  handle(message: unknown, client?: Client): Promise<Reply>
  /** A message that came as JSON text; the reply is JSON text as well. */
  handleText(text: string, client?: Client): Promise<string | undefined>
}

export function createDispatcher<Table extends MethodTable>(
  table: Table,
  handlers: Handlers<Table>,
  options: DispatcherOptions,
): Dispatcher {
  const handlerOf = handlers as Readonly<Record<string, (params: unknown, client: Client) => unknown>>

  async function handle(message: unknown, client = new Client()): Promise<Reply> {
    if (!Array.isArray(message)) return handleOne(message, client)
    if (message.length === 0) return invalidRequest(null, 'a batch must hold at least one request')
    if (message.length > largestBatch)
      return failure(null, rpcCode.invalidRequest, `a batch holds at most ${largestBatch} requests`, {
        code: 'too-long',
      })
    const replies = await Promise.all(message.map((one) => handleOne(one, client)))
    const answers = replies.filter((reply) => reply !== undefined)
    return answers.length > 0 ? answers : undefined
  }

  async function handleOne(message: unknown, client: Client): Promise<Answer | undefined> {
    const request = readRequest(message)
    if (!('method' in request)) return refused(request)
    const { id, method, params } = request
    const answer = refused(await run(id ?? null, method, params, client), method)
    // Section 4.1: a notification is never answered, not even when it fails.
    if (id !== undefined) return answer
    if ('error' in answer) options.log.debug(`notification ${method} failed: ${answer.error.message}`)
    return undefined
  }

  /** Notes a request that makes no sense: what it was about, and nothing of what it carried. */
  function refused(answer: Answer, method?: string): Answer {
    const failures: readonly number[] = [rpcCode.application, rpcCode.internalError]
    if (!('error' in answer) || failures.includes(answer.error.code)) return answer
    const { code, field } = answer.error.data
    options.log.info('refused a request', {
      code,
      ...(method === undefined ? {} : { method: JSON.stringify(shown(method)) }),
      ...(field === undefined ? {} : { field: JSON.stringify(field) }),
    })
    return answer
  }

  async function run(id: Id, name: string, given: unknown, client: Client): Promise<Answer> {
    const method = Object.hasOwn(table, name) ? table[name] : undefined
    const handler = Object.hasOwn(handlerOf, name) ? handlerOf[name] : undefined
    if (method === undefined || handler === undefined)
      return failure(id, rpcCode.methodNotFound, `there is no method ${shown(name)}`, { code: 'not-found' })
    const checked = checkParams(method, given, options.paths)
    if ('fault' in checked)
      return failure(id, rpcCode.invalidParams, checked.fault, { code: 'invalid-params', field: checked.field })
    try {
      return success(id, (await handler(checked.params, client)) ?? {})
    } catch (error) {
      return failed(id, name, error, options.log)
    }
  }

  return {
    handle,
    async handleText(text, client) {
      if (text.length > longestText) return JSON.stringify(refused(tooLong()))
      let message: unknown
      try {
        message = JSON.parse(text)
      } catch {
        return JSON.stringify(
          refused(failure(null, rpcCode.parseError, 'this is not JSON', { code: 'invalid-params' })),
        )
      }
      return written(await handle(message, client))
    },
  }
}

function written(reply: Reply): string | undefined {
  try {
    return reply === undefined ? undefined : JSON.stringify(reply)
  } catch {
    const id = reply !== undefined && 'id' in reply ? reply.id : null
    return JSON.stringify(failure(id, rpcCode.internalError, 'the result cannot be written', { code: 'internal' }))
  }
}

/** What a carrier answers to a message it did not even take in whole. */
export function tooLong(): Answer {
  return failure(null, rpcCode.invalidRequest, `a message holds at most ${longestText} characters`, {
    code: 'too-long',
  })
}

interface Request {
  /** Absent in a notification. */
  readonly id: Id | undefined
  readonly method: string
  readonly params: unknown
}

/** Section 4: the request object, or the answer that says what is wrong with it. */
function readRequest(message: unknown): Request | Answer {
  if (!isObject(message)) return invalidRequest(null, 'a request must be an object')
  const given = own(message, 'id')
  const id = typeof given === 'string' || typeof given === 'number' || given === null ? given : undefined
  if (given !== undefined && id === undefined) return invalidRequest(null, 'id must be a text, a number or null')
  if (own(message, 'jsonrpc') !== '2.0') return invalidRequest(id ?? null, 'jsonrpc must be "2.0"')
  const method = own(message, 'method')
  if (typeof method !== 'string') return invalidRequest(id ?? null, 'method must be a text')
  const params = own(message, 'params')
  if (params !== undefined && (typeof params !== 'object' || params === null))
    return invalidRequest(id ?? null, 'params must be an object')
  return { id, method, params }
}

function checkParams(
  method: Method,
  given: unknown,
  pathsAllowed: boolean,
): { readonly params: unknown } | { readonly fault: string; readonly field: string } {
  if (Array.isArray(given)) return { fault: 'params must be an object with named parameters', field: 'params' }
  const params = given ?? {}
  const path = pathsAllowed ? undefined : method.paths.find((name) => isObject(params) && Object.hasOwn(params, name))
  if (path !== undefined) return { fault: `${path} cannot be given here: files are not named from afar`, field: path }
  const parsed = v.safeParse(method.params, params, { abortEarly: true })
  if (parsed.success) return { params: parsed.output }
  const [issue] = parsed.issues
  const field = shown(v.getDotPath(issue) ?? 'params')
  return { fault: `${field} ${complaint(issue)}`, field }
}

function complaint(issue: v.BaseIssue<unknown>): string {
  if (issue.type !== 'strict_object') return issue.message
  return issue.expected === 'never' ? 'is not a parameter of this method' : 'is missing'
}

function failed(id: Id, method: string, error: unknown, log: Log): Answer {
  if (error instanceof PhoneError) {
    const code = error.code === 'invalid-params' ? rpcCode.invalidParams : rpcCode.application
    return failure(id, code, error.message, { code: error.code, ...error.data })
  }
  // Our own bug: the details belong in the log, not to whoever is at the other end.
  log.error(`${method} failed inside`, { error: error instanceof Error ? (error.stack ?? error.message) : error })
  return failure(id, rpcCode.internalError, 'something went wrong inside the phone; its log says more', {
    code: 'internal',
  })
}

function invalidRequest(id: Id, message: string): Answer {
  return failure(id, rpcCode.invalidRequest, message, { code: 'invalid-params' })
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/** A name from outside, short enough to be repeated. */
function shown(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}...` : name
}
