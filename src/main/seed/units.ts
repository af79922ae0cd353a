/** Demo data. Units of the city that answer tickets, by today's names, with those that the hotline's plan of 2016 used. */
export type Unit = {
  readonly code: string
  readonly name: string
  readonly formerNames: readonly string[]
  readonly district: string
}

const city = (code: string, name: string, ...formerNames: string[]): Unit => ({
  code,
  name,
  formerNames,
  district: '3204',
})

export const units: readonly Unit[] = [
  city('data-bureau', '市数据局', '市政务办', '市政管办'),
  city('complaints', '市信访局'),
  city('admin-centre', '市行政中心管理处'),
  city('supervision', '市监委', '市监察局'),
  city('city-office', '市政府办'),
  city('industry', '市工信局', '市经信委'),
  city('staffing', '市编办'),
  city('human-resources', '市人社局'),
  city('finance', '市财政局'),
  city('city-management', '市城管局'),
  city('housing-construction', '市住建局', '城乡建设局', '房管局'),
  city('transport', '市交通运输局'),
  city('public-security', '市公安局'),
  city('water', '市水利局'),
  city('commerce', '市商务局'),
  city('civil-affairs', '市民政局'),
  city('natural-resources', '市自然资源和规划局', '国土局'),
  city('health', '市卫健委', '卫计委'),
  city('environment', '市生态环境局', '环保局'),
  city('development', '市发改委'),
  city('education', '市教育局'),
  city('science', '市科技局'),
  city('justice', '市司法局'),
  city('agriculture', '市农业农村局'),
  city('culture-tourism', '市文广旅局'),
  city('emergency', '市应急管理局'),
  city('veterans', '市退役军人局'),
  city('market', '市市场监管局'),
  city('medical-insurance', '市医保局'),
  city('sports', '市体育局'),
  city('statistics', '市统计局'),
  city('audit', '市审计局'),
  city('state-assets', '市国资委'),
  city('tax', '市税务局'),
  city('provident-fund', '市公积金中心'),
  city('fire', '市消防支队'),
  city('civil-defence', '市人防办', '民防局'),
  city('archives', '市档案馆'),
  city('disabled-persons', '市残联'),
  city('women', '市妇联'),
  city('youth', '团市委'),
  city('unions', '市总工会'),
]
