import type { Phone } from '../phone/phone.ts'

/** The phone ends its calls within seconds; should it hang, the process ends without it and takes its children along. */
const patienceMs = 8000

/** Ends the phone in order. False when it did not manage to. */
export async function endPhone(phone: Phone): Promise<boolean> {
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(() => late.resolve(false), patienceMs)
  try {
    return await Promise.race([phone.shutdown().then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}
