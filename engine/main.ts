import { runCommand } from './cli/cli.ts'

/** The process: arguments in, exit code out. The only place that ends it. */
export async function main(): Promise<void> {
  const code = await runCommand(process.argv.slice(2), {
    environment: process.env,
    folder: process.cwd(),
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    input: process.stdin,
    terminal: process.stdout.isTTY === true,
  })
  process.exit(code)
}
