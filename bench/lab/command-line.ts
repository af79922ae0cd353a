/** The command line of a script: `--help` tells the usage; whoever says what cannot be is told so, and what would be right. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'

/** Ends the process with 0 after `--help` or `-h`, and with 2 when an option is unknown or has no value. */
export function readOptions<Options extends ParseArgsOptionsConfig>(usage: string, options: Options) {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    console.log(usage)
    process.exit(0)
  }
  try {
    return parseArgs({ options, strict: true }).values
  } catch (error) {
    return refuse(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
  }
}

/** A number of at least `least`. */
export function readNumber(option: string, value: string, least: number): number {
  const number = Number(value)
  return value.trim() !== '' && number >= least && Number.isFinite(number)
    ? number
    : refuse(`--${option} is a number, ${least} or more: not ${JSON.stringify(value)}`)
}

/** Those of `all` that were asked for. */
export function readNames<Name extends string>(
  kind: string,
  asked: readonly string[],
  all: readonly Name[],
): ReadonlySet<Name> {
  const strange = asked.filter((name) => !(all as readonly string[]).includes(name))
  if (strange.length === 0) return new Set(asked as Name[])
  return refuse(`No ${kind} is called ${strange.join(', ')}; there are\n  ${all.join('\n  ')}`)
}

function refuse(why: string): never {
  console.error(why)
  process.exit(2)
}
