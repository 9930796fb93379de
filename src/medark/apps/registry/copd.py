"""The registry of chronic obstructive lung disease: who, what and when"""

from __future__ import annotations

from medark.define import any_of, when
from medark.sdk.registry import (
    BASELINE,
    CONFIRM,
    EVENT,
    Event,
    Registry,
    age_at_entry,
    answered,
    born,
    diagnoses,
    done,
    has,
    labs,
    made,
    medicines,
    number,
    operations,
    points,
    sex,
    visits,
    words,
)

from .every_registry import body, heart_and_vessels, smoking, stays

GOLD = "GOLD report 2025"
FOLLOW_UP = "Guideline for COPD in primary care, China: mild and moderate every 6 months, severe more often"
CODES = "ICD-10 (WHO 2019); choice of codes ours"
NAMES = "names of drugs as written; choice ours"
YES_NO = {"yes": words("yes", "是"), "no": words("no", "否")}
GRADES = {
    "gold_1": words("GOLD 1: 80 % and more", "GOLD 1级：≥80%"),
    "gold_2": words("GOLD 2: 50 to under 80 %", "GOLD 2级：50%～<80%"),
    "gold_3": words("GOLD 3: 30 to under 50 %", "GOLD 3级：30%～<50%"),
    "gold_4": words("GOLD 4: under 30 %", "GOLD 4级：<30%"),
}
GROUPS = {
    "A": words("A: few symptoms, few exacerbations", "A组：症状少、急性加重少"),
    "B": words("B: more symptoms, few exacerbations", "B组：症状多、急性加重少"),
    "E": words("E: exacerbations", "E组：急性加重多"),
}


def _grade(v):  # type: ignore[no-untyped-def]
    fev1 = v["fev1_percent"]
    return (
        when(fev1 >= 80)
        .then("gold_1")
        .when(fev1 >= 50)
        .then("gold_2")
        .when(fev1 >= 30)
        .then("gold_3")
        .when(fev1 < 30)
        .then("gold_4")
        .otherwise_missing()
    )


def _group(v):  # type: ignore[no-untyped-def]
    """E: two moderate exacerbations in a year, or one that led to hospital; else by mMRC 2 and CAT 10."""
    severe = any_of(v["exacerbations"] >= 2, v["exacerbation_stays"] >= 1)
    symptoms = any_of(v["mmrc"] >= 2, v["cat"] >= 10)
    few = any_of(v["mmrc"] < 2, v["cat"] < 10)
    told = v["exacerbations"].is_known()
    return (
        when(severe.is_true())
        .then("E")
        .when(told & symptoms.is_true())
        .then("B")
        .when(told & few.is_true())
        .then("A")
        .otherwise_missing()
    )


