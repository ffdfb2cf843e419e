import * as v from 'valibot'

/** How a row of the contract is written, and the pieces that parameters are made of. */

/** One method. `params` checks what came; `Result` is what goes back, `void` standing for `{}`. */
export interface Method<Params extends v.GenericSchema = v.GenericSchema, Result = unknown> {
  readonly params: Params
  /** Parameters that name a file: accepted only on a carrier whose other end may name files (stdio). */
  readonly paths: readonly string[]
  /** Carries the result's type only; never set. */
  readonly result?: Result
}

export type MethodTable = Readonly<Record<string, Method>>

/** A method that takes exactly these named parameters; anything else is refused. */
export function takes<const Entries extends v.ObjectEntries>(entries: Entries, paths: readonly string[] = []) {
  // Without a prototype, so that a parameter called `constructor` is as unknown as any other.
  const params = v.strictObject(Object.assign(Object.create(null) as object, entries) as Entries)
  return { gives: <Result>(): Method<typeof params, Result> => ({ params, paths }) }
}

export type MethodParams<M extends Method> = v.InferOutput<M['params']>
export type MethodResult<M extends Method> = M extends Method<v.GenericSchema, infer Result> ? Result : never

export function text(longest: number) {
  return v.pipe(
    v.string('must be a text'),
    v.minLength(1, 'must not be empty'),
    v.maxLength(longest, `must be at most ${longest} characters long`),
  )
}

export function whole(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message))
}

/** May be empty. */
export function anyText(longest: number) {
  return v.pipe(v.string('must be a text'), v.maxLength(longest, `must be at most ${longest} characters long`))
}
