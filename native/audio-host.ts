import { die, dieWithParent, serve } from './audio/host.ts'
import { loadNaudiodon } from './audio/naudiodon.ts'
import { goFirst } from './scheduling.ts'

/**
 * The process that holds the sound card (and another, short-lived one that lists the devices). The driver may hang it
 * for good at any moment, so it keeps nothing that matters: whoever started it kills it and starts another.
 * UV_THREADPOOL_SIZE must be 16 in its environment, since each pending read and write blocks a thread of the pool.
 */
goFirst()
dieWithParent()
// Ctrl-C reaches every process of the terminal; the phone decides what ends, and when.
process.on('SIGINT', () => {})
process.on('SIGTERM', die)
serve(loadNaudiodon)
