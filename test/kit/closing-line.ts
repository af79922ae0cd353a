/**
 * Prints `N passed, N failed, N skipped` as the last line of a run, for people and scripts that read only that.
 * `HOTLINE_TEST_TALLY` names a file to which the three numbers are appended, `HOTLINE_TEST_FAILURES` one to which what
 * failed is: whoever keeps only the end of a long log still reads which test it was, and why.
 */
import { appendFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const failures: string[] = []
    const fail = (where: string, errors: readonly SerializedError[]) => failures.push(told(where, errors))
    for (const error of unhandled) fail('(no test)', [error])
    let [passed, skipped] = [0, 0]
    for (const module of modules) {
      const file = `${module.project.name} ${module.relativeModuleId}`
      // A file that cannot be loaded has no tests that could fail.
      for (const error of module.errors()) fail(file, [error])
      for (const suite of module.children.allSuites())
        for (const error of suite.errors()) fail(`${file} > ${suite.fullName}`, [error])
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') passed += 1
        else if (result.state === 'failed') fail(`${file} > ${test.fullName}`, result.errors)
        else skipped += 1
      }
    }
    append('HOTLINE_TEST_FAILURES', failures.join(''))
    append('HOTLINE_TEST_TALLY', `${passed} ${failures.length} ${skipped}\n`)
    console.log(`${passed} passed, ${failures.length} failed, ${skipped} skipped`)
  }
}

function append(variable: string, text: string): void {
  const file = process.env[variable]
  if (file) appendFileSync(file, text)
}

/** At most 40 lines of one failure: where, the message with its difference, and the lines of ours it came from. */
function told(where: string, errors: readonly SerializedError[]): string {
  const lines = errors.flatMap((error) => [
    ...`${error.name ?? 'Error'}: ${error.message}`.split('\n'),
    ...(typeof error.diff === 'string' ? error.diff.split('\n') : []),
    ...(error.stacks ?? []).map((frame) => `at ${frame.file}:${frame.line}`),
  ])
  return [
    `✗ ${where}`,
    ...lines.slice(0, 40).map((line) => `    ${stripVTControlCharacters(line).slice(0, 400)}`),
    '',
  ].join('\n')
}
