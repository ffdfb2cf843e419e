import * as v from 'valibot'
import { codecNames } from '../../native/protocol.ts'

const known = codecNames.map((name) => `"${name}"`)

/** Codecs by name, wherever settings or a command have them. */
export const codecList = v.array(
  v.picklist(codecNames, `must be ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`),
  'must be a list of codecs',
)
