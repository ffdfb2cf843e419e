/** The pure rooms: what is mutated, and the tests that have to notice. */
interface Room {
  /** Globs. */
  readonly sources: readonly string[]
  readonly tests: readonly string[]
}

export const rooms: Readonly<Record<string, Room>> = {
  message: {
    sources: ['electron/sip/message/*.ts'],
    tests: ['test/sip/message/*.test.ts', 'test/torture/rfc*.test.ts'],
  },
  transaction: { sources: ['electron/sip/transaction/*.ts'], tests: ['test/sip/transaction/*.test.ts'] },
  dialog: { sources: ['electron/sip/dialog/*.ts'], tests: ['test/sip/dialog/*.test.ts'] },
  sdp: { sources: ['electron/sdp/*.ts'], tests: ['test/sdp/*.test.ts'] },
  call: {
    sources: ['electron/phone/call-state.ts'],
    tests: ['test/phone/{call-state,outgoing-call,incoming-call,hold}.test.ts'],
  },
  'offer-answer': {
    sources: ['electron/phone/offer-answer*.ts'],
    tests: ['test/phone/offer-answer*.test.ts', 'test/phone/srtp-policy.test.ts'],
  },
  rtp: { sources: ['native/rtp/**/*.ts'], tests: ['test/native/rtp/**/*.test.ts'] },
  playout: {
    sources: ['native/playout/*.ts'],
    tests: ['test/native/playout/*.test.ts', 'test/native/session/playout.test.ts'],
  },
}
