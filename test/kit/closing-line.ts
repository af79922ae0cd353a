/** Prints `N passed, N failed, N skipped` as the last line of a run, for people and scripts that read only that. */
import { appendFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    let [passed, failed, skipped] = [0, unhandled.length, 0]
    for (const module of modules) {
      // A file that cannot be loaded has no tests that could fail.
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const { state } = test.result()
        if (state === 'passed') passed += 1
        else if (state === 'failed') failed += 1
        else skipped += 1
      }
      for (const suite of module.children.allSuites()) failed += suite.errors().length
    }
    const tally = process.env['HOTLINE_TEST_TALLY']
    if (tally) appendFileSync(tally, `${passed} ${failed} ${skipped}\n`)
    console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`)
  }
}
