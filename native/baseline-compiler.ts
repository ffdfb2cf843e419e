import { setFlagsFromString } from 'node:v8'

// The baseline compiler has no thread of its own: one that is short of memory waits for the main thread to collect, and
// when that is about to exit it waits for the compiler; the process then stays for good.
setFlagsFromString('--no-concurrent-sparkplug')
