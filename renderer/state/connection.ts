import type { PhoneClient } from '../phone-client.ts'

let client: PhoneClient | undefined

/** The window has one phone; `main.tsx` connects it before anything is shown. */
export function setPhoneClient(opened: PhoneClient): void {
  client = opened
}

export function phone(): PhoneClient {
  if (client === undefined) throw new Error('The phone is not connected yet')
  return client
}
