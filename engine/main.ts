import { runCommand } from './cli/cli.ts'

/** The process: arguments in, exit code out. The only place that ends it. */
export async function main(): Promise<void> {
  // Who read what is printed may be gone, a pager or a collector of logs: the work goes on without it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined)
  const code = await runCommand(process.argv.slice(2), {
    environment: process.env,
    folder: process.cwd(),
    out: text => void process.stdout.write(text),
    err: text => void process.stderr.write(text),
    input: process.stdin,
    terminal: process.stdout.isTTY === true,
  })
  await Promise.all([written(process.stdout), written(process.stderr)])
  process.exit(code)
}

/** A pipe takes what it is given bit by bit; whoever does not read it is waited for ten seconds. */
async function written(stream: NodeJS.WriteStream): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await new Promise<void>(resolve => {
    timer = setTimeout(resolve, 10_000)
    stream.write('', () => resolve())
  })
  clearTimeout(timer)
}
