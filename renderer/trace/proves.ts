import { credentialsIn } from '../../electron/dissect/digest.ts'
import type { Step } from '../../electron/dissect/steps.ts'

/** The message whose digest belongs to this one: itself, or the answer to the challenge that it is. */
export function provesIn(step: Step, steps: readonly Step[]): Step | undefined {
  if (credentialsIn(step.read).length > 0) return step
  const { code } = step.read.message
  if (code !== 401 && code !== 407) return undefined
  return steps.slice(steps.indexOf(step) + 1).find(({ read }) => credentialsIn(read).length > 0)
}
