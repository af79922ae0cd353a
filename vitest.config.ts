import { defineConfig } from 'vitest/config'

/** One project a kind of test; what each needs is said in README.md, "Tests". */
const project = (name: string, more: Record<string, unknown> = {}) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...more },
})
const onServers = { fileParallelism: false, testTimeout: 30_000, hookTimeout: 120_000 }

export default defineConfig({
  test: {
    reporters: process.env['CI'] ? ['default', './test/kit/closing-line.ts'] : ['default'],
    passWithNoTests: false,
    // Vitest would leave one processor free for itself: of two, half.
    maxWorkers: '100%',
    // An event is awaited, not timed: a second's hiccup of a busy machine is no failure.
    expect: { poll: { timeout: 5_000 } },
    projects: [
      project('core', { testTimeout: 20_000 }),
      project('architecture'),
      project('simulation', { fileParallelism: false, disableConsoleIntercept: true }),
      project('shell', { ...onServers, globalSetup: 'test/kit/shell-services.ts' }),
      project('contract', { ...onServers, globalSetup: 'test/kit/contract-services.ts' }),
      project('telephony', { ...onServers, testTimeout: 90_000, globalSetup: 'test/kit/telephony-services.ts' }),
      project('faults', { ...onServers, testTimeout: 120_000 }),
      project('compose', { ...onServers, testTimeout: 600_000, hookTimeout: 900_000 }),
    ],
  },
})
