export type { Fact, NewFact } from './fact.ts'
export { type Bounds, goesIn, isFilling, type Purpose, type Room, roomAfter, rooms } from './room.ts'
