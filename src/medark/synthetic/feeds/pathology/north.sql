select
    '<报告 病理号="' || report_no || '"><患者 病案号="' || xml(v.patient_no) || '" 姓名="' || xml(v.name) || '" 性别="'
    || case v.sex when 'M' then '男' when 'F' then '女' else '' end || '"/><就诊号>' || visit_no('north', s.encounter)
    || '</就诊号><送检材料>' || xml(f.site_zh) || '</送检材料><送检时间>' || strftime(s.collected, '%Y-%m-%d %H:%M')
    || '</送检时间><报告时间>' || strftime(s.reported, '%Y-%m-%d %H:%M') || '</报告时间><诊断>' || xml(f.name_zh) || '</诊断>'
    || if(s.grade is null, '', '<分级>' || xml(s.grade) || '</分级>')
    || if(s.stage is null, '', '<分期>' || xml(s.stage) || '</分期>')
    || '<正文>' || xml(s.report) || '</正文></报告>' || chr(10) as line,
    '病理报告' as kind, report_no as record_id, s.person
from (select *, 'BL' || scattered(specimen, 180043) as report_no from pathology where organisation = 'north') as s
join visit_patient as v using (encounter)
join fact_pathology as f on f.key = s.diagnosis
order by s.reported, s.specimen
