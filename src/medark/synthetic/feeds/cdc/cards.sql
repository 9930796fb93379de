-- The fields of the national report card, by the names a reporting system gives them.
select
    '  <Card id="' || card_no || '"><Patient><Name>' || xml(name_zh) || '</Name><IdNumber>' || xml(identity_no)
    || '</IdNumber><Sex code="' || if(sex = 'M', '1', '2') || '"/><BirthDate>' || birth || '</BirthDate><Phone>'
    || phone || '</Phone><Occupation>' || xml(work) || '</Occupation><Address district="' || xml(district_zh)
    || '">' || xml(address_zh) || '</Address></Patient><Disease code="' || icd10_cn || '">' || xml(disease_zh)
    || '</Disease><CaseClass>' || case_zh || '</CaseClass><OnsetDate>' || onset || '</OnsetDate><DiagnosedAt>'
    || strftime(diagnosed, '%Y-%m-%dT%H:%M:%S') || '</DiagnosedAt><Reporter org="' || organisation || '">'
    || xml(organisation_zh) || '</Reporter><ReportedAt>' || strftime(reported, '%Y-%m-%dT%H:%M:%S')
    || '</ReportedAt></Card>' || chr(10) as line,
    'report card' as kind,
    card_no as record_id,
    person
from (
    select
        c.*, p.name_zh, p.identity_no, p.sex, p.birth, p.phone, coalesce(j.report_card, '不详') as work, p.address_zh, i.name_zh as district_zh,
        d.icd10_cn, d.name_zh as disease_zh, o.name_zh as organisation_zh, 'CRB' || c.card as card_no,
        case c.case_class when 'suspected' then '疑似病例' when 'clinical' then '临床诊断病例' else '实验室确诊病例' end as case_zh
    from report_card as c
    join person as p using (person)
    left join fact_occupations as j on j.key = p.occupation
    left join fact_diseases as d on d.key = c.disease
    left join fact_districts as i on i.key = p.district
    left join fact_organisations as o on o.key = c.organisation
)
order by reported, card
