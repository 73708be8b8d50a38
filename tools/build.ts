/** Writes dist/: the engine as JavaScript, for the published package, since Node strips no types below node_modules. It has the depth of engine/. */
import { spawnSync } from 'node:child_process'
import { cpSync, rmSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../', import.meta.url))

rmSync(`${root}dist`, { recursive: true, force: true })
const { status } = spawnSync(process.execPath, ['node_modules/typescript7/bin/tsc', '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
})
if (status !== 0) process.exit(1)
cpSync(`${root}engine`, `${root}dist`, { recursive: true, filter: isAsset })

/** What is neither code nor at the package's doors: data that modules read from beside them. */
function isAsset(path: string): boolean {
  return statSync(path).isDirectory() || !/\.(ts|js)$/.test(path)
}
