import { asSluiceError } from '../core/errors.ts'
import type { Registry } from '../registry/registry.ts'
import type { Outcome } from '../runtime/outcome.ts'
import { codeFrame } from './code-frame.ts'
import type { Invocation } from './command.ts'
import { counted, printFindings } from './findings.ts'
import type { Gateway } from './gateway.ts'
import { outcomeSentence } from './outcomes.ts'
import { readyScreen } from './ready-screen.ts'
import { briefReport } from './testing/report.ts'
import { runRound } from './testing/round.ts'

interface DevScreenOptions {
  readonly invocation: Invocation
  readonly registry: Registry
  /** `performance.now()` of the start. */
  readonly started: number
}

/** What is said of each outcome, one after the other: findings with their lines of YAML, the ready screen once, the tests. */
export class DevScreen {
  readonly #options: DevScreenOptions
  /** Outcomes from before the gateway was there. */
  readonly #early: Outcome[] = []
  #gateway: Gateway | undefined
  #ready = false
  #saying: Promise<void> = Promise.resolve()

  constructor(options: DevScreenOptions) {
    this.#options = options
  }

  readonly told = (outcome: Outcome): void => {
    if (this.#gateway === undefined) this.#early.push(outcome)
    else this.#queue(outcome, this.#gateway)
  }

  show(gateway: Gateway): void {
    this.#gateway = gateway
    for (const outcome of this.#early) this.#queue(outcome, gateway)
  }

  /** Resolves when all is said. */
  async quiet(): Promise<void> {
    await this.#saying
  }

  #queue(outcome: Outcome, gateway: Gateway): void {
    const { terminal } = this.#options.invocation
    const fail = (error: unknown): void => terminal.out(`sluice: ${asSluiceError(error).message}\n`)
    this.#saying = this.#saying.then(() => this.#say(outcome, gateway)).catch(fail)
  }

  async #say(outcome: Outcome, gateway: Gateway): Promise<void> {
    const { invocation, registry } = this.#options
    const { terminal } = invocation
    for (const finding of outcome.findings) {
      printFindings([finding], { terminal, format: 'text' })
      terminal.out(`${codeFrame(finding)}\n`)
    }
    terminal.out(this.#headline(outcome, gateway))
    if (outcome.kind === 'broken' || outcome.kind === 'refused') return
    await registry.refresh()
    await runRound({ invocation, registry, report: briefReport, live: false, quiet: true })
  }

  #headline(outcome: Outcome, gateway: Gateway): string {
    const { invocation, started } = this.#options
    if (outcome.kind === 'broken') return `${counted(outcome.findings)}: nothing runs yet, a change is waited for\n`
    if (this.#ready || outcome.kind !== 'applied') return `${outcomeSentence(outcome)}\n`
    this.#ready = true
    return readyScreen(gateway, invocation.settings, performance.now() - started)
  }
}
