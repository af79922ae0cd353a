/** Demo data. Six queues of the hall. */
export type Queue = {
  readonly id: string
  readonly name: string
  readonly answer: 'onArrival' | 'onAgent'
  readonly greeting: string | null
  readonly offerRingMs: number
  readonly wrapUpMs: number
}

const greeted = { answer: 'onArrival', greeting: 'greeting', offerRingMs: 20_000, wrapUpMs: 60_000 } as const

export const queues: readonly Queue[] = [
  { id: 'general', name: '综合受理', ...greeted },
  { id: 'urban', name: '城市管理', ...greeted },
  { id: 'environment', name: '生态环境', ...greeted },
  { id: 'livelihood', name: '民生保障', ...greeted },
  // Business callers know whom they called: their call rings until somebody is there.
  { id: 'business', name: '企业服务', answer: 'onAgent', greeting: null, offerRingMs: 20_000, wrapUpMs: 60_000 },
  { id: 'special-care', name: '特殊关爱', ...greeted, offerRingMs: 15_000 },
]
