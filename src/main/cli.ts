/**
 * `node src/main/cli.ts <command> [arguments] [then <command> …]`: what is done to the system from outside its processes, one file
 * a command. Several run one after another in one process; the first that fails ends it.
 */
type Command = {
  readonly summary: string
  /** Words that may follow, as usage; not given: none. */
  readonly takes?: string
  /** Throws when it fails; the message is printed as one line and the exit code is 1. */
  run(env: NodeJS.ProcessEnv, args: readonly string[]): Promise<void>
}

const commands: Record<string, () => Promise<Command>> = {
  migrate: () => import('./commands/migrate.ts'),
  'seed-demo': () => import('./commands/seed-demo.ts'),
  'render-asterisk': () => import('./commands/render-asterisk.ts'),
  'render-prompts': () => import('./commands/render-prompts.ts'),
  journal: () => import('./commands/journal.ts'),
  refold: () => import('./commands/refold.ts'),
}

async function help(): Promise<void> {
  console.log('Commands:')
  for (const [name, load] of Object.entries(commands)) console.log(`  ${name.padEnd(16)} ${(await load()).summary}`)
}

/** Whether it went well. */
async function runOne([name = 'help', ...args]: readonly string[]): Promise<boolean> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    await help()
    return name === 'help' || name === '--help'
  }
  try {
    const { run, takes } = await load()
    if (takes === undefined && args.length > 0) throw new Error(`takes no arguments: ${args.join(' ')}`)
    if (args.includes('--help')) console.log(`${name} ${takes}`)
    else await run(process.env, args)
    return true
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`)
    if (process.env['HOTLINE_LOG_LEVEL'] === 'debug') console.error(error)
    return false
  }
}

let rest = process.argv.slice(2)
do {
  const end = rest.includes('then') ? rest.indexOf('then') : rest.length
  if (!(await runOne(rest.slice(0, end)))) {
    process.exitCode = 1
    break
  }
  rest = rest.slice(end + 1)
} while (rest.length > 0)
