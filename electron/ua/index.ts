/** The public face of the user agent. */
export { userAgentStarter, type UserAgentWorld } from './start.ts'
export { createUserAgent, type UserAgentParts } from './user-agent.ts'
