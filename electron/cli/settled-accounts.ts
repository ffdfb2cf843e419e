import type { Phone } from '../phone/phone.ts'
import { areSettled } from './registration-news.ts'
import type { World } from './world.ts'

/** Some servers take no call from who is not registered. A registration that fails may still do: the call will tell. */
export async function settledAccounts(phone: Phone, world: World): Promise<void> {
  if (areSettled(phone.snapshot())) return
  const settled = Promise.withResolvers<void>()
  const watch = setInterval(() => areSettled(phone.snapshot()) && settled.resolve(), 20)
  await Promise.race([settled.promise, world.life.stopped])
  clearInterval(watch)
}
