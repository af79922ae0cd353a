/** The scenes, each one call from the first ring to its ticket. Every line that says what is heard has waited for it. */
import { line as lineOf } from '../../test/kit/agent-client.ts'
import type { Caller } from '../../test/outside/caller.ts'
import { type MessageName, messages } from './messages.ts'
import { masked } from './show-ticket.ts'
import { hearing, type Stage, showTicket } from './stage.ts'

export type Scene = { readonly title: MessageName; readonly play: (stage: Stage) => Promise<void> }

let callers = 0
const freshNumber = () => `1390000${String(1_000 + callers++)}`

async function dials(stage: Stage, to: string, more: { headers?: Record<string, string>; role?: string } = {}) {
  const number = freshNumber()
  if (more.role === undefined) stage.line('dials', { number: masked(number), to })
  const caller = await stage.world.call('caller', { to, number, callerName: '演示来电', ...more })
  return { caller, number }
}

/** From the agent's being ready to the first words. Answers the call's id and ticket. */
async function answered(stage: Stage, caller: Caller): Promise<{ call: string; ticket: string }> {
  const { desk, phone } = stage
  await desk.ready()
  stage.line('ready')
  const { call, ticket, callerNumber } = await desk.untilCall('offering', 20_000)
  await phone.called()
  stage.line('rings', { number: masked(callerNumber), ticket })
  await phone.answer()
  stage.line('answers')
  await hearing(stage, caller, [phone])
  await hearing(stage, phone, [caller])
  await desk.untilCall('talking')
  return { call, ticket }
}

type Written = { readonly title: string; readonly content: string; readonly type: string; readonly place?: string }
async function writes(stage: Stage, ticket: string, fields: Written): Promise<void> {
  await stage.desk.writeTicket(ticket, fields)
  stage.line('writes', { title: fields.title })
}

async function endsWrapUp(stage: Stage): Promise<void> {
  await stage.desk.untilState('wrapUp')
  await stage.desk.notReady()
  await stage.desk.untilState('notReady')
  stage.line('wrapUp')
}

async function answer(stage: Stage): Promise<void> {
  const { desk, phone } = stage
  const { caller } = await dials(stage, '12345')
  await hearing(stage, caller, 'music')
  const { call, ticket } = await answered(stage, caller)
  await desk.hold()
  stage.line('holds')
  await hearing(stage, caller, 'music')
  await hearing(stage, phone, 'silence')
  await desk.resume()
  stage.line('resumes')
  await hearing(stage, caller, [phone])
  const content = '演示：某路 18 号门前路灯三天不亮。'
  await writes(stage, ticket, { title: '路灯不亮', content, type: '投诉举报', place: '天宁区某路 18 号' })
  await caller.hangUp()
  stage.line('hangsUp', { who: messages.caller })
  await endsWrapUp(stage)
  await showTicket(stage, call)
}

async function threeWay(stage: Stage): Promise<void> {
  const { desk, phone, world } = stage
  const partner = world.answerer('12315', '12315')
  const { caller } = await dials(stage, '12345')
  const { call, ticket: own } = await answered(stage, caller)
  await desk.consult(lineOf('12315'))
  stage.line('consults', { line: '12315' })
  const { callerNumber, ticket } = await partner.called()
  stage.line('partnerAsked', { line: '12315', number: masked(callerNumber), ticket })
  await hearing(stage, caller, 'music')
  await phone.hears(partner, 30_000) // the ticket number is whispered to 12315 first
  await hearing(stage, phone, [partner])
  await desk.join()
  stage.line('joins')
  await hearing(stage, caller, [phone, partner])
  await hearing(stage, partner, [phone, caller])
  await desk.leave()
  stage.line('leaves', { line: '12315' })
  const content = '演示：购买的空调三次维修未果，商家拒绝退货，已请 12315 接续处理。'
  await writes(stage, own, { title: '商家拒绝退货', content, type: '投诉举报' })
  await hearing(stage, caller, [partner])
  await hearing(stage, partner, [caller])
  await endsWrapUp(stage)
  await partner.hangUp()
  stage.line('hangsUp', { who: '12315' })
  await caller.gone()
  await showTicket(stage, call)
}

async function giveUp(stage: Stage): Promise<void> {
  const { caller, number } = await dials(stage, '12312')
  await caller.rings()
  stage.line('hearsRinging')
  await caller.hangUp()
  stage.line('hangsUp', { who: messages.caller })
  await caller.gone()
  await showTicket(stage, await stage.records.lastCallOf(number))
}

async function transfer(stage: Stage): Promise<void> {
  const { desk, phone, world } = stage
  const partner = world.answerer('12333', '12333', { on: 'reject', with: 486 })
  const { caller } = await dials(stage, '12345')
  const { call, ticket } = await answered(stage, caller)
  await desk.blindTransfer(lineOf('12333'))
  stage.line('transfers', { line: '12333' })
  await partner.called()
  stage.line('partnerBusy', { line: '12333' })
  await hearing(stage, caller, 'music')
  await desk.untilState('wrapUp')
  await desk.endWrapUp()
  await phone.called(2)
  await phone.answer()
  stage.line('backInFront')
  await hearing(stage, caller, [phone])
  const content = '演示：咨询灵活就业人员参保；12333 占线，已答复办事指南，来电人满意。'
  await writes(stage, ticket, { title: '灵活就业参保咨询', content, type: '咨询' })
  await phone.hangUp()
  stage.line('hangsUp', { who: messages.agent })
  await endsWrapUp(stage)
  await showTicket(stage, call)
}

async function fromPartner(stage: Stage): Promise<void> {
  const [ticket, note, to] = ['SH2026-000123', '退款纠纷，已调解一次', '12345']
  const headers = { 'X-Hotline-Ticket': ticket, 'X-Hotline-Note': note }
  const { caller, number } = await dials(stage, to, { headers, role: '12315' })
  stage.line('partnerDials', { number: masked(number), to, ticket })
  const { call, ticket: own } = await answered(stage, caller)
  const { context } = stage.desk.call()
  stage.line('context', { from: context?.from ?? '', ticket: context?.ticket ?? '', note: context?.note ?? '' })
  const content = '演示：12315 转来，退款纠纷已调解一次未果，来电人要求市级协调。'
  await writes(stage, own, { title: '退款纠纷请求协调', content, type: '求助' })
  await caller.hangUp()
  stage.line('hangsUp', { who: messages.caller })
  await endsWrapUp(stage)
  await showTicket(stage, call)
}

async function refused(stage: Stage): Promise<void> {
  const { caller } = await dials(stage, '12300')
  stage.line('refused', { status: (await caller.refusedWith()) ?? 0 })
}

export const scenes: readonly Scene[] = [
  { title: 'sceneAnswer', play: answer },
  { title: 'sceneThree', play: threeWay },
  { title: 'sceneGiveUp', play: giveUp },
  { title: 'sceneTransfer', play: transfer },
  { title: 'sceneFromPartner', play: fromPartner },
  { title: 'sceneRefused', play: refused },
]
