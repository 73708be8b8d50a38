/**
 * `sluice/plugin` where it is imported outside a running gateway, by the tests of a plugin: the sources in a checkout, dist/ in the published
 * package. It has the values of plugin.ts; its types are those of plugin.ts too.
 */
import { existsSync } from 'node:fs'

const contract = await import(existsSync(new URL('plugin.ts', import.meta.url)) ? './plugin.ts' : '../dist/plugin.js')

export const { Secret, SluiceError, defineConnector, defineConsuming, defineFormat, defineSecurity, defineServed, defineTransform } =
  contract
