import { Diagnostics } from '../phone/diagnostics.ts'
import type { Phone } from '../phone/phone.ts'
import { Audience } from './client.ts'
import type { Methods } from './contract.ts'
import type { Handlers } from './dispatcher.ts'

/** Every method of the contract, done by the phone. `shutdown` ends the whole process in order, the phone with it. */
export function phoneHandlers(phone: Phone, shutdown: () => Promise<void>): Handlers<Methods> {
  const watching = new Audience('trace.message', (some) => phone.trace.subscribe(some))
  const diagnostics = new Diagnostics(phone, Date.now)
  /** A file where one was named, else its bytes. */
  const given = async (bytes: Uint8Array, path: string | undefined) => {
    if (path === undefined) return { base64: Buffer.from(bytes).toString('base64') }
    await phone.trace.save(path, bytes)
    return { path }
  }
  return {
    'phone.info': () => phone.info(),
    'phone.snapshot': () => phone.snapshot(),
    'phone.shutdown': () => shutdown(),
    'settings.get': () => phone.settings(),
    'settings.set': ({ patch }) => phone.setSettings(patch),
    'accounts.list': () => phone.accounts(),
    'accounts.save': ({ account }) => phone.saveAccount(account),
    'accounts.remove': ({ id }) => phone.removeAccount(id),
    'accounts.register': ({ id }) => phone.registerAccount(id),
    'accounts.unregister': ({ id }) => phone.unregisterAccount(id),
    'accounts.test': async ({ id, account }) => ({
      steps: await phone.testAccount({ ...account, ...(id !== undefined && { id }) }),
    }),
    'accounts.bindings': async ({ id }) => ({ contacts: await phone.accountBindings(id) }),
    'call.dial': (params) => phone.dial(params),
    'call.pickUp': ({ target }) => phone.pickUp(target),
    'call.answer': ({ callId }) => phone.answer(callId),
    'call.reject': ({ callId, code }) => phone.reject(callId, code),
    'call.redirect': ({ callId, target }) => phone.redirect(callId, target),
    'call.silence': ({ callId }) => phone.silence(callId),
    'call.hangup': ({ callId }) => phone.hangup(callId),
    'call.hold': ({ callId }) => phone.hold(callId),
    'call.resume': ({ callId }) => phone.resume(callId),
    'call.mute': ({ callId, on }) => phone.mute(callId, on),
    'call.record': async ({ callId, on }) => {
      const path = await phone.record(callId, on)
      return path === undefined ? {} : { path }
    },
    'call.dtmf': ({ callId, digits, mode }) => phone.dtmf(callId, digits, mode),
    'call.transfer': ({ callId, target }) => phone.transfer(callId, target),
    'call.transferTo': ({ callId, otherCallId }) => phone.transferTo(callId, otherCallId),
    'call.answerTransfer': ({ callId, accept }) => phone.answerTransfer(callId, accept),
    'call.conference': ({ callIds }) => phone.conference.join(callIds),
    'call.split': ({ callId }) => phone.conference.split(callId),
    'message.send': (params) => phone.messages.send(params),
    'message.conversations': () => phone.messages.conversations(),
    'message.list': (query) => phone.messages.list(query),
    'message.search': (query) => phone.messages.search(query),
    'message.read': ({ with: peer }) => phone.messages.markRead(peer),
    'message.remove': ({ with: peer, upTo }) => phone.messages.remove(peer, upTo),
    'presence.watch': (params) => phone.presence.watch(params),
    'presence.unwatch': ({ target }) => phone.presence.unwatch(target),
    'presence.publish': ({ accountId, status }) => phone.presence.publish(accountId, status),
    'log.list': (query) => phone.listLog(query),
    'log.remove': ({ ids }) => phone.removeLog(ids),
    'log.clear': () => phone.clearLog(),
    'contacts.list': ({ search }) => phone.contacts.list(search),
    'contacts.save': ({ contact }) => phone.contacts.save(contact),
    'contacts.remove': ({ id }) => phone.contacts.remove(id),
    'contacts.photo': ({ id }) => phone.contacts.photo(id),
    'contacts.setPhoto': ({ id, photo }) => phone.contacts.setPhoto(id, photo),
    'contacts.import': ({ text }) => phone.contacts.import(text),
    'contacts.export': () => phone.contacts.export(),
    'trace.list': ({ search, ...query }) =>
      search === undefined ? phone.trace.list(query) : phone.trace.find(query, search),
    'trace.get': ({ id }) => phone.trace.get(id),
    'trace.digest': ({ text, password }) => ({ digests: phone.trace.digest(text, password) }),
    'trace.subscribe': ({ on }, client) => watching.set(client, on),
    'trace.packets': ({ depth }) => phone.trace.packets(depth),
    'trace.streams': ({ sipCallId }) => ({ streams: phone.trace.streams(sipCallId) }),
    'trace.listen': async ({ sipCallId, ssrc, path }) => given(await phone.trace.listen(sipCallId, ssrc), path),
    'trace.export': ({ path, ...what }) => given(phone.trace.export(what), path),
    'diagnostics.preview': async (options) => ({ files: await diagnostics.preview(options) }),
    'diagnostics.export': async ({ path, ...options }) => given(await diagnostics.bundle(options), path),
    'certificates.answer': ({ fingerprint, accept }) => phone.answerCertificate(fingerprint, accept),
    'audio.devices': async () => ({ devices: await phone.audioDevices() }),
    'audio.select': (devices) => phone.selectAudio(devices),
    'audio.test': ({ what, on }) => phone.audioTest(what, on),
  }
}
