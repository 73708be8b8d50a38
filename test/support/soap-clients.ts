import { execFile, spawnSync } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createClientAsync } from 'soap'

/** What a client made of an answer: the rate; or the fault's text, and the message in the element of its detail. */
export type Outcome = { readonly rate: string } | { readonly fault: string; readonly detail: string }

/** A SOAP client of somebody else. */
export interface SoapClient {
  readonly name: string
  /** Why it cannot be used here, after an attempt to install it where that is possible. */
  missing(): string | undefined
  /** Reads the WSDL of the rates service, and asks by 1.1 and by 1.2 for the rate of each day of September 2013. */
  ask(wsdl: string, days: readonly number[]): Promise<readonly Outcome[]>
}

const run = promisify(execFile)
const python = '/usr/bin/python3'
const tools = '/usr/share/jaxws/lib/jaxws-tools.jar'

const nodeSoap: SoapClient = {
  name: 'soap for Node',
  missing: () => undefined,
  ask: async (wsdl, days) => {
    const outcomes: Outcome[] = []
    for (const version of ['Soap11', 'Soap12']) {
      const client = await createClientAsync(wsdl, { forceSoap12Headers: version === 'Soap12' })
      const call = promisify(client['RatesService'][`RatesService${version}`]['get-rates'])
      for (const day of days) outcomes.push(await call({ year: 2013, month: 9, day }).then(pickRate, pickFault))
    }
    return outcomes
  },
}

const zeep: SoapClient = {
  name: 'zeep for Python',
  missing: () => provide(() => works(python, '-c', 'import zeep'), 'python3-zeep'),
  ask: async (wsdl, days) => {
    const { stdout } = await run(python, ['-c', zeepScript, wsdl, ...days.map(String)])
    return JSON.parse(stdout)
  },
}

const jaxws: SoapClient = {
  name: 'wsimport for Java',
  missing: () => provide(() => works('wsimport', '-version') && works('javac', '-version'), 'jaxws', 'default-jdk-headless'),
  ask: async (wsdl, days) => {
    const folder = await mkdtemp(join(tmpdir(), 'wsimport-'))
    try {
      await run('wsimport', ['-extension', '-quiet', '-Xnocompile', '-p', 'rates', '-s', folder, wsdl])
      await writeFile(join(folder, 'Ask.java'), javaSource)
      // All of them by name: package-info, which holds the namespace, is nobody's import.
      const sources = (await readdir(folder, { recursive: true })).filter(name => name.endsWith('.java'))
      await run('javac', ['-nowarn', '-cp', tools, '-d', folder, ...sources.map(name => join(folder, name))])
      const { stdout } = await run('java', ['-cp', `${tools}:${folder}`, 'Ask', wsdl, ...days.map(String)])
      return JSON.parse(stdout)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

export const soapClients: readonly SoapClient[] = [nodeSoap, zeep, jaxws]

const zeepScript = `
import json, sys, zeep
client = zeep.Client(sys.argv[1])
outcomes = []
for port in ('RatesServiceSoap11', 'RatesServiceSoap12'):
    service = client.bind('RatesService', port)
    for day in sys.argv[2:]:
        try:
            outcomes.append({'rate': service['get-rates'](year=2013, month=9, day=int(day))})
        except zeep.exceptions.Fault as fault:
            detail = client.wsdl.types.deserialize(fault.detail[0])
            outcomes.append({'fault': fault.message, 'detail': detail.message})
print(json.dumps(outcomes))
`

const javaSource = `
import rates.*;
public class Ask {
  public static void main(String[] arguments) throws Exception {
    RatesService service = new RatesService(new java.net.URL(arguments[0]));
    RatesServicePortType[] ports = { service.getRatesServiceSoap11(), service.getRatesServiceSoap12() };
    StringBuilder outcomes = new StringBuilder();
    for (RatesServicePortType port : ports)
      for (int at = 1; at < arguments.length; at++) {
        outcomes.append(outcomes.length() == 0 ? "[" : ",");
        try {
          outcomes.append("{\\"rate\\":\\"" + port.getRates(2013L, 9, Integer.parseInt(arguments[at])) + "\\"}");
        } catch (NoRateFault fault) {
          outcomes.append("{\\"fault\\":\\"" + fault.getMessage().split("\\n")[0] + "\\",\\"detail\\":\\"" + fault.getFaultInfo().getMessage() + "\\"}");
        }
      }
    System.out.println(outcomes + "]");
  }
}
`

function pickRate(result: unknown): Outcome {
  return { rate: String(dig(result, 'rate')) }
}

function pickFault(error: unknown): Outcome {
  const fault = dig(error, 'root', 'Envelope', 'Body', 'Fault')
  const text = dig(fault, 'faultstring') ?? dig(fault, 'Reason', 'Text', '$value')
  const detail = dig(fault, 'detail') ?? dig(fault, 'Detail')
  return { fault: String(text), detail: String(dig(detail, 'no-rate', 'message')) }
}

function dig(value: unknown, ...names: readonly string[]): unknown {
  let at = value
  for (const name of names) at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined
  return at
}

const works = (command: string, ...options: readonly string[]): boolean => spawnSync(command, options).status === 0

function provide(there: () => boolean, ...packages: readonly string[]): string | undefined {
  if (there()) return undefined
  if (process.getuid?.() === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', ...packages], { env, stdio: 'ignore' })
    if (there()) return undefined
  }
  return `it needs apt-get install ${packages.join(' ')}`
}
