/** Demo data. Numbers that lead to us: the hotline itself, and lines that were merged into it. */
export type OwnNumber = { readonly number: string; readonly queue: string; readonly label: string }

export const numbers: readonly OwnNumber[] = [
  { number: '12345', queue: 'general', label: '政府热线' },
  { number: '12319', queue: 'urban', label: '城建服务' },
  { number: '12369', queue: 'environment', label: '环保举报' },
  { number: '12348', queue: 'livelihood', label: '法律服务' },
  { number: '12328', queue: 'urban', label: '交通运输' },
  { number: '12350', queue: 'livelihood', label: '安全生产' },
  { number: '12336', queue: 'urban', label: '国土资源' },
  { number: '12312', queue: 'business', label: '商务举报' },
  { number: '12320', queue: 'livelihood', label: '卫生健康' },
  { number: '12349', queue: 'livelihood', label: '民政服务' },
  { number: '12385', queue: 'special-care', label: '残疾人服务' },
  { number: '12393', queue: 'livelihood', label: '医疗保障' },
]
