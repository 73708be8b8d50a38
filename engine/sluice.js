#!/usr/bin/env node
import { existsSync } from 'node:fs'
// The whole module: an older Node has no such name in it, and must live to say so.
import module from 'node:module'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `sluice needs Node.js 24 or later, this is ${process.versions.node}. In a checkout type "npm ci" and then "npm start"; elsewhere "npm install node@24" puts one beside it, which "npx sluice" finds.\n`,
  )
  process.exit(78)
}
module.enableCompileCache?.()
// The published package has JavaScript in dist/ instead: Node strips no types below node_modules.
const { main } = await import(existsSync(new URL('main.ts', import.meta.url)) ? './main.ts' : '../dist/main.js')
await main()
