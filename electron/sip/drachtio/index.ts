/** The control link: what the user agent needs of it. */
export { DrachtioLink, type LinkOptions } from './link.ts'
export { generatedMark, internalMark, localMark, reliableMark } from './marks.ts'
