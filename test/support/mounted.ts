import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Writes what Kubernetes mounts for a ConfigMap or a Secret: files are links over `..data`, and a change is one rename of that link. Versions
 * count from 1; the one before is removed.
 */
export async function mount(folder: string, files: Readonly<Record<string, string>>, version: number): Promise<void> {
  const real = `..${version}`
  await mkdir(join(folder, real), { recursive: true })
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, real, name), text)
    if (version === 1) await symlink(`..data/${name}`, join(folder, name))
  }
  await symlink(real, join(folder, '..data_tmp'))
  await rename(join(folder, '..data_tmp'), join(folder, '..data'))
  if (version > 1) await rm(join(folder, `..${version - 1}`), { recursive: true })
}
