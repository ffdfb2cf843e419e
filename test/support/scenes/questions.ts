import type { UntrustedCertificate } from '../../../electron/phone/certificates.ts'
import { ann, call } from '../sample-calls.ts'
import { become, type Scene, test } from './scene.ts'

export const untrusted: UntrustedCertificate = {
  host: 'office.lan',
  fingerprint: Array.from({ length: 32 }, (_, index) => (index * 37 + 171).toString(16).slice(-2).toUpperCase()).join(
    ':',
  ),
  subject: 'CN=pbx.office.lan',
  issuer: 'CN=pbx.office.lan',
  validTo: '2027-03-01T00:00:00.000Z',
  reason: 'self-signed certificate',
  fault: 'unknown-authority',
  changed: false,
}

export const questionScenes: readonly Scene[] = [
  {
    name: 'notices',
    prepare(phone) {
      const notices = [
        'Port 5060 is used by another program: listening on 5061',
        `calls.db was set aside: ${'x'.repeat(80)}`,
      ]
      phone.info = { ...phone.info, notices }
    },
  },
  {
    name: 'certificate',
    act: async (page, phone) => {
      phone.update({ certificates: [untrusted] })
      await page.waitForSelector(test('certificate'))
    },
  },
  {
    name: 'transfer-request',
    act: async (page, phone) => {
      phone.snapshot = {
        ...phone.snapshot,
        transferRequests: [{ callId: call(ann).callId, target: 'sip:1005@office.lan' }],
      }
      await become(phone, call(ann))
      await page.waitForSelector(test('transfer-request'))
    },
  },
]
