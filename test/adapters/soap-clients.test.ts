import assert from 'node:assert/strict'
import { test } from 'node:test'
import { soapClients } from '../support/soap-clients.ts'
import { getRates, placeOrder, serveSoap } from './soap-service.ts'

for (const client of soapClients)
  test(`soap: ${client.name} reads the WSDL, and understands replies and faults of 1.1 and 1.2`, { timeout: 180_000 }, async context => {
    const missing = client.missing()
    if (missing !== undefined) {
      context.skip(missing)
      return
    }
    const address = await serveSoap(context, [getRates, placeOrder, { operation: 'ping', answer: () => 'pong' }])
    const fault = 'there is no rate for 2013-9-8'
    assert.deepEqual(await client.ask(`${address}?wsdl`, [6, 8]), [
      { rate: '1.22' },
      { fault, detail: fault },
      { rate: '1.22' },
      { fault, detail: fault },
    ])
  })
