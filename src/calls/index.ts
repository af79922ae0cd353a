export type { Call, CallEvent, CallFact } from './core/index.ts'
