/** Words of a ticket for a reader who knows none of our names. The compiler keeps the closed lists whole. */
import type { AgentLeftHow, EndReason, LegRole, OfferOutcome, PartyResult } from '../../src/calls/core/index.ts'
import type { KnownFact, TicketState } from '../../src/tickets/core/index.ts'
import type { Text } from '../lib/say.ts'

/** Fields of the ticket, in the order in which they are shown. */
export const fieldNames = {
  ticket: { zh: '工单编号', en: 'ticket number' },
  state: { zh: '状态', en: 'state' },
  discardReason: { zh: '作废原因', en: 'discarded because' },
  dialled: { zh: '拨打号码', en: 'number dialled' },
  callerNumber: { zh: '来电号码', en: 'caller' },
  registrar: { zh: '登记人', en: 'registered by' },
  title: { zh: '标题', en: 'title' },
  content: { zh: '内容', en: 'content' },
  type: { zh: '类型', en: 'type' },
  place: { zh: '地点', en: 'place' },
  upstreamTicket: { zh: '来源工单', en: "the partner's ticket" },
} as const satisfies Record<string, Text>
export const more = {
  note: { zh: '来源附言', en: "the partner's note" },
  party: { zh: '第三方', en: 'party' },
  history: { zh: '经过', en: 'what happened' },
} as const satisfies Record<string, Text>

export const states: Record<TicketState, Text> = {
  DRAFT: { zh: '登记中', en: 'being written' },
  REGISTERED: { zh: '已登记', en: 'registered' },
  DISCARDED: { zh: '已作废', en: 'discarded' },
}
export const endings: Record<EndReason, Text> = {
  abandonedInGreeting: { zh: '来电人听问候时挂断', en: 'the caller hung up during the greeting' },
  abandonedWaiting: { zh: '无人接听，来电人挂断', en: 'nobody had answered when the caller hung up' },
  abandonedRinging: { zh: '话机振铃时来电人挂断', en: "the caller hung up while an agent's phone rang" },
  abandonedInTransfer: { zh: '转接途中来电人挂断', en: 'the caller hung up during a transfer' },
  callerHungUp: { zh: '来电人挂断', en: 'the caller hung up' },
  agentHungUp: { zh: '话务员挂断', en: 'the agent hung up' },
  partnerHungUp: { zh: '第三方挂断', en: 'the party hung up' },
  lostWhileAway: { zh: '系统离开期间通话已结束', en: 'it was over when the switchboard came back' },
  mediaServerLost: { zh: '电话交换机故障', en: 'the PBX died' },
  overload: { zh: '来电过多', en: 'too many calls' },
}
export const results: Record<PartyResult, Text> = {
  answered: { zh: '已接听', en: 'answered' },
  busy: { zh: '占线', en: 'busy' },
  declined: { zh: '拒接', en: 'declined' },
  silent: { zh: '无人接听', en: 'no answer' },
  unreachable: { zh: '无法接通', en: 'not reached' },
  closed: { zh: '不在服务时间', en: 'closed' },
  cancelled: { zh: '话务员取消', en: 'cancelled by the agent' },
  failed: { zh: '呼叫失败', en: 'failed' },
}
export const purposes: Record<'consult' | 'transfer', Text> = {
  consult: { zh: '咨询', en: 'consulted' },
  transfer: { zh: '转接', en: 'transferred to' },
}
export const outcomes: Record<OfferOutcome, Text> = {
  accepted: { zh: '接听', en: 'answered' },
  missed: { zh: '未接', en: 'missed' },
  cancelled: { zh: '来电人已挂断', en: 'the caller is gone' },
  expired: { zh: '超时未接', en: 'not answered in time' },
}
export const parts: Record<LegRole, Text> = {
  caller: { zh: '来电人', en: 'the caller' },
  agent: { zh: '话务员', en: 'the agent' },
  partner: { zh: '第三方', en: 'the party' },
}
export const leavings: Record<AgentLeftHow, Text> = {
  hungUp: { zh: '挂断', en: 'hung up' },
  callerHungUp: { zh: '来电人已挂断', en: 'the caller hung up' },
  left: { zh: '退出三方通话', en: 'left the three-way call' },
  completed: { zh: '移交', en: 'handed over' },
  transferred: { zh: '转接', en: 'transferred' },
  vanished: { zh: '话机失联', en: 'the phone vanished' },
  partnerHungUp: { zh: '第三方已挂断', en: 'the party hung up' },
  lost: { zh: '通话丢失', en: 'lost' },
}
export const kinds: Record<KnownFact['type'], Text> = {
  'call.accepted': { zh: '来电', en: 'the call comes in' },
  'call.refused': { zh: '未接入', en: 'the call is not let in' },
  'call.queued': { zh: '排队', en: 'queued' },
  'call.offered': { zh: '派给话务员', en: 'offered to an agent' },
  'call.offerEnded': { zh: '派发结果', en: 'the offer came out' },
  'call.connected': { zh: '接通', en: 'agent and caller speak' },
  'call.held': { zh: '保持', en: 'on hold' },
  'call.resumed': { zh: '取回', en: 'taken back' },
  'call.digitsSent': { zh: '发送按键', en: 'keys pressed' },
  'call.partyDialled': { zh: '呼叫第三方', en: 'a party is called' },
  'call.partyAnswered': { zh: '第三方接听', en: 'the party answers' },
  'call.partyLeft': { zh: '第三方结束', en: "the party's part is over" },
  'call.partyRefused': { zh: '第三方未呼叫', en: 'the party was not called' },
  'call.joined': { zh: '三方通话', en: 'all three speak' },
  'call.agentLeft': { zh: '话务员离开', en: 'the agent is out' },
  'call.handedOver': { zh: '移交第三方', en: 'handed over' },
  'call.legLeft': { zh: '一方挂断', en: 'a phone is hung up' },
  'call.recovered': { zh: '系统恢复后继续', en: 'taken up again' },
  'call.callbackOwed': { zh: '待回拨', en: 'a callback is owed' },
  'call.ended': { zh: '通话结束', en: 'the call is over' },
  'call.rangBack': { zh: '来电人再次来电', en: 'the caller rang back' },
  'call.wrapUpStarted': { zh: '开始话后处理', en: 'wrap-up begins' },
  'call.wrapUpEnded': { zh: '结束话后处理', en: 'wrap-up ends' },
  'ticket.written': { zh: '填写工单', en: 'the ticket is written' },
}
