#!/usr/bin/env node
import { enableCompileCache } from 'node:module'

const major = Number(process.versions.node.split('.')[0])
if (major < 24) {
  process.stderr.write(
    `sluice needs Node.js 24 or later, this is ${process.versions.node}. In a checkout type "npm ci" and then "npm start"; elsewhere "npm install node@24" puts one beside it, which "npx sluice" finds.\n`,
  )
  process.exit(78)
}
enableCompileCache?.()
const { main } = await import(import.meta.url.includes('/engine/') && !import.meta.url.includes('/dist/') ? './main.ts' : './main.js')
await main()
