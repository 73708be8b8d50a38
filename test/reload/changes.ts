import { open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mount } from '../support/mounted.ts'
import { type Kind, kinds, type State } from './state.ts'
import { connected, moved, opened, scheduled, served, shaped, versioned, type World } from './world.ts'

/** One thing that is done to the folders, and how the gateway must answer it before the next is done. */
export interface Act {
  readonly outcome: 'applied' | 'refused' | 'unchanged'
  act(): Promise<void>
}

export interface Change {
  readonly kind: Kind
  readonly next: State
  readonly acts: readonly Act[]
}

/** The change with this number: every kind in turn. */
export function change(state: State, at: number, world: World): Change {
  const kind = kinds[at % kinds.length] ?? 'stepped'
  const next = { ...state, [kind]: state[kind] + 1 }
  return { kind, next, acts: acts[kind](next[kind], world, state) }
}

type Acts = (version: number, world: World, before: State) => readonly Act[]

const acts: Readonly<Record<Kind, Acts>> = {
  stepped: (version, world) => [applied(() => save(world, 'pipelines/stepped.yaml', served('stepped', versioned(version))))],
  extra: (version, world) => [
    applied(() =>
      version % 2 === 1
        ? save(world, 'pipelines/extra.yaml', served('extra', '      - transform: extra\n'))
        : rm(join(world.folder, 'pipelines/extra.yaml')),
    ),
  ],
  secured: (version, world) => [
    applied(() =>
      save(world, 'pipelines/secured.yaml', served('secured', '      - transform: secured\n', version % 2 === 1 ? 'none' : 'partner')),
    ),
  ],
  connected: (version, world) => [applied(() => save(world, 'pipelines/connected.yaml', connected(version)))],
  plugged: (version, world) => [applied(() => save(world, 'plugins/version/version.ts', `export const version = ${version}\n`))],
  passworded: (version, world) => [applied(() => mount(join(world.folder, 'secrets'), { password: `password ${version % 2}` }, version))],
  certified: (version, world) => [applied(() => save(world, 'certificates/ca.pem', world.authorities[version % 2 === 1 ? 0 : 1]))],
  overlaid: (version, world) => [
    applied(() => save(world, 'overlay/overlaid.yaml', `pipelines:\n  overlaid:\n    steps:\n${versioned(version)}`)),
  ],
  halved: (version, world) => {
    const file = join(world.folder, 'pipelines/halved.yaml')
    const text = served('halved', versioned(version))
    return [
      { outcome: 'refused', act: () => writeOver(file, text.slice(0, text.indexOf('set:') + 2)) },
      applied(() => writeOver(file, text)),
    ]
  },
  mounted: (version, world) => [
    applied(() => mount(join(world.folder, 'mounted'), { 'mounted.yaml': served('mounted', versioned(version)) }, version)),
  ],
  moved: (version, world) => [applied(() => save(world, 'pipelines/moved.yaml', moved(version, world.ports)))],
  opened: (version, world) => [applied(() => save(world, 'pipelines/opened.yaml', opened(version, world.ports)))],
  scheduled: (version, world) => [applied(() => save(world, 'pipelines/scheduled.yaml', scheduled(version)))],
  shaped: (version, world) => [applied(() => save(world, 'schemas/shaped.json', shaped(version)))],
  // An error beside changes that must not be seen; they are taken back before it.
  broken: (_version, world, before) => [
    {
      outcome: 'refused',
      async act() {
        await save(world, 'pipelines/broken.yaml', served('wrong', '      - trnasform: wrong\n'))
        await save(world, 'pipelines/stepped.yaml', served('stepped', versioned(-1)))
      },
    },
    {
      outcome: 'unchanged',
      async act() {
        await save(world, 'pipelines/stepped.yaml', served('stepped', versioned(before.stepped)))
        await rm(join(world.folder, 'pipelines/broken.yaml'))
      },
    },
  ],
}

const applied = (act: () => Promise<void>): Act => ({ outcome: 'applied', act })

/** In its place, without a moment in which it is empty: that is a whole configuration too. */
async function writeOver(file: string, text: string): Promise<void> {
  await using handle = await open(file, 'r+')
  const { bytesWritten } = await handle.write(text, 0)
  await handle.truncate(bytesWritten)
}

/** As editors do. */
async function save({ folder }: World, name: string, text: string): Promise<void> {
  const file = join(folder, name)
  await writeFile(`${file}~`, text)
  await rename(`${file}~`, file)
}
