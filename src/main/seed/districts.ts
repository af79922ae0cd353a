/**
 * Demo data. Changzhou's districts with their tier types (city plan of the hotline), and their towns and subdistricts
 * (statistical codes of 2023). Villages are left out.
 */
export type District = {
  readonly code: string
  readonly name: string
  readonly tier: 'city' | 'receiving' | 'subcentre' | 'centreFull' | 'town' | 'functionalZone'
  readonly parent: string | null
}

const of = (parent: string, towns: Readonly<Record<string, string>>): District[] =>
  Object.entries(towns).map(([suffix, name]) => ({ code: `${parent}${suffix}`, name, tier: 'town', parent }))

export const districts: readonly District[] = [
  { code: '3204', name: '常州市', tier: 'city', parent: null },
  { code: '320402', name: '天宁区', tier: 'receiving', parent: '3204' },
  { code: '320404', name: '钟楼区', tier: 'receiving', parent: '3204' },
  { code: '320411', name: '新北区', tier: 'receiving', parent: '3204' },
  { code: '320412', name: '武进区', tier: 'subcentre', parent: '3204' },
  { code: '320413', name: '金坛区', tier: 'subcentre', parent: '3204' },
  { code: '320481', name: '溧阳市', tier: 'centreFull', parent: '3204' },
  ...of('320402', {
    '001': '雕庄街道',
    '002': '青龙街道',
    '003': '茶山街道',
    '004': '红梅街道',
    '005': '天宁街道',
    '006': '兰陵街道',
    '109': '郑陆镇',
  }),
  ...of('320404', {
    '001': '五星街道',
    '002': '永红街道',
    '003': '北港街道',
    '004': '西林街道',
    '005': '南大街街道',
    '006': '荷花池街道',
    '007': '新闸街道',
    '116': '邹区镇',
  }),
  ...of('320411', {
    '002': '三井街道',
    '003': '龙虎塘街道',
    '004': '春江街道',
    '005': '魏村街道',
    '006': '新桥街道',
    '101': '孟河镇',
    '103': '薛家镇',
    '104': '罗溪镇',
    '105': '西夏墅镇',
    '122': '奔牛镇',
  }),
  ...of('320412', {
    '001': '戚墅堰街道',
    '002': '丁堰街道',
    '003': '潞城街道',
    '100': '湖塘镇',
    '102': '牛塘镇',
    '103': '洛阳镇',
    '104': '遥观镇',
    '105': '横林镇',
    '106': '横山桥镇',
    '110': '雪堰镇',
    '113': '前黄镇',
    '114': '礼嘉镇',
    '119': '嘉泽镇',
    '120': '湟里镇',
  }),
  ...of('320413', {
    '001': '西城街道',
    '100': '金城镇',
    '104': '儒林镇',
    '106': '直溪镇',
    '108': '朱林镇',
    '109': '薛埠镇',
    '112': '指前镇',
  }),
  ...of('320481', {
    '001': '昆仑街道',
    '002': '溧城街道',
    '003': '古县街道',
    '101': '埭头镇',
    '102': '上黄镇',
    '103': '戴埠镇',
    '106': '天目湖镇',
    '107': '别桥镇',
    '109': '上兴镇',
    '111': '竹箦镇',
    '114': '南渡镇',
    '116': '社渚镇',
  }),
]
