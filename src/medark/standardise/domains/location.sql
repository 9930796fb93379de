-- Places. Of a home no more than state, the first three digits of the code and the country is kept, whatever was
-- staged. A place that is only named is a row of its number alone, so that every reference has something to refer to.
with latest as (
  select location_key, address_1, address_2, city, state, zip, county, country, latitude, longitude, record_no, row_no
  from (
    select
      s.*,
      row_number() over (partition by location_key order by record_no desc, row_no desc, part_no desc) as nth
    from staged_location as s
  ) as told
  where nth = 1
)
select
  n.location_id,
  case when not n.is_home then substr(l.address_1, 1, 50) end as address_1,
  case when not n.is_home then substr(l.address_2, 1, 50) end as address_2,
  case when not n.is_home then substr(l.city, 1, 50) end as city,
  case when length(l.state) <= 2 then l.state end as state,
  substr(l.zip, 1, case when n.is_home then 3 else 9 end) as zip,
  case when not n.is_home then substr(l.county, 1, 20) end as county,
  -- OMOP gives a state two letters; a longer name is kept whole here. The source's own key may hold a person's.
  case when length(l.state) > 2 then substr(l.state, 1, 50) end as location_source_value,
  case when l.country is not null then coalesce(c.concept_id, 0) end as country_concept_id,
  substr(l.country, 1, 80) as country_source_value,
  case when not n.is_home then finite_number(l.latitude) end as latitude,
  case when not n.is_home then finite_number(l.longitude) end as longitude,
  coalesce(l.record_no, n.record_no) as medark_record_no,
  coalesce(l.row_no, n.row_no) as medark_row_no,
  0 as part_no
from location_number as n
left join latest as l on l.location_key = n.location_key
left join lake_location as was on was.location_id = n.location_id
left join value_map as c on c.set_name = 'country' and c.value = lower(l.country)
where l.location_key is not null or was.location_id is null
