import { useEffect, useRef, useState } from 'react'
import { soundRate } from '../../electron/dissect/rtp-playout.ts'

interface Listening {
  readonly on: boolean
  start(fromSecond: number): void
  stop(): void
}

/** How often the cursor follows, ms. */
const followMs = 200

/** Plays sound of a capture; `onSecond` hears where it is. Other sound begins with silence. */
export function useListening(sound: Int16Array | undefined, onSecond: (second: number) => void): Listening {
  const [on, setOn] = useState(false)
  const playing = useRef<
    { readonly context: AudioContext; readonly timer: ReturnType<typeof setInterval> } | undefined
  >(undefined)
  const stop = () => {
    const now = playing.current
    playing.current = undefined
    if (now === undefined) return
    clearInterval(now.timer)
    void now.context.close()
    setOn(false)
  }
  const start = (fromSecond: number) => {
    stop()
    if (sound === undefined || sound.length === 0) return
    const context = new AudioContext()
    const buffer = context.createBuffer(1, sound.length, soundRate)
    buffer.copyToChannel(
      Float32Array.from(sound, (sample) => sample / 32_768),
      0,
    )
    const source = context.createBufferSource()
    source.buffer = buffer
    source.connect(context.destination)
    source.addEventListener('ended', () => {
      if (playing.current?.context === context) stop()
    })
    const began = context.currentTime
    source.start(0, fromSecond)
    const timer = setInterval(() => onSecond(Math.floor(fromSecond + context.currentTime - began)), followMs)
    playing.current = { context, timer }
    setOn(true)
  }
  useEffect(() => stop, [sound])
  return { on, start, stop }
}
