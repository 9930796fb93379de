-- periods that touch or overlap become one: a new one begins where none before reaches (eras)
-- table t
--   p integer | s date     | e date
--   1         | 2024-01-01 | 2024-01-10
--   1         | 2024-01-05 | 2024-01-06
--   1         | 2024-01-11 | 2024-01-20
--   1         | 2024-03-01 | 2024-03-02
--   2         | 2024-01-01 | 2024-01-01
with reached as (
  select p, s, e, max(e) over (partition by p order by s, e rows between unbounded preceding and 1 preceding) as so_far from t),
marked as (select p, s, e, case when so_far >= cast(s - interval 1 day as date) then 0 else 1 end as is_new from reached),
numbered as (select p, s, e, sum(is_new) over (partition by p order by s, e rows unbounded preceding) as era from marked)
select p, min(s) as s, max(e) as e, count(*) as many from numbered group by p, era order by p, s
-- gives
--   p | s          | e          | many
--   1 | 2024-01-01 | 2024-01-20 | 3
--   1 | 2024-03-01 | 2024-03-02 | 1
--   2 | 2024-01-01 | 2024-01-01 | 1
