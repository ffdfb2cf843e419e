import type { ErrorData } from './contract.ts'

/** The envelope of JSON-RPC 2.0 (jsonrpc.org/specification): requests in, answers and notifications out. */

export type Id = string | number | null

export interface Failure {
  readonly code: number
  readonly message: string
  readonly data: ErrorData
}

export type Answer =
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: Id; readonly error: Failure }

export interface Notification {
  readonly jsonrpc: '2.0'
  readonly method: string
  readonly params: unknown
}

/** Section 5.1. */
export const rpcCode = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internalError: -32603,
  /** Any error of the phone itself; `data.code` says which. */
  application: -32000,
} as const

export function success(id: Id, result: unknown): Answer {
  return { jsonrpc: '2.0', id, result }
}

export function failure(id: Id, code: number, message: string, data: ErrorData): Answer {
  return { jsonrpc: '2.0', id, error: { code, message, data } }
}
