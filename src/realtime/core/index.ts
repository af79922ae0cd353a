export { type FromBrowser, liveLimits, readFrame } from './frame.ts'
export { type FrameFault, frameFaults, sentFrames, type ToBrowser, takenFrames } from './frame-schema.ts'
export { fullPatience, type Patience, rest, takeFault, takeFrame } from './patience.ts'
export { type Listener, mayHear, type Topic } from './topics.ts'
