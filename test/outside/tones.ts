/**
 * Each party of a story has a voice of its own: one steady tone. The tones lie within one octave, so that none is a
 * harmonic of another, and half-way between the notes of the tempered scale, so that music seldom strikes them.
 */
export const voicesInHz = [1077, 1141, 1281, 1357, 1438, 1523, 1614, 1710, 1812, 1919, 2033] as const

/** Samples a second of G.711. */
export const sampleRate = 8_000
/** Samples that are judged at once: 100 ms, so two voices 20 Hz apart are told apart. */
export const windowSamples = 800
export const windowMs = (windowSamples / sampleRate) * 1_000

/** Below this mean power (of 16-bit samples) a window is quiet: a-law's own noise is near 64, our tones near 10⁷. */
const quietPower = 2_500
/** Share of a window's energy from which on a voice counts as heard; four equal voices have 0.25 each. */
const voiceShare = 0.12
/** When less than this share of the energy belongs to known voices, something else sounds: music, speech. */
const explainedShare = 0.7

export type Sound = {
  readonly voices: readonly string[]
  /** Something that is nobody's voice: music on hold, an announcement, a ringing tone. */
  readonly other: boolean
}
export const silence: Sound = { voices: [], other: false }

/** Tells what a window of sound holds. `voices` gives the frequency of everybody who could be heard. */
export function judge(samples: Int16Array, voices: ReadonlyMap<string, number>): Sound {
  const weighted = Float64Array.from(samples, (sample, at) => sample * hann(at, samples.length))
  let energy = 0
  for (const value of weighted) energy += value * value
  // The window's own weight: the mean of hann² is 3/8.
  if (energy / (samples.length * 0.375) < quietPower) return silence
  const heard: string[] = []
  let explained = 0
  for (const [name, hz] of voices) {
    const share = shareOf(hz, weighted, energy)
    if (share < voiceShare) continue
    heard.push(name)
    explained += share
  }
  return { voices: heard, other: explained < explainedShare }
}

const hann = (at: number, length: number) => 0.5 - 0.5 * Math.cos((2 * Math.PI * at) / length)

/** Goertzel's filter; 1 when the window holds nothing but this tone, whatever its loudness. */
function shareOf(hz: number, weighted: Float64Array, energy: number): number {
  const turn = 2 * Math.cos((2 * Math.PI * hz) / sampleRate)
  let before = 0
  let last = 0
  for (const value of weighted) {
    const next = value + turn * last - before
    before = last
    last = next
  }
  const power = last * last + before * before - turn * last * before
  // For a pure tone, power is (Σ hann)² / (2 Σ hann²) = length / 3 times the energy.
  return (3 * power) / (weighted.length * energy)
}

/** G.711 a-law (ITU-T), octet to 16-bit sample. */
const fromAlaw = Int16Array.from({ length: 256 }, (_, octet) => {
  const bits = octet ^ 0x55
  const exponent = (bits & 0x70) >> 4
  const mantissa = ((bits & 0x0f) << 4) + 8
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1)
  return bits & 0x80 ? magnitude : -magnitude
})

export const decodeAlaw = (octets: Uint8Array): Int16Array => Int16Array.from(octets, (octet) => fromAlaw[octet] ?? 0)
