import { type ResolveFnOutput, registerHooks } from 'node:module'

const engine = new URL(`../plugin${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url).href
const versionOf = /[?&]v=([0-9a-f]+)/

/**
 * Lets plugins in any mounted folder import `sluice/plugin`, whatever a package.json above them says, and gives the files that
 * a plugin imports beside itself the version of the plugin: an edited helper is loaded anew with it. Returns how to take the
 * hooks away again.
 */
export function hookPlugins(folder: string): () => void {
  const base = folder.endsWith('/') ? folder : `${folder}/`
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      if (specifier === 'sluice/plugin') return { url: engine, shortCircuit: true }
      const resolved = next(specifier, context)
      if (!resolved.url.startsWith(base) || resolved.url.includes('/node_modules/')) return resolved
      const version = versionOf.exec(context.parentURL ?? '')?.[1]
      return { ...moduleAt(resolved), url: version === undefined ? resolved.url : `${resolved.url}?v=${version}` }
    },
  })
  return () => hooks.deregister()
}

/** `.ts` and `.js` of a plugin are ES modules: `npm init` writes "commonjs" into the folder above, and without a package.json Node would guess and warn. */
function moduleAt(resolved: ResolveFnOutput): ResolveFnOutput {
  const extension = /\.[tj]s(?=\?|$)/.exec(resolved.url)?.[0]
  return extension === undefined ? resolved : { ...resolved, format: `module${extension === '.ts' ? '-typescript' : ''}` }
}
