export { type FrameFault, type FromBrowser, frameFaults, liveLimits, readFrame, type ToBrowser } from './frame.ts'
export { fullPatience, type Patience, rest, takeFault, takeFrame } from './patience.ts'
export { type Listener, mayHear, type Topic } from './topics.ts'
