-- The front page of each stay that has ended: the fields of the 2011 form by their names, other diagnoses six times and
-- operations four times. A class of fees within another (麻醉费 in 手术治疗费) counts in both, as on the form.
with stay as (
    select *, row_number() over (partition by person order by start, encounter) as nth
    from north_visit where kind = 'inpatient' qualify not cancelled and "end" is not null
), diagnosed as (
    select g.encounter, g.kind, list({'code': coalesce(g.written_code, c.code), 'name': c.name,
        'condition': if(g.on_admission, '1', '4')} order by g.rank) as found
    from diagnosis g join stay using (encounter) left join fact_local_north_disease c on c.key = g.disease
    group by g.encounter, g.kind
), sent_with as (
    select g.encounter, c.code, c.name
    from diagnosis g semi join (select came_from as encounter from stay) using (encounter)
    left join fact_local_north_disease c on c.key = g.disease
    where g.rank = 1
), heads as (
    select department, first(name order by key) as name from north_staff where title = 'chief' group by department
), operated as (
    select o.encounter, list({'code': c.code, 'name': c.name, 'at': o.start, 'level': o.level, 'surgeon': surgeon.name,
        'assistant': assistant.name, 'anaesthesia': anaesthesia.code, 'incision': incision.code,
        'anaesthetist': anaesthetist.name} order by o.rank, o.operation) as done,
        sum(if(o.procedure in ('ventilation', 'long_ventilation'), date_diff('hour', o.start, o."end"), 0)) as ventilated
    from operation o join stay using (encounter)
    left join fact_local_north_procedure c on c.key = o.procedure
    left join north_staff surgeon on surgeon.key = o.surgeon
    left join north_staff assistant on assistant.key = o.assistant
    left join north_staff anaesthetist on anaesthetist.key = o.anaesthetist
    left join fact_local_north_word anaesthesia on anaesthesia.subject = 'anaesthesia' and anaesthesia.key = o.anaesthesia
    left join fact_local_north_word incision on incision.subject = 'incision' and incision.key = o.incision
    group by o.encounter
), moved as (
    select t.encounter, list(d.name order by t.sequence) as departments, list(t.start order by t.sequence) filter (t.icu) as icu_in,
        list(t."end" order by t.sequence) filter (t.icu) as icu_out
    from transfer t join stay using (encounter) left join fact_local_north_department d on d.key = t.department
    group by t.encounter
), classed as (
    select f.encounter, c.code, c.within, sum(f.amount) as amount
    from fee f join stay using (encounter) left join fact_local_north_fee_class c on c.key = f.fee_class
    group by f.encounter, c.code, c.within
), charged as (
    select encounter, sum(amount) as total,
        coalesce(sum(amount) filter (code = 'YLFUF' or within = 'YLFUF'), 0) as YLFUF,
        coalesce(sum(amount) filter (code = 'ZLCZF' or within = 'ZLCZF'), 0) as ZLCZF,
        coalesce(sum(amount) filter (code = 'HLF' or within = 'HLF'), 0) as HLF,
        coalesce(sum(amount) filter (code = 'QTFY' or within = 'QTFY'), 0) as QTFY,
        coalesce(sum(amount) filter (code = 'BLZDF' or within = 'BLZDF'), 0) as BLZDF,
        coalesce(sum(amount) filter (code = 'SYSZDF' or within = 'SYSZDF'), 0) as SYSZDF,
        coalesce(sum(amount) filter (code = 'YXXZDF' or within = 'YXXZDF'), 0) as YXXZDF,
        coalesce(sum(amount) filter (code = 'LCZDXMF' or within = 'LCZDXMF'), 0) as LCZDXMF,
        coalesce(sum(amount) filter (code = 'FSSZLXMF' or within = 'FSSZLXMF'), 0) as FSSZLXMF,
        coalesce(sum(amount) filter (code = 'WLZLF' or within = 'WLZLF'), 0) as WLZLF,
        coalesce(sum(amount) filter (code = 'SSZLF' or within = 'SSZLF'), 0) as SSZLF,
        coalesce(sum(amount) filter (code = 'MAF' or within = 'MAF'), 0) as MAF,
        coalesce(sum(amount) filter (code = 'SSF' or within = 'SSF'), 0) as SSF,
        coalesce(sum(amount) filter (code = 'KFF' or within = 'KFF'), 0) as KFF,
        coalesce(sum(amount) filter (code = 'ZYZLF' or within = 'ZYZLF'), 0) as ZYZLF,
        coalesce(sum(amount) filter (code = 'XYF' or within = 'XYF'), 0) as XYF,
        coalesce(sum(amount) filter (code = 'KJYWF' or within = 'KJYWF'), 0) as KJYWF,
        coalesce(sum(amount) filter (code = 'ZCYF' or within = 'ZCYF'), 0) as ZCYF,
        coalesce(sum(amount) filter (code = 'ZCYF1' or within = 'ZCYF1'), 0) as ZCYF1,
        coalesce(sum(amount) filter (code = 'XF' or within = 'XF'), 0) as XF,
        coalesce(sum(amount) filter (code = 'BDBLZPF' or within = 'BDBLZPF'), 0) as BDBLZPF,
        coalesce(sum(amount) filter (code = 'QDBLZPF' or within = 'QDBLZPF'), 0) as QDBLZPF,
        coalesce(sum(amount) filter (code = 'NXYZLZPF' or within = 'NXYZLZPF'), 0) as NXYZLZPF,
        coalesce(sum(amount) filter (code = 'XBYZLZPF' or within = 'XBYZLZPF'), 0) as XBYZLZPF,
        coalesce(sum(amount) filter (code = 'HCYYCLF' or within = 'HCYYCLF'), 0) as HCYYCLF,
        coalesce(sum(amount) filter (code = 'YYCLF' or within = 'YYCLF'), 0) as YYCLF,
        coalesce(sum(amount) filter (code = 'YCXYYCLF' or within = 'YCXYYCLF'), 0) as YCXYYCLF,
        coalesce(sum(amount) filter (code = 'QTF' or within = 'QTF'), 0) as QTF
    from classed group by encounter
), paid as (
    select encounter, arg_min(own, claim) as own from claim join stay using (encounter) group by encounter
)
select
    o.name_zh as 机构名称, '49000000000000000N' as 医疗机构代码, coalesce(insurance.code, '7') as 医疗付款方式, '' as 健康卡号,
    s.nth as 住院次数, s.patient_no as 病案号, s.no as 住院号, csv(s.name) as 姓名, sex.code as 性别, s.birth as 出生日期,
    date_diff('year', s.birth, s.start::date) - (strftime(s.start, '%m%d') < strftime(s.birth, '%m%d'))::int as 年龄,
    'CHN' as 国籍,
    if(s.start < s.birth + interval 1 year, date_diff('month', s.birth, s.start::date), null) as "(年龄不足1周岁的)年龄(月)",
    '' as 出生地, '' as 籍贯, nation.code as 民族, s.identity_no as 身份证号, occupation.code as 职业, marital.front_page as 婚姻,
    csv(s.address) as 现住址, s.phone as "电话(现住址)", '' as "邮编(现住址)", csv(s.address) as 户口地址, '' as "邮编(户口)",
    '' as 工作单位及地址, '' as 单位电话, csv(s.name) as 联系人姓名, '0' as 关系, csv(s.address) as 联系人地址, s.phone as 联系人电话,
    case when b.kind = 'emergency' then '1' when s.arrival in ('referral', 'transfer') then '3' else '2' end as 入院途径,
    s.start as 入院时间, s.department_code as 入院科别, csv(s.bed) as 入院病房,
    list_aggregate(m.departments, 'string_agg', '→') as 转科科别, s."end" as 出院时间,
    s.department_code as 出院科别, csv(s.bed) as 出院病房,
    greatest(1, date_diff('day', s.start::date, s."end"::date)) as 实际住院天数,
    coalesce(sent_with.name, a.found[1].name) as "门(急)诊诊断",
    coalesce(sent_with.code, a.found[1].code) as "门(急)诊诊断编码", a.found[1].code as 入院诊断编码,
    a.found[1].name as 入院诊断, s.start::date as 入院后确诊日期,
    d.found[1].name as 主要诊断, d.found[1].code as 主要诊断编码, d.found[1].condition as 主要诊断入院病情,
    d.found[2].name as 其他诊断1, d.found[2].code as 其他诊断编码1, d.found[2].condition as 其他诊断入院病情1,
    d.found[3].name as 其他诊断2, d.found[3].code as 其他诊断编码2, d.found[3].condition as 其他诊断入院病情2,
    d.found[4].name as 其他诊断3, d.found[4].code as 其他诊断编码3, d.found[4].condition as 其他诊断入院病情3,
    d.found[5].name as 其他诊断4, d.found[5].code as 其他诊断编码4, d.found[5].condition as 其他诊断入院病情4,
    d.found[6].name as 其他诊断5, d.found[6].code as 其他诊断编码5, d.found[6].condition as 其他诊断入院病情5,
    d.found[7].name as 其他诊断6, d.found[7].code as 其他诊断编码6, d.found[7].condition as 其他诊断入院病情6,
    if(p.drug_allergy is null, '1', '2') as 药物过敏, allergy.name_zh as 过敏药物,
    if(s.discharge = 'death', '2', null) as 死亡患者尸检,
    case blood.abo when 'A' then '1' when 'B' then '2' when 'O' then '3' when 'AB' then '4' else '6' end as 血型,
    case blood.rh when '-' then '1' when '+' then '2' else '4' end as Rh, heads.name as 科主任, heads.name as "主任(副主任)医师", s.doctor_name as 主治医师,
    s.doctor_name as 住院医师, '' as 责任护士, '' as 编码员, '1' as 病案质量, '' as 质控医师, '' as 质控护士,
    s."end"::date + 3 as 质控日期,
    x.done[1].code as 手术及操作编码1, x.done[1].at as 手术及操作日期1, x.done[1].level as 手术级别1,
    x.done[1].name as 手术及操作名称1, x.done[1].surgeon as 术者1, x.done[1].assistant as Ⅰ助1,
    x.done[1].anaesthesia as 麻醉方式1, x.done[1].incision as 切口等级1, x.done[1].anaesthetist as 麻醉医师1,
    x.done[2].code as 手术及操作编码2, x.done[2].at as 手术及操作日期2, x.done[2].level as 手术级别2,
    x.done[2].name as 手术及操作名称2, x.done[2].surgeon as 术者2, x.done[2].assistant as Ⅰ助2,
    x.done[2].anaesthesia as 麻醉方式2, x.done[2].incision as 切口等级2, x.done[2].anaesthetist as 麻醉医师2,
    x.done[3].code as 手术及操作编码3, x.done[3].at as 手术及操作日期3, x.done[3].level as 手术级别3,
    x.done[3].name as 手术及操作名称3, x.done[3].surgeon as 术者3, x.done[3].assistant as Ⅰ助3,
    x.done[3].anaesthesia as 麻醉方式3, x.done[3].incision as 切口等级3, x.done[3].anaesthetist as 麻醉医师3,
    x.done[4].code as 手术及操作编码4, x.done[4].at as 手术及操作日期4, x.done[4].level as 手术级别4,
    x.done[4].name as 手术及操作名称4, x.done[4].surgeon as 术者4, x.done[4].assistant as Ⅰ助4,
    x.done[4].anaesthesia as 麻醉方式4, x.done[4].incision as 切口等级4, x.done[4].anaesthetist as 麻醉医师4,
    m.icu_in[1] as 进入监护室时间, m.icu_out[1] as 退出监护室时间,
    coalesce(x.ventilated, 0) as "呼吸机使用时间(小时)", '1' as 是否有出院31天内再住院计划, '' as 再住院目的,
    discharge.code as 离院方式, '' as "医嘱转院 拟接收机构",
    money(coalesce(f.total, 0)) as 住院总费用, money(coalesce(least(pay.own, f.total), f.total, 0)) as 自付金额,
    money(coalesce(f.YLFUF, 0)) as 一般医疗服务费, money(coalesce(f.ZLCZF, 0)) as 一般治疗操作费, money(coalesce(f.HLF, 0)) as 护理费,
    money(coalesce(f.QTFY, 0)) as 综合医疗服务类其他费用, money(coalesce(f.BLZDF, 0)) as 病理诊断费, money(coalesce(f.SYSZDF, 0)) as 实验室诊断费,
    money(coalesce(f.YXXZDF, 0)) as 影像学诊断费, money(coalesce(f.LCZDXMF, 0)) as 临床诊断项目费, money(coalesce(f.FSSZLXMF, 0)) as 非手术治疗项目费,
    money(coalesce(f.WLZLF, 0)) as 临床物理治疗费, money(coalesce(f.SSZLF, 0)) as 手术治疗费, money(coalesce(f.MAF, 0)) as 麻醉费,
    money(coalesce(f.SSF, 0)) as 手术费, money(coalesce(f.KFF, 0)) as 康复费, money(coalesce(f.ZYZLF, 0)) as 中医治疗费,
    money(coalesce(f.XYF, 0)) as 西药费, money(coalesce(f.KJYWF, 0)) as 抗菌药物费用, money(coalesce(f.ZCYF, 0)) as 中成药费,
    money(coalesce(f.ZCYF1, 0)) as 中草药费, money(coalesce(f.XF, 0)) as 血费, money(coalesce(f.BDBLZPF, 0)) as 白蛋白类制品费,
    money(coalesce(f.QDBLZPF, 0)) as 球蛋白类制品费, money(coalesce(f.NXYZLZPF, 0)) as 凝血因子类制品费, money(coalesce(f.XBYZLZPF, 0)) as 细胞因子类制品费,
    money(coalesce(f.HCYYCLF, 0)) as 检查用一次性医用材料费, money(coalesce(f.YYCLF, 0)) as 治疗用一次性医用材料费, money(coalesce(f.YCXYYCLF, 0)) as 手术用一次性医用材料费,
    money(coalesce(f.QTF, 0)) as 其他费,
    'front_page' as kind, s.no as record_id, s.person
from stay s
left join fact_organisations o on o.key = 'north'
left join person p on p.person = s.person
left join encounter b on b.encounter = s.came_from
left join sent_with on sent_with.encounter = s.came_from
left join heads on heads.department = s.department
left join diagnosed d on d.encounter = s.encounter and d.kind = 'discharge'
left join diagnosed a on a.encounter = s.encounter and a.kind = 'admission'
left join operated x on x.encounter = s.encounter
left join moved m on m.encounter = s.encounter
left join charged f on f.encounter = s.encounter
left join paid pay on pay.encounter = s.encounter
left join fact_local_north_word sex on sex.subject = 'sex' and sex.key = s.sex
left join fact_nations nation on nation.key = p.nation
left join fact_marital marital on marital.key = p.marital
left join fact_occupations occupation on occupation.key = p.occupation
left join fact_local_north_word insurance on insurance.subject = 'insurance' and insurance.key = p.insurance
left join fact_blood_types blood on blood.key = p.blood_type
left join fact_allergies allergy on allergy.key = p.drug_allergy
left join fact_local_north_word discharge on discharge.subject = 'discharge' and discharge.key = s.discharge
order by s."end", s.encounter
