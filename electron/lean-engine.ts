import { setFlagsFromString } from 'node:v8'
import '../native/baseline-compiler.ts'

/**
 * A phone handles a few messages a second and stays open for weeks: V8 is to save memory rather than time. Left alone it
 * lets the heap grow to several times what is in use, and its optimising compilers leave megabytes of scratch memory
 * behind in each of their threads. Measured over a thousand calls one after another, from the hundredth on: 36 MB more
 * without this, 8 MB with it; a call takes 2.3 ms of processor time instead of 1.7.
 *
 * The media process has no such flags for its optimising compilers: there the same few loops run for ever.
 */
for (const flag of ['--optimize-for-size', '--semi-space-growth-factor=1', '--no-opt', '--no-maglev']) {
  setFlagsFromString(flag)
}
