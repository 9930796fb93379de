"""The registry of lung cancer: who, what and when"""

from __future__ import annotations

from medark.define import deaths, when
from medark.sdk.registry import (
    BASELINE,
    CONFIRM,
    Event,
    Registry,
    age_at_entry,
    answered,
    born,
    diagnoses,
    done,
    first,
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

TNM = (
    "UICC/AJCC TNM, 8th edition (Goldstraw 2016, J Thorac Oncol 11:39) or 9th (Rami-Porta 2024, J Thorac Oncol 19:1007)"
)
WHO = "WHO classification of thoracic tumours, 5th edition, 2021"
CSCO = "CSCO guideline for non-small cell lung cancer (edition of the place)"
ECOG = "Oken 1982, Am J Clin Oncol 5:649"
CODES = "ICD-10 (WHO 2019); choice of codes ours"
NAMES = "names of drugs as written; choice ours"
SURGERY = operations(
    "32.2", "32.3", "32.4", "32.5", "32.6", "32.9", names=("肺叶切除", "肺段切除", "全肺切除", "lobectomy")
)
EGFR_TKI = medicines(
    "gefitinib",
    "erlotinib",
    "icotinib",
    "osimertinib",
    "almonertinib",
    "吉非替尼",
    "厄洛替尼",
    "埃克替尼",
    "奥希替尼",
    "阿美替尼",
)
FOUND = {
    "mutated": words("mutated", "突变"), "wild": words("wild type", "野生型"), "not_tested": words("not tested",
        "未检测"),
}  # fmt: skip
STAGES = {one: words(f"stage {one}", f"{one}期") for one in (
    "0", "IA1", "IA2", "IA3", "IB", "IIA", "IIB", "IIIA", "IIIB", "IIIC", "IVA", "IVB",
)}  # fmt: skip
GROUPS = {"early": words("0 to II", "0～II期"), "local": words("III", "III期"), "spread": words("IV", "IV期")}
HISTOLOGY = {
    "adeno": words("adenocarcinoma", "腺癌"), "squamous": words("squamous cell carcinoma", "鳞状细胞癌"),
    "small": words("small cell carcinoma", "小细胞癌"), "large": words("large cell neuroendocrine",
        "大细胞神经内分泌癌"),
    "other": words("other", "其他"), "unknown": words("not told", "不详"),
}  # fmt: skip
PDL1 = {"low": words("under 1 %", "<1%"), "mid": words("1 to 49 %", "1%～49%"), "high": words("50 % and more",
    "≥50%"),
        "not_tested": words("not tested", "未检测")}  # fmt: skip
RESPONSE = {"cr": words("complete", "完全缓解"), "pr": words("partial", "部分缓解"), "sd": words("stable",
    "疾病稳定"),
            "pd": words("progression", "疾病进展"), "ne": words("not evaluable", "无法评价")}  # fmt: skip


def _group(v):  # type: ignore[no-untyped-def]
    stage = v["stage"]
    early = stage.is_in([one for one in STAGES if not one.startswith(("III", "IV"))])
    return (
        when(early)
        .then("early")
        .when(stage.starts_with("III"))
        .then("local")
        .when(stage.starts_with("IV"))
        .then("spread")
        .otherwise_missing()
    )


LUNG_CANCER = Registry(
    name="lung_cancer",
    title=words("Lung cancer", "肺癌"),
    about=words(
        "Everybody with a diagnosis of cancer of the bronchus and lung (ICD-10 C34), from the first one on.",
        "所有机构已诊断支气管和肺恶性肿瘤（ICD-10 C34）者，自首次诊断起。",
    ),
    source=f"{CODES}; {TNM}; {CSCO} (to be confirmed)",
    entry=diagnoses("lung cancer", "C34"),
    schedule=visits((3, 24), (6, 60), early=45, late=45),
    charts=("stage_group", "histology"),
    measured=("stage",),
    variables=(
        sex(),
        born(),
        age_at_entry(),
        smoking(),
        points("pack_years", "Pack years", "吸烟指数（包年）", "registry:pack_years", CSCO, at=BASELINE, ever=True,
               meaning=words("packs a day times years", "每日包数×年数")),
        answered("family", "Lung cancer in the family", "肺癌家族史", "registry:lung_family", {
            "yes": words("yes", "有"), "no": words("no", "无")}, CSCO, at=BASELINE, ever=True),
        points("ecog", "ECOG", "ECOG体能评分", "registry:ecog", ECOG, every=3, is_drawn=True, meaning=words("0 to 5",
            "0～5分")),
        *body(CSCO, every=3),
        # -- what it is
        answered("edition", "TNM edition", "TNM版本", "registry:tnm_edition", {
            "8": words("8th", "第8版"), "9": words("9th", "第9版")}, TNM, at=BASELINE, ever=True),
        answered("stage", "Stage", "TNM分期", "registry:lung_stage", STAGES, TNM, at=BASELINE, ever=True,
            is_task=True,
                 meaning=words("clinical or pathological stage at diagnosis, as the team set it",
                     "诊断时临床或病理分期")),
        made("stage_group", "Stage group", "分期分组", _group, TNM, codes=GROUPS, meaning=words("of the stage",
            "按分期归组")),
        answered("histology", "Histology", "病理类型", "registry:lung_histology", HISTOLOGY, WHO, at=BASELINE,
            ever=True, is_task=True),
        answered("egfr_gene", "EGFR", "EGFR基因", "registry:egfr", FOUND, CSCO, at=BASELINE, ever=True),
        answered("alk", "ALK", "ALK融合", "registry:alk", FOUND, CSCO, at=BASELINE, ever=True),
        answered("ros1", "ROS1", "ROS1融合", "registry:ros1", FOUND, CSCO, at=BASELINE, ever=True),
        answered("pdl1", "PD-L1 (TPS)", "PD-L1表达（TPS）", "registry:pdl1", PDL1, CSCO, at=BASELINE, ever=True),
        # -- laboratory
        number("cea", "CEA", "癌胚抗原", labs("CEA", "2039-6"), "ug/L", CSCO, every=3, target=5.0, is_drawn=True,
            standing=CONFIRM),
        number("haemoglobin", "Haemoglobin", "血红蛋白", labs("haemoglobin", "718-7"), "g/L", CSCO, every=3),
        number("platelets", "Platelets", "血小板", labs("platelets", "777-3"), "10*9/L", CSCO, every=3),
        number("albumin", "Albumin", "白蛋白", labs("albumin", "1751-7"), "g/L", CSCO, at=BASELINE),
        number("creatinine", "Creatinine", "肌酐", labs("creatinine", "14682-9", "2160-0"), "umol/L", CSCO,
            analyte="creatinine", at=BASELINE),
        # -- pictures
        done("ct", "Chest CT", "胸部CT", operations(names=("胸部ct", "chest ct", "ct chest")), CSCO, every=6,
            is_task=True,
             standing=CONFIRM, meaning=words("the last one, by its name", "最近一次（按项目名称）")),
        done("brain", "Brain MRI or CT", "头颅MRI或CT", operations(names=("头颅", "颅脑", "brain", "head")), CSCO,
            at=BASELINE, ever=True, standing=CONFIRM),
        # -- treatment
        first("operated", "Operated on", "手术日期", SURGERY,
            "ICD-9-CM-3: 32.2 to 32.6, 32.9 (NHC single diseases, item 29)"),
        has("chemotherapy", "Chemotherapy", "化疗", medicines("platin", "pemetrexed", "taxel", "etoposide", "铂",
            "培美曲塞", "他赛", "紫杉醇", "依托泊苷"), NAMES),
        has("egfr_tki", "EGFR inhibitor", "EGFR-TKI", EGFR_TKI, NAMES),
        has("alk_tki", "ALK inhibitor", "ALK-TKI", medicines("crizotinib", "alectinib", "lorlatinib", "克唑替尼",
            "阿来替尼", "洛拉替尼"), NAMES),
        has("immune", "Checkpoint inhibitor", "免疫检查点抑制剂", medicines("lizumab", "pembrolizumab", "nivolumab",
            "帕博利珠", "纳武利尤", "信迪利", "卡瑞利珠", "替雷利珠", "阿替利珠"), NAMES),
        answered("radiotherapy", "Radiotherapy", "放疗", "registry:radiotherapy", {
            "yes": words("yes", "是"), "no": words("no", "否")}, CSCO),
        answered("response", "Best response", "最佳疗效", "registry:response", RESPONSE,
            "RECIST 1.1: Eisenhauer 2009, Eur J Cancer 45:228", every=3),
        # -- what goes with it
        has("copd", "COPD", "慢性阻塞性肺疾病", diagnoses("chronic obstructive lung disease", "J44"), CODES,
            ever=True),
        has("effusion", "Pleural effusion", "胸腔积液", diagnoses("pleural effusion", "J90", "J91", "C78.2"), CODES,
            ever=True),
        has("brain_metastasis", "Brain metastasis", "脑转移", diagnoses("brain metastasis", "C79.3"), CODES,
            ever=True),
        has("bone_metastasis", "Bone metastasis", "骨转移", diagnoses("bone metastasis", "C79.5"), CODES, ever=True),
        *heart_and_vessels(CODES),
        first("died", "Died", "死亡日期", deaths, "OMOP CDM 5.4, death"),
    ),
    events=(*stays(), Event("operation", words("Operation on the lung", "肺部手术"), SURGERY,
        "ICD-9-CM-3: 32.2 to 32.6, 32.9")),
)  # fmt: skip
