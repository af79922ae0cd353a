/** Lines of the directory as they are shown. What the switchboard dials comes from its own copy of the directory. */
import type { LineCode } from '#kernel'
import type { Reader } from '#platform/postgres/tx'
import type { Line } from './core/index.ts'

export type ShownLine = Omit<Line, 'trunk'>

export async function readLines(db: Reader): Promise<ShownLine[]> {
  const rows = await db
    .selectFrom('partner_lines')
    .select(['code', 'name', 'number', 'hours', 'mode', 'pass_number'])
    .orderBy('code')
    .execute()
  return rows.map((row) => ({
    code: row.code as LineCode,
    name: row.name,
    number: row.number,
    hours: row.hours as Line['hours'],
    mode: row.mode as Line['mode'],
    passNumber: row.pass_number,
  }))
}
