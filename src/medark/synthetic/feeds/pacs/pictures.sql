-- The first studies of the part, of both hospitals together; here those of one.
select
    s.*, p.family_zh, p.family_en, p.given_en, f.name_en as study_name_en, f.dicom_part, f.sop_class
from studied as s
join (select study from imaging where organisation in ('north', 'south') order by study limit $pictures) using (study)
join person as p using (person)
join fact_studies as f on f.key = lower(s.modality::varchar) || '_' || s.body_part::varchar
order by s.study
