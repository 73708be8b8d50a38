import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openHouse } from '../support/house.ts'
import { startPostgres, withoutPostgres } from '../support/postgres.ts'
import { startProxy } from '../support/proxy.ts'
import { sourceFiles, sourceOf } from '../support/source.ts'

const yaml = {
  'pipelines/a.yaml': `pipelines:
  take:
    redelivery: { attempts: 2, delay: 50ms, maxDelay: 200ms }
    channels:
      - source: orders
    steps:
      - fail: { code: no-good, status: 422 }
`,
}

test('while the store is away a message that failed is not acknowledged; when it is back, it is kept', {
  skip: withoutPostgres(),
}, async () => {
  await using server = await startPostgres()
  await using proxy = await startProxy(server.port)
  const store = server.url.replace(`:${server.port}`, `:${proxy.port}`)
  await using house = await openHouse({ ...sourceFiles(), ...yaml }, {}, { store })
  assert.ok('acknowledged' in (await sourceOf('orders').give({})))

  proxy.cut()
  proxy.slam()
  let settled = false
  const told = sourceOf('orders')
    .give({ n: 2 })
    .finally(() => {
      settled = true
    })
  const runs = (): number => house.log.filter(({ event, error }) => event === 'access' && error === 'no-good').length
  const late = performance.now() + 60_000
  while (runs() < 3) {
    assert.ok(performance.now() < late, 'it was not given again')
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  assert.equal(settled, false)

  proxy.pass()
  assert.ok('acknowledged' in (await told))
  const [group] = await house.gateway.runtime.deadLetters.groups({})
  assert.equal(group?.count, 2)
})
