import { createRequire } from 'node:module'

/** Loads fast-xml-parser when somebody asks for it: reading and writing on the hot path does without its 20 ms and 8 MB. */
export const loadFastXml = (): typeof import('fast-xml-parser') => createRequire(import.meta.url)('fast-xml-parser')
