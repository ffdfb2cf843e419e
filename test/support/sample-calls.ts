import type { Call, LogEntry, Quality, RemoteParty } from '../../electron/phone/shapes.ts'

/** Calls, log entries and figures as they come from the phone, for the window to show. */

export const ann: RemoteParty = { uri: 'sip:1002@office.lan', displayName: '周雅婷 Chou Ya-ting' }
export const marta: RemoteParty = { uri: 'sip:1003@office.lan', displayName: 'Marta Kowalska' }
export const chen: RemoteParty = { uri: 'sip:1007@office.lan', displayName: '陳柏翰 Chen Po-han' }
export const bare: RemoteParty = { uri: 'sip:1001@192.168.11.175:50600' }

/** What somebody may write into a name who wishes the window ill. */
export const hostile: RemoteParty = {
  uri: 'sip:%3Cscript%3Ealert(1)%3C%2Fscript%3E@[2001:db8::1]:5062',
  displayName: `<img src=x onerror="window.hacked=true">\u202egnp.exe\u2066\r\nBcc: all\u0000\u0007 ${'A\u0301\u0302\u0303\u0304\u0305\u0306'.repeat(40)} ${'W'.repeat(4096)}`,
}

export function call(remote: RemoteParty, change: Partial<Call> = {}): Call {
  return {
    callId: `call-${remote.uri}`,
    sipCallId: `${remote.uri}@call-id`,
    direction: 'outgoing',
    state: 'confirmed',
    remote,
    codec: 'PCMU',
    srtp: false,
    muted: false,
    onHold: { local: false, remote: false },
    recording: false,
    conference: false,
    startedAt: new Date(Date.now() - 175_000).toISOString(),
    answeredAt: new Date(Date.now() - 167_000).toISOString(),
    ...change,
  }
}

/** `change` may not unset a field, so a call that is not answered yet is made here. */
export function unanswered(remote: RemoteParty, change: Partial<Call> = {}): Call {
  const { answeredAt: _, ...rest } = call(remote, { startedAt: new Date(Date.now() - 6000).toISOString(), ...change })
  return rest
}

export function ringing(remote: RemoteParty, change: Partial<Call> = {}): Call {
  return unanswered(remote, { direction: 'incoming', state: 'incoming', ...change })
}

export function quality(received: Partial<Quality['received']> = {}, sent: Partial<Quality['sent']> = {}): Quality {
  return {
    received: {
      codec: 'PCMU',
      packets: 8350,
      lost: 33,
      lossPercent: 0.4,
      late: 2,
      duplicates: 0,
      reordered: 0,
      jitterMs: 3.1,
      bufferMs: 40,
      concealedMs: 660,
      gapMaxMs: 60,
      rFactor: 90.4,
      mos: 4.3,
      ...received,
    },
    sent: {
      codec: 'PCMU',
      packets: 8350,
      bytes: 1_436_200,
      kbpsIp: 80,
      kbpsEthernet: 87.2,
      remoteLossPercent: 0.1,
      remoteJitterMs: 1.8,
      roundTripMs: 24,
      ...sent,
    },
    delayMs: { packetization: 20, buffer: 40, device: 14, total: 86 },
  }
}

export const poor = quality({ lossPercent: 9.1, lost: 760, rFactor: 66.2, mos: 3.4 })

let lastId = 0

/** `minutesAgo` counts back from noon of today, so that days and times are the same whenever a test runs. */
export function entry(remote: RemoteParty, minutesAgo: number, change: Partial<LogEntry> = {}): LogEntry {
  const noon = new Date().setHours(14, 32, 0, 0)
  return {
    id: ++lastId,
    at: new Date(noon - minutesAgo * 60_000).toISOString(),
    direction: 'outgoing',
    remote,
    answered: true,
    missed: false,
    code: 200,
    reason: 'OK',
    cause: 'normal',
    durationMs: 43_000,
    sipCallId: `${lastId}@call-id`,
    ...change,
  }
}

const notAnswered = { answered: false, durationMs: 0 } as const

/** A day in an office, newest first. */
export function officeLog(): LogEntry[] {
  const day = 24 * 60
  const missed = {
    ...notAnswered,
    direction: 'incoming',
    missed: true,
    code: 487,
    reason: 'Request Terminated',
    cause: 'cancelled',
  } as const
  const list = [
    entry(ann, 0, { quality: quality() }),
    entry(chen, 12, { ...notAnswered, code: 480, reason: 'Temporarily Unavailable', cause: 'unavailable' }),
    entry({ uri: 'sip:1004@office.lan' }, 30, missed),
    entry(marta, 182, {
      direction: 'incoming',
      durationMs: 665_000,
      quality: quality({ rFactor: 74, mos: 3.8, lossPercent: 3 }),
    }),
    entry(bare, 260, {
      ...notAnswered,
      direction: 'incoming',
      code: 487,
      reason: 'Request Terminated',
      cause: 'answered-elsewhere',
    }),
    entry({ uri: 'sip:205@office.lan', displayName: 'Janssen Repairs (ext. 205)' }, day - 196, missed),
    entry({ uri: 'sip:205@office.lan', displayName: 'Janssen Repairs (ext. 205)' }, day - 190, missed),
    entry({ uri: 'sip:1003@192.168.11.31' }, day - 108, {
      ...notAnswered,
      code: 486,
      reason: 'Busy Here',
      cause: 'busy',
    }),
    entry({ uri: 'sip:1009@192.168.11.44:5070' }, day + 20, {
      ...notAnswered,
      code: 408,
      reason: 'Request Timeout',
      cause: 'timeout',
    }),
    entry({ uri: 'sip:conference@meet.office.lan', displayName: 'Team meeting' }, day + 329, {
      durationMs: 72_000,
      quality: quality(),
    }),
    entry({ uri: 'sip:0800555010@gateway.office.lan' }, day + 341, { durationMs: 278_000, quality: poor }),
  ]
  // The newest has the highest id, as in the store.
  const ids = list.map(({ id }) => id).sort((a, b) => b - a)
  return list.map((one, index) => ({ ...one, id: ids[index]! }))
}
