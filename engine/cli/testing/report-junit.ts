import { buildDocument, type XmlNode } from '../../formats/xml-document.ts'
import type { TestResult } from './run-tests.ts'

/** JUnit's XML, as build servers read it: a suite for each pipeline. Seconds. */
export function asJunit(results: readonly TestResult[]): string {
  const pipelines = [...new Set(results.map(({ pipeline }) => pipeline))]
  const suites = pipelines.map(pipeline =>
    suite(
      pipeline,
      results.filter(result => result.pipeline === pipeline),
    ),
  )
  return buildDocument({ name: 'testsuites', attributes: { name: 'sluice', ...totals(results) }, children: suites })
}

const suite = (pipeline: string, results: readonly TestResult[]): XmlNode => ({
  name: 'testsuite',
  attributes: { name: pipeline, ...totals(results) },
  children: results.map(testcase),
})

function testcase({ name, pipeline, file, line, durationMs, failures }: TestResult): XmlNode {
  const [message] = failures
  const failure = {
    name: 'failure',
    attributes: { message: message === undefined ? '' : printable(message) },
    text: printable(failures.join('\n')),
  }
  return {
    name: 'testcase',
    attributes: { name: printable(name), classname: pipeline, file, line, time: durationMs / 1000 },
    children: message === undefined ? [] : [failure],
  }
}

const totals = (results: readonly TestResult[]): NonNullable<XmlNode['attributes']> => ({
  tests: results.length,
  failures: results.filter(({ failures }) => failures.length > 0).length,
  time: results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000,
})

/** XML 1.0 has no control characters, not even escaped. */
const printable = (text: string): string => text.replace(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
