// get-rate as a flow of Node-RED: http in, a function that asks Redis, http response.
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'

const require = createRequire(`${process.env.PEER_FOLDER}/`)
const RED = require('node-red')
const express = require('express')
const { Redis } = require('ioredis')
const redis = new Redis(process.env.CACHE_URL, { enableAutoPipelining: true })
const work = `
const { year, month, day } = msg.payload
const date = String(year).padStart(4, '0') + '-' + String(month).padStart(2, '0') + '-' + String(day).padStart(2, '0')
global.get('redis').get('rates:' + date).then(rate => {
  msg.statusCode = rate === null ? 404 : 200
  msg.payload = rate === null ? { code: 'no-rate' } : { rate: JSON.parse(rate) }
  node.send(msg)
})`
const flow = [
  { id: 'tab', type: 'tab', label: 'rates' },
  { id: 'in', z: 'tab', type: 'http in', url: '/client1/get-rate', method: 'post', wires: [['work']] },
  { id: 'work', z: 'tab', type: 'function', func: work, outputs: 1, wires: [['out']] },
  { id: 'out', z: 'tab', type: 'http response', wires: [] },
]
const folder = `${process.env.PEER_FOLDER}/user`
require('node:fs').mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}/flows.json`, JSON.stringify(flow))
const app = express()
const server = http.createServer(app)
RED.init(server, {
  httpAdminRoot: false,
  httpNodeRoot: '/',
  userDir: folder,
  flowFile: 'flows.json',
  functionGlobalContext: { redis },
  logging: { console: { level: 'off' } },
  telemetry: { enabled: false },
})
app.use('/', RED.httpNode)
server.listen(Number(process.env.PORT), '127.0.0.1')
await RED.start()
RED.events.once('flows:started', () => process.stdout.write('listening\n'))
