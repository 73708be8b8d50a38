import assert from 'node:assert/strict'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Channel, GetMessage } from 'amqplib'
import { withPartner } from '../support/amqp.ts'
import { eventually } from '../support/eventually.ts'
import { root, scratch, sluice, startProcess } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'
import { startRabbit } from '../support/rabbitmq.ts'

const example = join(root, 'docs/examples/orders')
const order = (number: string, ...lines: readonly (readonly [sku: string, quantity: number])[]): string =>
  JSON.stringify({ number, customer: 'ada', country: 'FR', lines: lines.map(([sku, quantity]) => ({ sku, quantity })) })

test('the example of orders: in over http and a queue, priced, out on a topic exchange, once; what is given up is mended, and replayed', {
  timeout: 120_000,
}, async context => {
  await using rabbit = await startRabbit()
  const { folder, remove } = await scratch(example)
  context.after(remove)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const environment = { BUS_URL: rabbit.url, CATALOGUE_URL: `${url}/catalogue`, SLUICE_LISTEN: `127.0.0.1:${port}` }
  const gateway = await startProcess({ config: folder, environment })
  context.after(() => gateway.stop())
  const post = (body: string): Promise<Response> =>
    fetch(`${url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const stateOf = async (location: string): Promise<string> => JSON.parse(await (await fetch(new URL(location, url))).text()).state
  const ask = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await sluice([...words, '--at', gateway.admin])
    assert.equal(code, 0, err)
    return out
  }

  await withPartner(rabbit.url, async channel => {
    assert.equal((await post(order('A-1', ['TEA-1', 2], ['POT-1', 1]))).status, 202)
    const told = await next(channel)
    assert.deepEqual(JSON.parse(String(told.content)), {
      number: 'A-1',
      customer: 'ada',
      country: 'FR',
      lines: [
        { sku: 'TEA-1', title: 'Green tea', quantity: 2, cents: 900 },
        { sku: 'POT-1', title: 'A pot', quantity: 1, cents: 2900 },
      ],
      cents: 3800,
    })
    const { exchange, routingKey } = told.fields
    assert.deepEqual(
      [exchange, routingKey, told.properties.messageId, told.properties.type],
      ['orders', 'order.placed.fr', 'A-1', 'order.placed'],
    )

    assert.equal((await post(order('A-2'))).status, 400, 'an order of nothing')

    // The first comes again, as a message this time.
    channel.sendToQueue('incoming', Buffer.from(order('A-1', ['TEA-1', 2], ['POT-1', 1])))
    channel.sendToQueue('incoming', Buffer.from(order('A-3', ['TEA-2', 1])))
    assert.equal((await next(channel)).properties.messageId, 'A-3')

    const answer = await post(order('A-4', ['TEA-9', 1]))
    const location = answer.headers.get('location') ?? assert.fail('a kept order has a location')
    await eventually(async () => assert.equal(await stateOf(location), 'failed'))
    assert.match(
      await ask('dead', 'list'),
      /^place-order unknown-item: 1 message, .*\n.*orders\.yaml:\d+:\d+ {2}the catalogue has no item TEA-9$/m,
    )

    const catalogue = join(folder, 'catalogue.yaml')
    const mended = (await readFile(catalogue, 'utf8')).replace('POT-1:', 'TEA-9: { title: White tea, cents: 700 }\n            POT-1:')
    await writeFile(`${catalogue}.part`, mended)
    await rename(`${catalogue}.part`, catalogue)
    await eventually(async () => assert.equal((await fetch(`${url}/catalogue/items/TEA-9`)).status, 200))
    await ask('dead', 'replay', '--code', 'unknown-item')
    assert.equal((await next(channel)).properties.messageId, 'A-4')
    await eventually(async () => assert.equal((await sluice(['dead', 'list', '--at', gateway.admin])).out, ''))
    assert.equal(await channel.get('billing', { noAck: true }), false, 'each order was told once')
  })
  assert.equal(await gateway.stop(), 0)
})

test('the tests of the example reach every step', async () => {
  const { code, out, err } = await sluice(['test', '--config', example])
  assert.equal(code, 0, out + err)
  assert.match(out + err, /9 of 9 steps reached/)
})

const next = (channel: Channel): Promise<GetMessage> =>
  eventually(async () => (await channel.get('billing', { noAck: true })) || assert.fail('billing was told nothing'))