COPD = Registry(
    name="copd",
    title=words("COPD", "慢性阻塞性肺疾病"),
    about=words(
        "Everybody with a diagnosis of chronic obstructive lung disease (ICD-10 J44), from the first one on.",
        "所有机构已诊断慢性阻塞性肺疾病（ICD-10 J44）者，自首次诊断起。",
    ),
    source=f"{CODES}; {GOLD}; {FOLLOW_UP} (to be confirmed)",
    entry=diagnoses("chronic obstructive lung disease", "J44"),
    schedule=visits((6, 60), early=60, late=60),
    charts=("gold_grade", "gold_group"),
    measured=("mmrc",),
    variables=(
        sex(),
        born(),
        age_at_entry(),
        smoking(),
        points("pack_years", "Pack years", "吸烟指数（包年）", "registry:pack_years", GOLD, at=BASELINE, ever=True,
               meaning=words("packs a day times years", "每日包数×年数")),
        answered("dust", "Dust or smoke at work or home", "职业粉尘或生物燃料暴露", "registry:dust", YES_NO, GOLD,
            at=BASELINE, ever=True),
        *body(GOLD, every=12),
        # -- lung function
        number("fev1_percent", "FEV1, % predicted", "FEV1占预计值%", labs("FEV1 % predicted", written=("20152-5",)),
            "%", GOLD,
               every=12, is_task=True, is_drawn=True, standing=CONFIRM, target=50.0,
               meaning=words("after a bronchodilator where it is told; once a year",
                   "支气管舒张后（如注明），每年1次")),
        number("fev1", "FEV1", "第1秒用力呼气量", labs("FEV1", written=("20150-9",)), "L", GOLD, every=12),
        number("fvc", "FVC", "用力肺活量", labs("FVC", written=("19868-9", "19870-5")), "L", GOLD, every=12),
        made("ratio", "FEV1/FVC", "FEV1/FVC", lambda v: v["fev1"] / v["fvc"], f"{GOLD}: obstruction under 0.70",
            is_drawn=True,
             meaning=words("of the last two volumes", "最近一次两项之比")),
        made("gold_grade", "GOLD grade", "GOLD气流受限分级", _grade, GOLD, codes=GRADES,
             meaning=words("by FEV1 in per cent of what is predicted", "按FEV1占预计值%")),
        # -- symptoms, exacerbations
        points("mmrc", "mMRC", "mMRC呼吸困难评分", "registry:mmrc", GOLD, every=6, is_task=True, is_drawn=True,
               meaning=words("0 to 4", "0～4分")),
        points("cat", "CAT", "CAT评分", "registry:cat", "Jones 2009, Eur Respir J 34:648", every=6, is_drawn=True,
            target=10.0,
               meaning=words("0 to 40", "0～40分")),
        points("exacerbations", "Exacerbations, moderate", "中度急性加重次数", "registry:exacerbations", GOLD,
            every=12,
               meaning=words("in the last 12 months, treated with steroids or antibiotics",
                   "近12个月，需激素或抗菌药物治疗")),
        points("exacerbation_stays", "Exacerbations, to hospital", "因急性加重住院次数",
            "registry:exacerbation_stays", GOLD, every=12,
               meaning=words("in the last 12 months", "近12个月")),
        made("gold_group", "GOLD group", "GOLD综合评估分组", _group, GOLD, codes=GROUPS,
             meaning=words("E by exacerbations, else A or B by mMRC and CAT",
                 "先按急性加重定E组，否则按mMRC与CAT分A、B组")),
        # -- oxygen
        number("spo2", "Oxygen saturation", "血氧饱和度", labs("oxygen saturation", "59408-5", "2708-6"), "%", GOLD,
            every=6,
               target=88.0, is_drawn=True),
        number("pao2", "PaO2", "动脉血氧分压", labs("arterial oxygen", "2703-7"), "mm[Hg]", GOLD, at=EVENT,
            target=55.0),
        number("paco2", "PaCO2", "动脉血二氧化碳分压", labs("arterial carbon dioxide", "2019-8"), "mm[Hg]", GOLD,
            at=EVENT),
        number("ph", "pH", "动脉血pH", labs("arterial pH", "2744-1"), "[pH]", GOLD, at=EVENT),
        number("eosinophils", "Eosinophils", "嗜酸性粒细胞计数", labs("eosinophils", "711-2"), "10*9/L",
            f"{GOLD}: 0.1 and 0.3",
               at=BASELINE, ever=True),
        number("haemoglobin", "Haemoglobin", "血红蛋白", labs("haemoglobin", "718-7"), "g/L", GOLD, at=BASELINE),
        done("ct", "Chest CT", "胸部CT", operations(names=("胸部ct", "chest ct", "ct chest")), GOLD, at=BASELINE,
            ever=True,
             standing=CONFIRM),
        # -- what goes with it
        *heart_and_vessels(CODES),
        has("asthma", "Asthma", "支气管哮喘", diagnoses("asthma", "J45", "J46"), CODES, ever=True),
        has("lung_cancer", "Lung cancer", "肺癌", diagnoses("lung cancer", "C34"), CODES, ever=True),
        has("anxiety", "Anxiety or depression", "焦虑或抑郁", diagnoses("anxiety or depression", "F32", "F33", "F41"),
            CODES, ever=True),
        # -- treatment
        has("lama", "LAMA", "长效抗胆碱能药", medicines("tiotropium", "umeclidinium", "glycopyrronium", "噻托溴铵",
            "乌美溴铵", "格隆溴铵"), NAMES),
        has("laba", "LABA", "长效β2受体激动剂", medicines("formoterol", "salmeterol", "vilanterol", "indacaterol",
            "福莫特罗", "沙美特罗", "维兰特罗", "茚达特罗"), NAMES),
        has("ics", "Inhaled steroid", "吸入糖皮质激素", medicines("budesonide", "fluticasone", "布地奈德",
            "氟替卡松"), NAMES),
        has("theophylline", "Theophylline", "茶碱类", medicines("theophylline", "茶碱"), NAMES),
        answered("oxygen", "Oxygen at home", "家庭氧疗", "registry:oxygen", YES_NO, GOLD, every=12),
        answered("flu_vaccine", "Influenza vaccine, last 12 months", "近12个月流感疫苗", "registry:flu_vaccine",
            YES_NO, GOLD, every=12),
    ),
    events=(
        *stays(),
        Event("exacerbation", words("Exacerbation by its code", "急性加重（按编码）"),
              diagnoses("COPD exacerbation", "J44.0", "J44.1"), "NHC list of single diseases, item 20: J44.0, J44.1"),
    ),
)  # fmt: skip
