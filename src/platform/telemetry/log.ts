/**
 * One JSON line an event, on stdout. What must not be read by whoever reads logs is taken out here, once, whatever the
 * caller of `log` does: secrets by the name of their field, telephone numbers by field and by shape.
 */
import { writeSync } from 'node:fs'
import { type DestinationStream, type Logger, pino } from 'pino'

export type Log = Logger

const secretFields = [
  'password',
  'newPassword',
  'oldPassword',
  'secret',
  'token',
  'cookie',
  'authorization',
  'Authorization',
  'set-cookie',
  'sec-websocket-protocol',
]
const numberFields = ['number', 'callerNumber', 'caller', 'from', 'phoneNumber', 'digits']
const anywhere = (field: string) => {
  const quoted = `["${field}"]`
  return [quoted, `*${quoted}`, `*.*${quoted}`, `*.*.*${quoted}`]
}

/**
 * `13812345678` → `138****5678`. Shorter numbers keep less, so that something is hidden of each.
 * Everything that is not a telephone character is dropped: a number in a log is never markup.
 */
export function maskNumber(number: string): string {
  const plain = number.replace(/[^0-9*#+]/g, '')
  if (plain.length >= 11) return `${plain.slice(0, 3)}****${plain.slice(-4)}`
  if (plain.length >= 7) return `****${plain.slice(-3)}`
  return `${plain.slice(0, 1)}****`
}

/** Mobile numbers (with or without 86) and land lines with their area code, standing alone in a text. */
const numberInText = /(?<![\w.+-])(?:\+?86)?(?:1[3-9]\d{9}|0\d{2,3}[1-9]\d{6,7})(?![\w-])/g

/** Masks every number that stands in a text: for lines that nobody of us worded (errors of libraries, SIP headers). */
export const maskNumbersIn = (text: string): string => text.replace(numberInText, maskNumber)

const isNumberField = new Set(numberFields)
const censor = (value: unknown, path: string[]) =>
  isNumberField.has(path.at(-1)?.replace(/^\["|"\]$/g, '') ?? '') && typeof value === 'string'
    ? maskNumber(value)
    : '[hidden]'

/** `level` as pino names them (`debug`, `info`, `warn`, `error`, `silent`). Times are UTC, ISO 8601. */
export function createLog(
  { name, level = 'info' }: { name: string; level?: string },
  to: DestinationStream = toStdout(),
): Log {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: [...secretFields, ...numberFields].flatMap(anywhere), censor },
      hooks: { streamWrite: maskNumbersIn },
    },
    to,
  )
}

/** Bytes of lines that wait for a disk that refuses. */
const mostWaiting = 1024 * 1024
/**
 * A log whose disk is full loses lines; it never ends a process that calls depend on, nor keeps one from ending. Lines are written beside
 * the work, but the last words of a process that ends at once.
 */
function toStdout(): DestinationStream {
  const stdout = pino.destination({ dest: 1, maxLength: mostWaiting })
  stdout.on('error', () => undefined)
  stdout.flushSync = () => undefined // each line is written at once; what the disk has refused would be tried for ever
  return {
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0, // set by pino, before each line
    write(line: string) {
      if (this.lastLevel !== pino.levels.values['fatal']) return void stdout.write(line)
      try {
        writeSync(1, line)
      } catch {} // the disk is full
    },
  } as DestinationStream & { lastLevel: number }
}

/** For tests: says nothing. */
export const silentLog: Log = pino({ level: 'silent' })
