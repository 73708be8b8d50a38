import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Json } from '../core/message.ts'

/** Every schema file below a folder, by its `$id`. A schema file existing is the registration of its component. */
export async function readDocuments(folder: string): Promise<ReadonlyMap<string, Json>> {
  const names = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.json')).sort()
  const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')))
  return new Map(texts.map(text => identified(JSON.parse(text))))
}

function identified(document: { readonly $id: string } & { readonly [key: string]: Json }): readonly [string, Json] {
  return [document.$id, document]
}
