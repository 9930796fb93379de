-- What fact_relationship calls each table. Source: OHDSI vocabulary "Domain" (concept ids of the domains themselves).
select 'condition' as domain, 19 as concept_id
union all select 'drug', 13
union all select 'procedure', 10
union all select 'device', 17
union all select 'measurement', 21
union all select 'observation', 27
union all select 'visit', 8
union all select 'note', 5085
union all select 'specimen', 36
