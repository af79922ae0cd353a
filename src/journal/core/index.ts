export type { Fact, NewFact } from './fact.ts'
