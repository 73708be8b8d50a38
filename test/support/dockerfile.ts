import { readFileSync } from 'node:fs'

export interface Instruction {
  readonly name: string
  /** `--from=build` is `from: 'build'`. */
  readonly flags: Readonly<Record<string, string>>
  /** Behind the flags. */
  readonly text: string
  readonly line: number
}

/** A stage of a Dockerfile: its `FROM`, and what follows. */
export interface Stage {
  readonly image: string
  readonly name: string | undefined
  readonly instructions: readonly Instruction[]
}

/** One instruction a line, as ours is written; a line that is none throws. */
export function readDockerfile(path: string): readonly Stage[] {
  const stages: { image: string; name: string | undefined; instructions: Instruction[] }[] = []
  for (const [at, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const instruction = readLine(line, at + 1)
    if (instruction.name !== 'FROM') stages.at(-1)?.instructions.push(instruction)
    else {
      const [image = '', , name] = instruction.text.split(' ')
      stages.push({ image, name, instructions: [] })
    }
  }
  return stages
}

/** The words of an instruction in exec form. Throws for the form that a shell would read. */
export function execForm(text: string): readonly string[] {
  const words: unknown = JSON.parse(text)
  if (!Array.isArray(words)) throw new Error(`not in exec form: ${text}`)
  return words.map(String)
}

/** What `ENV` says, later ones over earlier ones. */
export function environmentOf(stage: Stage): Readonly<Record<string, string>> {
  return Object.fromEntries(all(stage, 'ENV').map(({ text }) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)]))
}

export const all = (stage: Stage, name: string): readonly Instruction[] => stage.instructions.filter(one => one.name === name)

/** The one instruction of this name. */
export function only(stage: Stage, name: string): Instruction {
  const [found, ...more] = all(stage, name)
  if (found === undefined || more.length > 0) throw new Error(`there should be one ${name}`)
  return found
}

function readLine(line: string, number: number): Instruction {
  const [, name, flags = '', text] = /^([A-Z]+) ((?:--[a-z-]+=\S+ )*)(\S.*)$/.exec(line) ?? []
  if (name === undefined || text === undefined) throw new Error(`Dockerfile:${number}: not an instruction on one line: ${line}`)
  const pairs = [...flags.matchAll(/--([a-z-]+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value])
  return { name, flags: Object.fromEntries(pairs), text, line: number }
}
