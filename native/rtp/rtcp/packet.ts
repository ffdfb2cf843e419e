/** RTCP packets as values (RFC 3550 6.4 to 6.7). */

export interface ReportBlock {
  /** The source that is reported on. */
  readonly ssrc: number
  /** 0 to 255, 1/256. */
  readonly fractionLost: number
  /** Signed 24 bit. */
  readonly cumulativeLost: number
  /** Extended by the count of roll-overs, 32 bit. */
  readonly highestSequence: number
  /** Timestamp units. */
  readonly jitter: number
  /** Middle 32 bits of the NTP time of the last SR received, 0 if none. */
  readonly lastReport: number
  /** Since then, 1/65536 s. */
  readonly delaySinceLastReport: number
}

interface SenderInfo {
  /** 64 bit NTP time: seconds since 1900 and fraction. */
  readonly ntp: readonly [seconds: number, fraction: number]
  readonly rtpTimestamp: number
  readonly packets: number
  /** Payload only. */
  readonly octets: number
}

export type RtcpPacket =
  | {
      readonly type: 'sender-report'
      readonly ssrc: number
      readonly sender: SenderInfo
      readonly reports: readonly ReportBlock[]
    }
  | { readonly type: 'receiver-report'; readonly ssrc: number; readonly reports: readonly ReportBlock[] }
  | {
      readonly type: 'source-description'
      readonly chunks: readonly { readonly ssrc: number; readonly cname?: string }[]
    }
  | { readonly type: 'bye'; readonly ssrcs: readonly number[]; readonly reason?: string }
  /** APP, feedback, XR: of no use here, kept apart from nonsense. */
  | { readonly type: 'other'; readonly packetType: number }

export const PT = { SR: 200, RR: 201, SDES: 202, BYE: 203 } as const

/** SDES item types (RFC 3550 6.5). */
export const SDES_END = 0
export const SDES_CNAME = 1
