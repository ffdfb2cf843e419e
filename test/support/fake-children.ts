import assert from 'node:assert/strict'
import type { Child, ChildDelegate, ChildExit, StartChild } from '../../electron/media/start-child.ts'

/** A child process as its supervisor sees it; the test plays its part. */
export class FakeChild implements Child {
  readonly pid: number
  readonly entry: string
  readonly env: Readonly<Record<string, string>>
  readonly heard: object[] = []
  /** What it does with what it hears, beside remembering it. */
  onCommand: (command: { readonly op: string }) => void = () => {}
  /** A child that hangs in the kernel does not even die. */
  immortal = false
  alive = true
  readonly #delegate: ChildDelegate

  constructor(pid: number, entry: string, delegate: ChildDelegate, env: Readonly<Record<string, string>>) {
    this.pid = pid
    this.entry = entry
    this.env = env
    this.#delegate = delegate
  }

  send(message: object): void {
    if (!this.alive) return
    this.heard.push(message)
    this.onCommand(message as { readonly op: string })
  }

  kill(): void {
    if (!this.immortal) queueMicrotask(() => this.exit({ signal: 'SIGKILL' }))
  }

  say(message: object): void {
    assert.ok(this.alive, 'the dead do not talk')
    this.#delegate.onMessage(message)
  }

  exit({ code = null, signal = null, complaint = '' }: Partial<ChildExit>): void {
    if (!this.alive) return
    this.alive = false
    this.#delegate.onExit({ code, signal, complaint })
  }

  /** The commands of one kind it was given. */
  commands(op: string): Record<string, unknown>[] {
    return this.heard.filter((one) => (one as { op: string }).op === op) as Record<string, unknown>[]
  }
}

export class FakeChildren {
  readonly all: FakeChild[] = []
  /** What a new child is like, before it hears its first word. */
  onStart: (child: FakeChild) => void = () => {}

  readonly start: StartChild = (entry, delegate, env = {}) => {
    const child = new FakeChild(this.all.length + 1, entry, delegate, env)
    this.all.push(child)
    this.onStart(child)
    return child
  }

  of(entry: string): FakeChild[] {
    return this.all.filter((child) => child.entry === entry)
  }

  get alive(): number {
    return this.all.filter((child) => child.alive).length
  }
}
