/** The public face of the user agent. */
export { userAgentStarter } from './start.ts'
