import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, scratch } from '../support/gateway.ts'
import { freePort } from '../support/ports.ts'

test('a gateway goes on when nobody reads its log and its screen any more, and stops as usual', async () => {
  const { folder, remove } = await scratch()
  await mkdir(join(folder, 'pipelines'))
  await writeFile(
    join(folder, 'pipelines/hello.yaml'),
    'pipelines:\n  hello:\n    channels:\n      - http: /hello\n        security: none\n    steps:\n      - transform: hello\n',
  )
  const url = `http://127.0.0.1:${await freePort()}`
  const child = spawn(process.execPath, [join(root, 'engine/sluice.js'), 'run'], {
    cwd: folder,
    env: { PATH: process.env.PATH, SLUICE_LISTEN: new URL(url).host, SLUICE_ADMIN: `127.0.0.1:${await freePort()}` },
  })
  for await (const text of child.stdout) if (/sluice is ready/.test(String(text))) break
  child.stdout.destroy()
  child.stderr.destroy()
  // Each writes a line of the log; the first that cannot be written would end the process before the next is asked.
  for (let times = 0; times < 5; times++) assert.equal(await (await fetch(`${url}/hello`)).text(), '"hello"')
  child.kill('SIGTERM')
  assert.deepEqual(await once(child, 'exit'), [0, null])
  await remove()
})
