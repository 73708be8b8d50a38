import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { adminRoutes } from '../../engine/admin/routes.ts'
import { Registry } from '../../engine/registry/registry.ts'
import manifest from '../../package.json' with { type: 'json' }
import { environmentOf, execForm, only, readDockerfile } from '../support/dockerfile.ts'
import { root } from '../support/gateway.ts'
import { loadDocuments } from '../support/load-documents.ts'
import { installed, registryAway } from '../support/package.ts'

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string }
}
interface Container {
  readonly image: string
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly startupProbe: Probe
  readonly livenessProbe: Probe
  readonly readinessProbe: Probe
  readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } }
  readonly resources: { readonly requests: object; readonly limits: object }
  readonly securityContext: object
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly subPath?: string }[]
}
interface Pod {
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number; readonly runAsNonRoot: boolean }
  readonly automountServiceAccountToken: boolean
  readonly terminationGracePeriodSeconds: number
  readonly containers: readonly [Container]
  readonly volumes: readonly { readonly name: string; readonly configMap?: { readonly name: string } }[]
}
interface Labels {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
}
interface Shown {
  readonly map: Manifest & { readonly data: Readonly<Record<string, string>> }
  readonly deployment: Manifest & {
    readonly spec: {
      readonly selector: { readonly matchLabels: Labels['labels'] }
      readonly template: { readonly metadata: Labels; readonly spec: Pod }
    }
  }
  readonly service: Manifest & {
    readonly spec: { readonly selector: Labels['labels']; readonly ports: readonly { readonly targetPort: string }[] }
  }
}

const documents = parseAllDocuments(readFileSync(join(root, 'docs/kubernetes.yaml'), 'utf8')).map((document): Manifest => document.toJS())
// The first test below holds which ones there are, and the schemas of Kubernetes their shape.
const [map, deployment, service] = documents as unknown as readonly [Shown['map'], Shown['deployment'], Shown['service']]
const pod = deployment.spec.template.spec
const [container] = pod.containers
const [, image] = readDockerfile(join(root, 'Dockerfile'))
const away = await registryAway()

test('the example has a ConfigMap, a Deployment and a Service', () => {
  assert.deepEqual(
    documents.map(({ kind, apiVersion }) => [kind, apiVersion]),
    [
      ['ConfigMap', 'v1'],
      ['Deployment', 'apps/v1'],
      ['Service', 'v1'],
    ],
  )
})

test('each document is what the schema of Kubernetes says, and has no field that it does not know', { skip: away }, async () => {
  await using home = await installed('kubernetes-models@5.1.0', 'kubernetes-types@1.30.0')
  const validate = `
    for (const { apiVersion, kind, ...rest } of ${JSON.stringify(documents)}) {
      const models = await import('kubernetes-models/' + apiVersion)
      new models[kind](rest).validate()
    }`
  await home.run(process.execPath, '--input-type=module', '-e', validate)
  await assert.rejects(
    home.run(process.execPath, '--input-type=module', '-e', validate.replaceAll('"containerPort":8080', '"containerPort":"8080"')),
    {
      stderr: /containerPort must be integer/,
    },
  )
  const typed = documents.map(
    (document, at) =>
      `import type { ${document.kind} as Kind${at} } from 'kubernetes-types/${document.apiVersion === 'v1' ? 'core/v1' : document.apiVersion}'\n` +
      `export const document${at}: Kind${at} = ${JSON.stringify(document)}\n`,
  )
  const check = async (text: string): Promise<string> => {
    await writeFile(join(home.folder, 'documents.ts'), text)
    const tsc = join(root, 'node_modules/typescript7/bin/tsc')
    return await home.run(process.execPath, tsc, '--noEmit', '--strict', '--moduleResolution', 'bundler', '--types', '', 'documents.ts')
  }
  assert.equal(await check(typed.join('')), '')
  await assert.rejects(check(typed.join('').replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem')), {
    stdout: /readOnlyRootFileSystem/,
  })
})

test('the pipelines in the ConfigMap load without a finding', async () => {
  const registry = await Registry.open()
  assert.deepEqual(await loadDocuments(map.data, registry), [])
  registry.close()
})

test('names fit together: labels, ports, volumes, the ConfigMap', () => {
  const { labels } = deployment.spec.template.metadata
  assert.deepEqual(deployment.spec.selector.matchLabels, labels)
  assert.deepEqual(service.spec.selector, labels)
  const ports = container.ports.map(port => port.name)
  const probes = [container.startupProbe, container.livenessProbe, container.readinessProbe]
  for (const name of [...service.spec.ports.map(port => port.targetPort), ...probes.map(probe => probe.httpGet.port)])
    assert.ok(ports.includes(name), name)
  const paths = adminRoutes.filter(route => route.probe).map(route => route.path)
  for (const { httpGet } of probes) assert.ok(paths.includes(httpGet.path), httpGet.path)
  assert.deepEqual(
    container.volumeMounts.map(mount => mount.name),
    pod.volumes.map(volume => volume.name),
  )
  assert.deepEqual(
    pod.volumes.flatMap(volume => volume.configMap?.name ?? []),
    [map.metadata.name],
  )
})

test('a Prometheus that looks for annotations finds the numbers, where a route answers from outside', () => {
  const { annotations } = deployment.spec.template.metadata
  assert.equal(annotations['prometheus.io/scrape'], 'true')
  assert.equal(annotations['prometheus.io/port'], String(container.ports.find(({ name }) => name === 'health')?.containerPort))
  assert.ok(adminRoutes.some(({ probe, path }) => probe && path === annotations['prometheus.io/path']))
})

test('it fits the image: version, user, ports, folders', () => {
  assert.ok(image !== undefined)
  const environment = environmentOf(image)
  assert.ok(container.image.endsWith(`/sluice:${manifest.version}`), container.image)
  assert.equal(`${pod.securityContext.runAsUser}:${pod.securityContext.runAsGroup}`, only(image, 'USER').text)
  assert.deepEqual(
    container.ports.map(port => `0.0.0.0:${port.containerPort}`),
    [environment['SLUICE_LISTEN'], environment['SLUICE_HEALTH']],
  )
  const volumes = execForm(only(image, 'VOLUME').text)
  for (const { mountPath, subPath } of container.volumeMounts) assert.ok(volumes.includes(mountPath) && subPath === undefined, mountPath)
})

test('it runs as nobody in particular, with what it needs and no more, and has time to drain', () => {
  assert.ok(pod.securityContext.runAsNonRoot)
  assert.equal(pod.automountServiceAccountToken, false)
  assert.deepEqual(container.securityContext, {
    readOnlyRootFilesystem: true,
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'] },
  })
  assert.deepEqual([Object.keys(container.resources.requests), Object.keys(container.resources.limits)], [['cpu', 'memory'], ['memory']])
  const drainSeconds = 25
  assert.ok(pod.terminationGracePeriodSeconds >= container.lifecycle.preStop.sleep.seconds + drainSeconds + 5)
})
