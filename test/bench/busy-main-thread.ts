import { isMainThread } from 'node:worker_threads'

/** Loaded with `--import`: from a second after the start on, this process computes for 30 ms, rests for 10, and so on. */
const [busyMs, restMs] = [30, 10]

function compute(): void {
  const end = performance.now() + busyMs
  while (performance.now() < end);
  setTimeout(compute, restMs).unref()
}

if (isMainThread) setTimeout(compute, 1000).unref()
