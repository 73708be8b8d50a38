import type { Definition } from '../core/component.ts'
import type { Model } from '../core/model.ts'
import type { StepShared } from './context.ts'
import type { CompileOptions, State } from './options.ts'
import type { LiveConnector } from './revision.ts'

/**
 * The revision around one flow, as the flow sees it. While the flow is compiled, what it looks at is noted: where that is the same in the next
 * revision, so is the flow, and from the commit on these are the surroundings of that revision. So a flow that is kept keeps no old revision alive.
 */
export class Surroundings {
  /** What the flow is compiled with. */
  readonly shared: StepShared
  /** Names of the pipelines that it runs or asks about. */
  readonly pipelines = new Set<string>()
  #now: StepShared
  #noting = true
  #model: Model | undefined
  readonly #connectors = new Map<string, LiveConnector | undefined>()
  readonly #definitions = new Map<string, readonly [...Parameters<CompileOptions['definitions']>, Definition]>()
  readonly #touched: ((state: State) => void)[] = []

  constructor(now: StepShared) {
    this.#now = now
    this.shared = this.#seen(now)
  }

  /** The flow is compiled: from here on it looks at something when a message comes, and at what is there then. */
  close(): void {
    this.#noting = false
  }

  /** Whether the same would be compiled there, but for other pipelines. */
  fits({ options }: StepShared): boolean {
    const before = this.#now.options
    return (
      constants.every(name => before[name] === options[name]) &&
      (this.#model === undefined || this.#model === options.model) &&
      [...this.#connectors].every(([name, live]) => isSame(live, options.connectors.get(name))) &&
      [...this.#definitions.values()].every(([kind, type, found]) => options.definitions(kind, type) === found)
    )
  }

  /** What outlives revisions is asked for, as by compiling. */
  touch(state: State): void {
    for (const touch of this.#touched) touch(state)
  }

  /** That revision runs from here on. */
  adopt(now: StepShared): void {
    this.#now = now
  }

  #seen(first: StepShared): StepShared {
    const now = (): StepShared => this.#now
    const options = this.#options()
    return {
      options,
      formats: first.formats,
      check: first.checks(options.state),
      checks: first.checks,
      unread: first.unread,
      nextId: first.nextId,
      get activity() {
        return now().activity
      },
      flows: { get: name => now().flows.get(name) },
      pipeline: name => {
        if (this.#noting) this.pipelines.add(name)
        return now().pipeline(name)
      },
    }
  }

  #options(): CompileOptions {
    const now = (): CompileOptions => this.#now.options
    const names = Object.keys(now()) as (keyof CompileOptions)[] // an object of just these keys
    const seen = Object.defineProperties({}, Object.fromEntries(names.map(name => [name, { enumerable: true, get: () => now()[name] }])))
    const noted = {
      model: { enumerable: true, get: () => this.#noted(now().model) },
      connectors: { enumerable: true, value: { get: (name: string) => this.#connector(name) } },
      definitions: { enumerable: true, value: this.#definition },
      state: { enumerable: true, value: { get: this.#state } },
    }
    // every key of the options, each as it is in them
    return Object.defineProperties(Object.create(seen), noted) as CompileOptions
  }

  #noted(model: Model): Model {
    if (this.#noting) this.#model = model
    return model
  }

  #connector(name: string): LiveConnector | undefined {
    const live = this.#now.options.connectors.get(name)
    if (this.#noting) this.#connectors.set(name, live)
    return live
  }

  readonly #definition: CompileOptions['definitions'] = (kind, type) => {
    const found = this.#now.options.definitions(kind, type)
    if (this.#noting) this.#definitions.set(`${kind}/${type}`, [kind, type, found])
    return found
  }

  readonly #state: State['get'] = (key, hash, make) => {
    const value = this.#now.options.state.get(key, hash, make)
    if (this.#noting) this.#touched.push(state => state.get(key, hash, () => value))
    return value
  }
}

/** What is the same in every revision of a gateway, but for the schemas of plugins. */
const constants = ['schemas', 'intake', 'load', 'store', 'deadLetters', 'node', 'access', 'called', 'stepped', 'log', 'clock'] as const

const isSame = (one: LiveConnector | undefined, other: LiveConnector | undefined): boolean =>
  one?.connector === other?.connector && one?.model === other?.model
