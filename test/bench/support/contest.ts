import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root } from '../../support/gateway.ts'
import { freePort } from '../../support/ports.ts'
import { type Figures, type Load, measure, needWrk, type Peer, startPinned } from './measure.ts'

export interface Entrant {
  readonly name: string
  readonly load: Load
  /** Arguments of node. */
  readonly args: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ready?: RegExp
}

/** The work by hand: what all others are compared with. */
export const byHand = (work: string, load: Load, environment: Readonly<Record<string, string>> = {}): Entrant => ({
  name: 'by hand on node:http',
  load,
  args: [join(root, 'test/bench/peers/bare.ts')],
  environment: { WORK: work, ...environment },
})

/** The gateway on a folder of these files. */
export async function gateway(
  name: string,
  load: Load,
  folder: string,
  files: Readonly<Record<string, string>>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Entrant> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  return {
    name,
    load,
    args: [join(root, 'engine/sluice.js'), 'run'],
    environment: {
      SLUICE_CONFIG: folder,
      SLUICE_DATA: `${folder}-data`,
      SLUICE_ADMIN: `127.0.0.1:${await freePort()}`,
      SLUICE_LOG: 'info,json',
      ...environment,
    },
    ready: /sluice is ready/,
  }
}

/** Runs the entrants side by side and prints CPU a request and its ratio to the first. */
export async function contest(title: string, entrants: readonly Entrant[]): Promise<readonly (Figures & { readonly ratio: number })[]> {
  needWrk()
  const loads = new Map<string, Load>(entrants.map(entrant => [entrant.name, entrant.load]))
  const peers = await Promise.all(entrants.map(peerOf))
  const rounds = Number(process.env.BENCH_ROUNDS ?? 7)
  const seconds = Number(process.env.BENCH_SECONDS ?? 2)
  const figures = await measure(peers, peer => loads.get(peer.name) ?? { path: '/', answer: '' }, { rounds, seconds, connections: 64 })
  const base = figures[0]?.cpuUs ?? Number.NaN
  process.stdout.write(`\n${title}: CPU a request (ratio: by hand / peer, 1 is as cheap as by hand)\n`)
  const rated = figures.map(one => ({ ...one, ratio: base / one.cpuUs }))
  for (const { name, cpuUs, perSecond, ratio, rounds: counted } of rated)
    process.stdout.write(
      `  ${name.padEnd(28)} ${cpuUs.toFixed(1).padStart(7)} us  ${Math.round(perSecond).toString().padStart(7)}/s  ratio ${ratio.toFixed(2)}  (${counted} rounds)\n`,
    )
  return rated
}

export async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-bench-'))
  await work(folder).finally(() => rm(folder, { recursive: true, force: true }))
}

async function peerOf({ name, args, environment = {}, ready = /listening/ }: Entrant): Promise<Peer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  return {
    name,
    start: () =>
      startPinned(args, { PORT: String(port), SLUICE_LISTEN: `127.0.0.1:${port}`, TREASURY_URL: url, ...environment }, ready, url),
  }
}
