/**
 * Prompts as sound files that Asterisk plays without converting anything: raw a-law, 8 kHz. What a text sounds like is kept
 * under the hash of text, voice and engine (`store/`), and `<name>.alaw` is a link to it. So nothing is rendered twice, a
 * changed text takes effect at once and whole, and a recorded voice can take the place of a rendered one.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'

/** Turns text into a sound file's bytes. `id` names engine, voice and settings: another id, another recording. */
export type SpeechEngine = {
  readonly id: string
  speak(text: string): Promise<Buffer>
}

/** Runs a program with `input` on its standard input and answers its standard output; throws with its complaint. */
export type RunProgram = (command: readonly string[], input: Buffer | string) => Promise<Buffer>

/** `prefix`: words that enter the place where the programs are (the private root); empty when they are on the PATH. */
export function programRunner(prefix: readonly string[]): RunProgram {
  return (command, input) =>
    new Promise((resolve, reject) => {
      const [program = '', ...rest] = [...prefix, ...command]
      const child = spawn(program, rest, { stdio: 'pipe' })
      const out: Buffer[] = []
      let complaint = ''
      child.stdout.on('data', (part: Buffer) => out.push(part))
      child.stderr.on('data', (part: Buffer) => {
        complaint = `${complaint}${part}`.slice(-400)
      })
      child.stdin.on('error', () => {}) // it ended early; its exit code says why
      child.once('error', reject)
      child.once('close', (code) => {
        if (code === 0) resolve(Buffer.concat(out))
        else reject(new Error(`${command[0]} failed with code ${code}: ${complaint.trim()}`))
      })
      child.stdin.end(input)
    })
}

const rawAlaw = ['-t', 'raw', '-e', 'a-law', '-b', '8', '-r', '8000', '-c', '1', '-']

/** espeak-ng, offline and free; 1.51 and older cannot read Chinese characters. */
export function espeakEngine(run: RunProgram, language: 'zh' | 'en'): SpeechEngine {
  const voice = { zh: 'cmn', en: 'en-gb' }[language]
  const wordsPerMinute = 210
  return {
    id: `espeak-ng/${voice}/${wordsPerMinute}/1`,
    async speak(text) {
      const spoken = await run(
        ['espeak-ng', '-b', '1', '-v', voice, '-s', String(wordsPerMinute), '--stdin', '--stdout'],
        text,
      )
      // -D: no dither, so that the same text gives the same bytes. Telephone band; a breath of silence at both ends.
      const band = ['highpass', '200', 'lowpass', '3400', 'norm', '-3', 'pad', '0.1', '0.15']
      return run(['sox', '-D', '-t', 'wav', '--ignore-length', '-', ...rawAlaw, ...band], spoken)
    },
  }
}

/**
 * Makes what is missing in `dir` and links each name to what its text sounds like. Answers how many were rendered.
 * Throws at the first text that cannot be spoken; what is there stays.
 */
export async function renderPrompts(
  dir: string,
  texts: Readonly<Record<string, string>>,
  engine: SpeechEngine,
): Promise<{ rendered: number }> {
  await mkdir(join(dir, 'store'), { recursive: true })
  let rendered = 0
  for (const [name, text] of Object.entries(texts)) {
    const kept = `store/${hashOf(engine.id, text)}.alaw`
    if (!existsSync(join(dir, kept))) {
      const sound = await engine.speak(text)
      if (sound.length < 800) throw new Error(`prompt ${name}: "${text}" came out as ${sound.length / 8} ms of sound`)
      await putWhole(join(dir, kept), sound)
      rendered += 1
    }
    await link(dir, `${name}.alaw`, kept)
  }
  return { rendered }
}

/** Keeps a sound made by a recipe, under the recipe's hash. `name` may lie in a folder (`music/waiting`). */
export async function keepSound(dir: string, name: string, recipe: string, make: () => Promise<Buffer>): Promise<void> {
  await mkdir(join(dir, 'store'), { recursive: true })
  const kept = `store/${hashOf('recipe', recipe)}.alaw`
  if (!existsSync(join(dir, kept))) await putWhole(join(dir, kept), await make())
  await mkdir(dirname(join(dir, name)), { recursive: true })
  await link(dir, `${name}.alaw`, relative(dirname(name), kept))
}

const hashOf = (maker: string, from: string) =>
  createHash('sha256').update(`${maker}\0${from}`).digest('hex').slice(0, 24)

async function putWhole(path: string, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.new`, bytes, { mode: 0o644 })
  await rename(`${path}.new`, path)
}

/** Points `name` at `target` in one step: a call that plays the old sound plays it to its end. */
async function link(dir: string, name: string, target: string): Promise<void> {
  const path = join(dir, name)
  if ((await readlink(path).catch(() => undefined)) === target) return
  await rm(`${path}.new`, { force: true })
  await symlink(target, `${path}.new`)
  await rename(`${path}.new`, path)
}

/**
 * Music for those who wait: slow chords of plucked strings over a soft bed, made by sox. Low and full of partials, so
 * that no steady tone stands out from it, and never silent, so that a caller knows that the line is alive.
 */
export async function waitingMusic(run: RunProgram): Promise<Buffer> {
  const parts: Buffer[] = []
  for (const chord of chords) {
    const strings = chord.flatMap((note) => ['pluck', note])
    // Strings enter one after another, like an arpeggio, and ring on.
    const delays = chord.map((_, at) => String(at * 0.25))
    const seconds = String(secondsAChord)
    const shape = ['delay', ...delays, 'remix', '-', 'fade', 't', '0.05', seconds, '0.3', 'gain', '-n', '-6']
    parts.push(await run(['sox', '-R', '-D', '-n', ...pcm(), 'synth', seconds, ...strings, ...shape], ''))
  }
  const melody = Buffer.concat(parts)
  const length = String(chords.length * secondsAChord)
  const bed = await run(
    ['sox', '-R', '-D', '-n', ...pcm(), 'synth', length, 'brownnoise', 'lowpass', '700', 'gain', '-n', '-24'],
    '',
  )
  return run(['sox', '-D', ...pcm(), ...rawAlaw, 'lowpass', '950', 'gain', '-n', '-6'], sumOf(melody, bed))
}

const secondsAChord = 3
const chords = [
  ['C3', 'E3', 'G3', 'C4'],
  ['A2', 'C3', 'E3', 'A3'],
  ['F2', 'A2', 'C3', 'F3'],
  ['G2', 'B2', 'D3', 'G3'],
  ['E2', 'G2', 'B2', 'E3'],
  ['A2', 'C3', 'E3', 'C4'],
  ['D3', 'F3', 'A3', 'D4'],
  ['G2', 'D3', 'F3', 'B3'],
]
const pcm = () => ['-t', 'raw', '-e', 'signed', '-b', '16', '-r', '8000', '-c', '1', '-']

function sumOf(one: Buffer, other: Buffer): Buffer {
  const sum = Buffer.alloc(Math.min(one.length, other.length))
  for (let at = 0; at + 1 < sum.length; at += 2) {
    const value = one.readInt16LE(at) + other.readInt16LE(at)
    sum.writeInt16LE(Math.max(-32_768, Math.min(32_767, value)), at)
  }
  return sum
}
