import { describe, expect, it } from 'vitest'
import { decodeAlaw, judge, sampleRate, silence, voicesInHz, windowSamples } from '../../outside/tones.ts'

const names = voicesInHz.map((hz) => [`v${hz}`, hz] as const)
const voices = new Map(names)

const sound = (parts: readonly (readonly [hz: number, loudness: number])[], phase = 0): Int16Array =>
  Int16Array.from({ length: windowSamples }, (_, at) =>
    parts.reduce((sum, [hz, loudness]) => sum + loudness * Math.sin((2 * Math.PI * hz * at) / sampleRate + phase), 0),
  )

/** Linear sample to a-law and back, as the telephone does it. */
const overTheLine = (samples: Int16Array): Int16Array => {
  const all = decodeAlaw(Uint8Array.from({ length: 256 }, (_, octet) => octet))
  const nearest = (sample: number) =>
    all.reduce((best, one) => (Math.abs(one - sample) < Math.abs(best - sample) ? one : best))
  return samples.map((sample) => nearest(sample))
}

describe('what a window of sound holds', () => {
  it.each(names)('%s alone is heard, and no neighbour', (name, hz) => {
    for (const loudness of [300, 7_219]) {
      expect(judge(overTheLine(sound([[hz, loudness]], 1)), voices)).toEqual({ voices: [name], other: false })
    }
  })

  it('up to four voices at once are told apart, also when one is half as loud', () => {
    const four = names.slice(2, 6)
    const heard = judge(overTheLine(sound(four.map(([, hz]) => [hz, 5_000]))), voices)
    expect(heard).toEqual({ voices: four.map(([name]) => name), other: false })
    const [one, two] = four
    if (!one || !two) throw new Error('unreachable')
    const unequal = judge(
      overTheLine(
        sound([
          [one[1], 6_000],
          [two[1], 3_000],
        ]),
      ),
      voices,
    )
    expect(unequal.voices).toEqual([one[0], two[0]])
  })

  it('a voice that is nobody’s is something else', () => {
    const [first, ...others] = names
    if (!first) throw new Error('unreachable')
    expect(judge(sound([[first[1], 5_000]]), new Map(others))).toEqual({ voices: [], other: true })
  })

  it('chords of the tempered scale are music and nobody', () => {
    for (let root = 0; root < 12; root++) {
      const note = (semitones: number) => 261.63 * 2 ** ((root + semitones) / 12)
      const chord = [0, 4, 7, 12, 16, 24].map((semitones) => [note(semitones), 2_500] as const)
      expect(judge(overTheLine(sound(chord, root)), voices)).toEqual({ voices: [], other: true })
    }
  })

  it('noise is something else; the noise floor of a-law is quiet', () => {
    let seed = 12_345
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed / 2 ** 30 - 1
    }
    const noise = (loudness: number) => Int16Array.from({ length: windowSamples }, () => loudness * next())
    expect(judge(noise(4_000), voices)).toEqual({ voices: [], other: true })
    expect(judge(noise(20), voices)).toEqual(silence)
    expect(judge(new Int16Array(windowSamples), voices)).toEqual(silence)
  })

  it('decodes a-law as G.711 has it', () => {
    expect([...decodeAlaw(Uint8Array.of(0xd5, 0x55, 0xaa, 0x2a))]).toEqual([8, -8, 32_256, -32_256])
  })
})
