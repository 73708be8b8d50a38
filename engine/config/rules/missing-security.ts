import type { Finding } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { entryOf, type FramedComponent, whereKey, whereOf } from '../framed.ts'
import { nearest } from '../near.ts'
import { channelsOf, type Project } from '../project.ts'

/** A channel that is called from outside says who may call it; that everybody may must be said, and means that there is nobody else to name. */
export function missingSecurity(project: Project): readonly Finding[] {
  return channelsOf(project).flatMap(({ channel }) => {
    const said = entryOf(channel.modifiers, 'security')
    if (said === undefined) {
      if (channel.schema['x-served'] !== true || isMisspelt(channel)) return []
      const [entry] = project.declarations.security.keys()
      const hint = `write ${entry === undefined ? '' : `security: ${entry}, or `}security: none for everybody`
      return [errorAt(whereKey(channel), 'missing-security', `channel ${channel.type} does not say who may call it`, { hint })]
    }
    const names = said.kind === 'list' ? said.items : []
    const none = names.find(item => item.kind === 'scalar' && item.value === 'none')
    if (said.kind === 'list' && names.length === 0)
      return [
        errorAt(whereOf(said), 'missing-security', `channel ${channel.type} does not say who may call it`, {
          hint: 'write security: none for everybody',
        }),
      ]
    if (none === undefined || names.length === 1) return []
    return [
      errorAt(whereOf(none), 'wrong-value', '"none" lets everybody in, and stands alone', {
        hint: 'take it away, or take the others away',
      }),
    ]
  })
}

/** `securty`: an unknown field, which says enough. */
const isMisspelt = ({ modifiers }: FramedComponent): boolean =>
  [...modifiers.entries.keys()].some(name => nearest(name, ['security']) !== undefined)
