import * as v from 'valibot'
import { codecList } from './codec-list.ts'
import { PhoneError } from './phone-error.ts'
import { hostAndPort } from './target.ts'

/** An account (X-Lite: "SIP Proxy" profile): schema, defaults, and the one way to change one. */

const tri = v.picklist(['default', 'always', 'never'], 'must be "default", "always" or "never"')
const yesNo = v.boolean('must be true or false')

function text(longest: number) {
  return v.pipe(
    v.string('must be a text'),
    v.trim(),
    v.maxLength(longest, `must be at most ${longest} characters long`),
    // oxlint-disable-next-line no-control-regex -- control characters are what is refused here
    v.check((value) => !/[\u0000-\u001f\u007f]/.test(value), 'must not hold control characters'),
  )
}

function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

const address = v.pipe(
  text(262),
  v.check((value) => value === '' || isHostAndPort(value), 'must be a host name or IP address, with :port if need be'),
)

const target = v.optional(text(512))

export const accountSchema = v.strictObject({
  enabled: yesNo,
  /** The account that calls are made with unless another one is named. */
  isDefault: yesNo,
  displayName: text(128),
  username: v.pipe(
    text(128),
    v.check((value) => !value.includes('@'), 'must be the part before the @ alone'),
  ),
  /** Where the server knows us by another name; empty: the username. */
  authorizationUser: text(256),
  domain: address,
  proxy: address,
  outboundProxy: address,
  useOutboundProxy: tri,
  sendInternalIp: tri,
  register: tri,
  /** How long a registration is asked for, s; the server may choose otherwise. */
  reregisterSeconds: whole(20, 86_400),
  /** Calls to an IP address go there, past the proxy. */
  directDialIp: yesNo,
  /** Put before dialled numbers that have no address. */
  dialPrefix: v.pipe(text(16), v.regex(/^[0-9*#+]*$/, 'must be made of 0-9, *, # and +')),
  voicemail: text(256),
  pickupCode: v.optional(text(32)),
  forward: v.strictObject({ always: target, busy: target, noAnswer: target, noAnswerSeconds: whole(5, 180) }),
  transport: v.picklist(['auto', 'udp', 'tcp', 'tls'], 'must be "auto", "udp", "tcp" or "tls"'),
  srtp: v.picklist(['off', 'optional', 'mandatory'], 'must be "off", "optional" or "mandatory"'),
  dtmf: v.picklist(['auto', 'rfc4733', 'info', 'inband'], 'must be "auto", "rfc4733", "info" or "inband"'),
  /** In order of preference; empty: those of the audio settings. */
  codecs: v.pipe(
    codecList,
    v.check((codecs) => new Set(codecs).size === codecs.length, 'must not name a codec twice'),
  ),
  sessionTimer: v.strictObject({ on: yesNo, seconds: whole(90, 86_400) }),
})

export type AccountSettings = v.InferOutput<typeof accountSchema>

/** As the contract shows it. The password goes in and never comes out. */
export interface Account extends AccountSettings {
  readonly id: string
  readonly hasPassword: boolean
}

/** What `accounts.save` takes: changes to the account of that `id`, or a new one. */
export type AccountPatch = { readonly [Key in keyof AccountSettings]?: unknown } & {
  readonly id?: string | undefined
  /** null clears it. */
  readonly password?: string | null | undefined
}

/** `account` with the known fields of `patch`. Throws PhoneError `invalid-params` that names the field. */
export function changeAccount(account: AccountSettings, patch: Readonly<Record<string, unknown>>): AccountSettings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  const parsed = v.safeParse(accountSchema, { ...account, ...Object.fromEntries(given) }, { abortEarly: true })
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const field = v.getDotPath(issue) ?? 'account'
  const what = issue.type === 'strict_object' ? 'is not a field of an account' : issue.message
  throw new PhoneError('invalid-params', `${field} ${what}`, { field })
}

function isHostAndPort(value: string): boolean {
  try {
    return hostAndPort(value).host !== ''
  } catch {
    // What is wrong with it is told in the words of the field.
    return false
  }
}
