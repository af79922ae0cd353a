/** What `scripts/start` says. */
import { type Text, voiceOf } from './say.ts'

export const messages = {
  starting: { zh: '正在启动', en: 'starting' },
  startingWithDemo: { zh: '正在启动，并载入演示数据', en: 'starting; the demo data is loaded' },
  serversUp: { zh: 'Postgres 与 Redis 已启动', en: 'Postgres and Redis are up' },
  made: { zh: '数据库、语音与配置已就绪', en: 'database, prompts and configuration are made' },
  asteriskUp: { zh: 'Asterisk {version} 已启动', en: 'Asterisk {version} is up' },
  oursUp: {
    zh: '话务、入库、接口、救援四个进程已启动',
    en: 'switchboard, worker, api and rescue are up',
  },
  secondUp: { zh: '备用话务进程已待命', en: 'a second switchboard stands by' },
  up: { zh: '热线已启动', en: 'the hotline is up' },
  whereApi: { zh: '接口 {api}，说明见 /v1/openapi.json', en: 'api, described at /v1/openapi.json' },
  whereSip: { zh: 'SIP {sip}（UDP），浏览器话机 {wss}', en: 'SIP over UDP; phones in browsers over WSS' },
  logs: { zh: '日志 {files}', en: 'logs' },
  callers: {
    zh: '来电：从演示运营商 {carrier} 拨打 12345：{uri}',
    en: 'callers: dial 12345 from the demo carrier',
  },
  agents: {
    zh: '话务员：以工号 1001 至 1040 登录，密码见 {file}',
    en: 'agents: staff numbers and passwords for log-in',
  },
  phones: {
    zh: '话机：注册为 {uri}（用户名 8001）至 8040，密码见 {file}',
    en: 'phones: register; passwords of the seats',
  },
  stopKey: { zh: '按 Ctrl-C 停止全部', en: 'Ctrl-C stops everything' },
  stopping: { zh: '收到 {signal}，依次停止：{parts}', en: '{signal}: stopping, in this order' },
  stopped: { zh: '已全部停止', en: 'everything has stopped' },
  restoreBroken: {
    zh: '恢复未完成即中断：{dir} 中没有系统。请重新运行 scripts/restore，或删除 {dir}.restoring（原系统在 {dir}.before-…）',
    en: 'a restore was broken off and there is no system in {dir}: run scripts/restore again, or remove {dir}.restoring (a system that stood here is in {dir}.before-…)',
  },
  stoppedEarly: { zh: '收到 {signal}，未启动完即停止', en: '{signal}: stopped before it was up' },
  lost: {
    zh: '{part} 自行退出（{how}），正在重新启动',
    en: '{part} has ended by itself ({how}); it is started again',
  },
  hung: {
    zh: '{part} 连续 {unanswered} 次无应答，强制结束',
    en: '{part} has not answered {unanswered} times in a row; it is ended by force',
  },
  again: { zh: '{part} 已恢复', en: '{part} is up again' },
  notAgain: { zh: '{part}：{why}', en: '{part}: {why}' },
  demoFailed: { zh: '演示中断：{why}', en: 'the demo has failed: {why}' },

  noPort: { zh: '{setting} 须为端口号，不能是“{given}”', en: '{setting} must be a port, not "{given}"' },
  noSwitch: { zh: '{setting} 须为 on 或 off，不能是“{given}”', en: '{setting} must be on or off, not "{given}"' },
  unknownFlag: {
    zh: '不认识的参数 {flag}，用法见 scripts/start --help',
    en: '{flag} is not known; see scripts/start --help',
  },
  unknownSettings: {
    zh: '{names} 不是 scripts/start 的设置，不起作用；全部设置见 README.md（Configure）',
    en: '{names}: no setting of scripts/start, without effect; README.md, Configure, has them all',
  },
  noDemo: { zh: '缺少 scripts/demo.ts，不能演示', en: 'scripts/demo.ts is missing, so there is no demo' },
  wrongSettings: { zh: '设置有误：{faults}', en: 'settings are wrong: {faults}' },
  portTwice: {
    zh: '{setting} 与 {other} 设成了同一个端口 {place}：请改其中一个',
    en: '{setting} and {other} are both {place}: change one of them',
  },
  passwordRefused: {
    zh: 'Postgres 不接受 {file} 中的密码：该文件与数据库不属于同一系统，请从备份恢复原来的 secrets 文件夹',
    en: 'Postgres refuses the password in {file}, which does not belong to this database: put back the secrets folder that does (from a backup)',
  },
  secretTooShort: {
    zh: '{file} 为空或不完整（少于 {shortest} 个字符）：请从备份恢复；若是新系统，删除该文件后会重新生成',
    en: '{file} is empty or cut (shorter than {shortest} characters): put it back from a backup; in a new system, remove it and it is made again',
  },
  portTaken: {
    zh: '{what}要用的 {place} 已被其他程序占用：请停止该程序，或将 {setting} 设为其他值',
    en: '{place}, wanted for {what}, is taken by another program: stop it, or set {setting} to another one',
  },
  notOurAddress: {
    zh: '{what}要用的 {place} 不是本机地址：请将 {setting} 设为本机的地址（用 ip addr 查看）',
    en: '{place}, wanted for {what}, is no address of this machine: set {setting} to one that is (see ip addr)',
  },
  noSuchHost: {
    zh: '{what}要用的 {place} 无法解析：请将 {setting} 设为 IP 地址',
    en: '{place}, wanted for {what}, cannot be resolved: set {setting} to an IP address',
  },
  portForbidden: {
    zh: '{what}要用的 {place} 无权使用：请将 {setting} 设为 1024 以上',
    en: '{place}, wanted for {what}, may not be used: set {setting} to one above 1023',
  },
  portUnusable: {
    zh: '{what}要用的 {place} 不能使用（{code}）：请修改 {setting}',
    en: '{place}, wanted for {what}, cannot be used ({code}): set {setting} to another one',
  },
  endedEarly: { zh: '{what} 尚未就绪即退出：{why}', en: '{what} ended before it was ready: {why}' },
  notReady: { zh: '{what} 在 {seconds} 秒内没有就绪{why}', en: '{what} was not ready within {seconds} s{why}' },
  noProgram: {
    zh: '无法由 {from}/src 生成话务程序：{why}',
    en: 'the switchboard cannot be made from {from}/src: {why}',
  },
  filesClosed: {
    zh: '除 root 外的用户读不到项目文件：请运行 chmod -R go+rX {project}',
    en: "the project's files are closed to other users than root: run chmod -R go+rX {project}",
  },
  noRoot: {
    zh: '{root} 没有私有根目录：请以 root 运行 scripts/prepare',
    en: 'there is no private root at {root}: run scripts/prepare (as root) to make it',
  },

  postgres: { zh: 'Postgres ', en: 'Postgres' },
  redis: { zh: 'Redis ', en: 'Redis' },
  ari: { zh: 'Asterisk 的 ARI ', en: "Asterisk's ARI" },
  wss: { zh: '浏览器 SIP ', en: 'SIP from browsers' },
  desk: { zh: '话务进程', en: 'the switchboard' },
  api: { zh: '接口', en: 'the api' },
  health: { zh: '健康检查', en: 'health questions' },
  sip: { zh: 'SIP ', en: 'SIP' },
  outside: { zh: '演示的外部世界', en: 'the world outside of the demo' },
} as const satisfies Record<string, Text>

export const say = voiceOf(messages)
