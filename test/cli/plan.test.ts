import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { startProcess } from '../support/gateway.ts'
import { type Project, project } from './project.ts'

const right = `pipelines:
  hello:
    channels:
      - http: /hello
        security: none
    reply:
      body: { hello: world }
`
const narrower = right.replace('/hello', '/hi')
const overlay = 'pipelines:\n  hello:\n    timeout: 5s\n'

const opened = (): Promise<Project> =>
  project({
    'pipelines/a.yaml': right,
    'next/a.yaml': narrower,
    'prod/a.yaml': overlay,
    'wrong/a.yaml': 'pipelines:\n  hello: { step: [] }\n',
  })

test('`plan --from` compares with another folder, and says what breaks clients', async () => {
  await using home = await opened()
  const { code, out, err } = await home.run(['plan', '--from', 'pipelines', '--config', 'next'])
  assert.deepEqual(
    [code, err, out],
    [
      0,
      '',
      [
        'pipelines -> next: 1 breaking change',
        '',
        '+ channel/hello/http:GET /hi',
        '- channel/hello/http:GET /hello',
        '= 1 pipeline',
        '',
        'breaking  GET /hello is gone',
        'notice    GET /hi is new',
        '',
      ].join('\n'),
    ],
  )
})

test('`--strict` exits 2 where clients break, and 0 where they do not', async () => {
  await using home = await opened()
  assert.equal((await home.run(['plan', '--from', 'pipelines', '--config', 'next', '--strict'])).code, 2)
  assert.equal((await home.run(['plan', '--from', 'pipelines', '--strict'])).code, 0)
})

test('folders are overlays: `--config` again and again, or SLUICE_CONFIG=base:prod', async () => {
  await using home = await opened()
  const wanted = ['pipelines -> pipelines + prod: breaks no client', '', '~ pipeline/hello', '= 1 channel', ''].join('\n')
  const flags = await home.run(['plan', '--from', 'pipelines', '--config', 'pipelines', '--config', 'prod'])
  assert.equal(flags.out, wanted)
  const variable = await home.run(['plan', '--from', 'pipelines'], { environment: { SLUICE_CONFIG: 'pipelines:prod' } })
  assert.equal(variable.out, wanted)
  const shown = await home.run(['plan', '--show', '--config', 'pipelines', '--config', 'prod'])
  assert.match(shown.out, /timeout: 5s {2}# prod\/a\.yaml:3\n/)
  assert.match(shown.out, /path: \/hello {2}# pipelines\/a\.yaml:4\n/)
  const checked = await home.run(['check', 'pipelines', 'prod'])
  assert.equal(checked.out, 'pipelines + prod: 1 pipeline, 0 connectors, no findings\n')
})

test('`--format json` is for machines', async () => {
  await using home = await opened()
  const { out } = await home.run(['plan', '--from', 'pipelines', '--config', 'next', '--format', 'json'])
  assert.deepEqual(JSON.parse(out), {
    from: 'pipelines',
    to: 'next',
    breaking: 1,
    starts: ['channel/hello/http:GET /hi'],
    changes: [],
    stops: ['channel/hello/http:GET /hello'],
    keeps: [{ kind: 'pipeline', count: 1 }],
    flinches: [],
    notices: [
      { breaking: true, subject: 'channel/hello/http:GET /hello', text: 'GET /hello is gone' },
      { breaking: false, subject: 'channel/hello/http:GET /hi', text: 'GET /hi is new' },
    ],
  })
})

test('what does not load is told, on either side; with nothing to compare with, that is told', async () => {
  await using home = await opened()
  const next = await home.run(['plan', '--from', 'pipelines', '--config', 'wrong'])
  assert.equal(next.code, 1)
  assert.match(next.err, /wrong\/a\.yaml:2:12 error unknown-field/)
  const old = await home.run(['plan', '--from', 'wrong'])
  assert.equal(old.code, 1)
  assert.match(old.err, /wrong does not load: there is nothing to compare with/)
  const none = await home.run(['plan'])
  assert.deepEqual([none.code, /no revision in .*: name a folder by --from, or a gateway by --at/.test(none.err)], [1, true])
  const nobody = await home.run(['plan', '--at', 'http://127.0.0.1:1'])
  assert.deepEqual([nobody.code, /there is no gateway at/.test(nobody.err)], [1, true])
})

test('`plan` compares with the last good revision, `--at` with a running gateway', async () => {
  await using home = await opened()
  const data = join(home.folder, 'data')
  const environment = { SLUICE_DATA: data }
  const gateway = await startProcess({ config: join(home.folder, 'pipelines'), environment })
  try {
    const at = await home.run(['plan', '--at', gateway.admin, '--config', 'next', '--strict'])
    assert.equal(at.code, 2)
    assert.match(at.out, /-> next: 1 breaking change\n[\s\S]*breaking {2}GET \/hello is gone/)
    assert.match((await home.run(['plan', '--at', gateway.admin])).out, /nothing changes\n= 1 pipeline, 1 channel\n$/)
  } finally {
    await gateway.stop()
  }
  for (const args of [['plan'], ['plan', '--from', '1']]) {
    const last = await home.run([...args, '--config', 'next'], { environment })
    assert.match(last.out, /^revision 1 -> next: 1 breaking change\n/)
  }
})
