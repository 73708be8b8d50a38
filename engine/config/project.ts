import type { Definition } from '../core/component.ts'
import type { Json } from '../core/message.ts'
import type { Kind, ListenerModel } from '../core/model.ts'
import type { Declarations } from './declarations.ts'
import type { Templates, Trees } from './expressions.ts'
import { entryOf, type Framed, type FramedComponent } from './framed.ts'
import type { Memory } from './memory.ts'
import type { Catalogue } from './schema-of.ts'

/** Everything that is known of a folder after its parts have been looked at one by one: what rules ask, and what is frozen in the end. */
export interface Project {
  /** Keeps what rules find out about a thing for as long as it stays the same. */
  readonly memory: Memory
  readonly catalogue: Catalogue
  readonly declarations: Declarations
  /** Every component that is declared, steps included. */
  readonly components: readonly FramedComponent[]
  /** Documents of tests. */
  readonly tests: readonly Framed[]
  /** Some file could not be read: that something is not declared proves nothing. */
  readonly incomplete: boolean
  readonly messageSchemas: ReadonlyMap<string, Json>
  readonly templates: Templates
  readonly trees: Trees
  readonly listeners: ReadonlyMap<string, ListenerModel>
  /** The definition of a component's type; undefined where its module could not be loaded. */
  readonly definition: (kind: Kind, type: string) => Definition | undefined
  /** Frozen configurations of the components that nothing is wrong with. */
  readonly configs: ReadonlyMap<FramedComponent, unknown>
  /** Over the code of a plugin; undefined for what is built in. */
  readonly version: (kind: Kind, type: string) => string | undefined
}

export interface DeclaredChannel {
  readonly pipeline: string
  readonly channel: FramedComponent
}

/** The channels of all pipelines. */
export const channelsOf = ({ declarations }: Pick<Project, 'declarations'>): readonly DeclaredChannel[] =>
  [...declarations.pipelines].flatMap(([pipeline, framed]) => {
    const list = entryOf(framed, 'channels')
    const items = list?.kind === 'list' ? list.items : []
    return items.filter(item => item.kind === 'component').map(channel => ({ pipeline, channel }))
  })

/** All that is declared and may hold components. */
export const thingsOf = ({ connectors, security, pipelines }: Declarations): readonly Framed[] =>
  [connectors, security, pipelines].flatMap(named => [...named.values()])
