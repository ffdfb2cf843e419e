import type { PhoneDelegate } from '../phone/phone.ts'
import type { Notify } from './contract.ts'

/** What the phone tells, as notifications of the contract. */
export function announcer(notify: Notify): PhoneDelegate {
  return {
    onSnapshot: (snapshot) => notify('phone.snapshot', snapshot),
    onCallState: (change) => notify('call.state', change),
    onCallEnded: (ended) => notify('call.ended', ended),
    onDtmf: (received) => notify('call.dtmf', received),
    onQuality: (quality) => notify('call.quality', quality),
    onCertificate: (certificate) => notify('certificate.untrusted', certificate),
    onContactsChanged: () => notify('contacts.changed', {}),
    onTrace: (message) => notify('trace.message', message),
    onTransferRequested: (request) => notify('call.transferRequested', request),
    onTestStep: (tested) => notify('accounts.testStep', tested),
    onConversation: (peer) => notify('message.changed', { with: peer }),
    onMessage: (message) => notify('message.received', message),
    onLevels: (levels) => notify('audio.levels', levels),
  }
}
