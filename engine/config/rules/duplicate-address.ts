import type { Finding, Where } from '../../core/finding.ts'
import { errorAt } from '../finding-at.ts'
import { whereKey } from '../framed.ts'
import { claimsOf } from '../holdings.ts'
import type { Project } from '../project.ts'

/** Two that want what only one can have: a socket address, or whatever else components lay claim to. */
export function duplicateAddress(project: Project): readonly Finding[] {
  const listeners = [...project.listeners.values()].filter(({ port }) => port !== 0)
  const addresses = listeners.map(({ name, host, port, where }) => ({
    claim: `tcp:${host}:${port}`,
    shown: `${host}:${port}`,
    owner: `listener "${name}"`,
    where,
  }))
  const claims = project.components.flatMap(component =>
    claimsOf(component, project).map(claim => ({
      claim,
      shown: claim,
      owner: `${component.component} ${component.type}`,
      where: whereKey(component),
    })),
  )
  return [...Map.groupBy([...addresses, ...claims], ({ claim }) => claim).values()].flatMap(([first, ...others]) =>
    others.flatMap(({ shown, where }) => (first === undefined ? [] : [twice(shown, first.owner, first.where, where)])),
  )
}

const twice = (shown: string, owner: string, first: Where, second: Where): Finding =>
  errorAt(second, 'duplicate-address', `${shown} is taken by ${owner} already`, {
    hint: 'give one of them another',
    related: [{ where: first, text: 'taken here first' }],
  })
