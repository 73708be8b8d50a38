/** W2: an order of 1 kB in, eight fields, a sum and a map out. */
import { map, order, pipeline } from './peers/order.ts'
import { byHand, contest, gateway, withFolder } from './support/contest.ts'

const load = {
  path: '/order',
  body: JSON.stringify(order),
  headers: { 'content-type': 'application/json' },
  answer: JSON.stringify(map(order)),
}

await withFolder(async folder => {
  await contest('W2 order of 1 kB', [
    byHand('order', load),
    await gateway('sluice, everything on', load, folder, { 'order.yaml': pipeline }),
  ])
})
