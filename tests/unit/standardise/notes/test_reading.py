"""Sections, entities of each kind, and what stands with them"""

from __future__ import annotations

from medark.standardise.notes import Kind, read
from medark.standardise.notes.rows import mention_rows, snippet

RECORD = (
    "某医院入院记录\n姓名：张三　性别：男\n主诉：发热、咳嗽3天。\n既往史：高血压病10年。对青霉素过敏。\n"
    "体格检查：T 38.5℃，BP 150/90mmHg，双肺可闻及湿性啰音。\n"
    "辅助检查：WBC 12.5×10^9/L↑，HBsAg阴性，胸部CT：右肺上叶炎症。\n初步诊断：社区获得性肺炎\n"
    "诊疗计划：予头孢曲松2g静滴qd，阿莫西林胶囊0.5g口服 每日三次。\n记录医师：李四"
)


def _found(text: str) -> list[tuple[str, Kind]]:
    return [(one.text, one.span.kind) for one in read(text).mentions]


def _details(text: str, word: str) -> dict[str, str]:
    return dict(next(one for one in read(text).mentions if one.text == word).details)


def test_sections_cover_the_text_in_order() -> None:
    reading = read(RECORD)
    keys = ["", "header", "complaint", "past", "examination", "tests", "diagnosis", "plan", "header"]
    assert [section.key for section in reading.sections] == keys
    assert reading.sections[0].start == 0
    assert reading.sections[-1].end == len(RECORD)
    assert all(a.end == b.start for a, b in zip(reading.sections, reading.sections[1:], strict=False))
    past = next(section for section in reading.sections if section.key == "past")
    assert RECORD[past.body : past.end].startswith("高血压病10年")


def test_english_sections_with_colon_or_in_capitals() -> None:
    text = "CHIEF COMPLAINT:  Cough.\nPast Medical History: Asthma.\nPHYSICAL EXAMINATION\nLungs clear.\nPlan: rest."
    assert [section.key for section in read(text).sections] == ["complaint", "past", "examination", "plan"]


def test_a_heading_in_the_middle_of_a_sentence_is_none() -> None:
    assert [section.key for section in read("She has a family history of gout.").sections] == [""]


def test_names_and_doctors_are_not_read() -> None:
    assert read("姓名：张三　性别：男\n记录医师：李四").mentions == ()


def test_every_offset_points_at_its_words() -> None:
    assert all(RECORD[one.span.start : one.span.end] == one.text for one in read(RECORD).mentions)


def test_kinds_in_chinese() -> None:
    found = dict(_found(RECORD))
    assert found["咳嗽"] is Kind.SYMPTOM
    assert found["高血压病"] is Kind.DISEASE
    assert found["WBC"] is Kind.TEST
    assert found["胸部CT"] is Kind.IMAGING
    assert found["双肺"] is Kind.BODY
    assert found["头孢曲松"] is Kind.DRUG
    assert dict(_found("行腹腔镜下胆囊切除术。"))["腹腔镜下胆囊切除术"] is Kind.OPERATION


def test_words_that_no_list_has_are_built_of_known_parts() -> None:
    assert _found("左肺下叶低分化鳞癌。") == [("左肺下叶低分化鳞癌", Kind.DISEASE)]
    assert _found("右膝关节肿痛。") == [("右膝关节肿痛", Kind.SYMPTOM)]
    assert _found("行右侧输尿管切开取石术。") == [("右侧输尿管切开取石术", Kind.OPERATION)]
    assert _found("服用氟伐他汀。") == [("氟伐他汀", Kind.DRUG)]
    assert _found("Treated with zolbetuximab.") == [("zolbetuximab", Kind.DRUG)]
    assert _found("Underwent pancreatoduodenectomy.") == [("pancreatoduodenectomy", Kind.OPERATION)]


def test_the_longest_mention_stands_and_says_its_site() -> None:
    assert _found("右肺上叶炎症。") == [("右肺上叶炎症", Kind.DISEASE)]
    assert _details("右肺上叶炎症。", "右肺上叶炎症") == {"site": "右肺上叶"}


def test_a_word_that_no_list_has_is_known_by_the_longest_that_it_ends_with() -> None:
    found = {one.text: one.span for one in read("左肾囊肿，右下腹痛。").mentions}
    assert (found["左肾囊肿"].name, found["左肾囊肿"].code) == ("renal cyst", "N28.1")
    assert (found["右下腹痛"].name, found["右下腹痛"].code) == ("abdominal pain", "R10.4")


def test_everyday_words_hold_no_body_part() -> None:
    assert _found("口服，心情可，手术后病理。") == []


def test_a_drug_with_dose_route_and_frequency() -> None:
    told = {"dose": "2g", "route": "静滴", "frequency": "qd"}
    assert _details(RECORD, "头孢曲松") == told
    assert _details(RECORD, "阿莫西林胶囊") == {"dose": "0.5g", "route": "口服", "frequency": "每日三次"}
    english = "Metoprolol 25 mg p.o. b.i.d., aspirin 81 mg daily."
    assert _details(english, "Metoprolol") == {"dose": "25 mg", "route": "p.o.", "frequency": "b.i.d"}
    assert _details(english, "aspirin") == {"dose": "81 mg", "frequency": "daily"}


def test_an_allergy_is_no_drug_that_is_taken() -> None:
    assert _details(RECORD, "青霉素") == {"allergy": "1"}
    rows = {row.lexical_variant: row for row in mention_rows(read(RECORD), RECORD)}
    assert rows["青霉素"].term_exists == "N"
    assert rows["头孢曲松"].term_exists == "Y"


def test_a_result_with_value_unit_and_flag() -> None:
    assert _details(RECORD, "WBC") == {"value": "12.5", "unit": "×10^9/L", "flag": "high"}
    assert _details(RECORD, "T") == {"value": "38.5", "unit": "℃"}
    assert _details(RECORD, "BP") == {"value": "150/90", "unit": "mmHg"}
    assert _details(RECORD, "HBsAg") == {"value": "阴性"}
    assert _details("Creatinine was 1.4 mg/dL (high).", "Creatinine") == {
        "value": "1.4", "unit": "mg/dL", "flag": "high",
    }  # fmt: skip


def test_a_negative_result_is_a_result() -> None:
    found = next(one for one in read("HBsAg阴性。").mentions)
    assert not found.context.is_negated


def test_an_abbreviation_counts_in_english_only_in_capitals() -> None:
    assert _found("He had an MI.") == [("MI", Kind.DISEASE)]
    assert _found("mi casa") == []


def test_a_unit_is_no_result() -> None:
    assert _found("阿司匹林 100 mg") == [("阿司匹林", Kind.DRUG)]


def test_what_is_kept_of_the_sentence_has_no_numbers_of_people() -> None:
    text = "神清。考虑肺炎，已告知家属，电话13912345678，身份证330102199001011234。次日复查。"
    said = snippet(text, text.index("肺炎"), text.index("肺炎") + 2)
    assert said == "考虑肺炎，已告知家属，电话***，身份证***"
    assert max(len(row.snippet) for row in mention_rows(read("发热" * 400), "发热" * 400)) <= 250


def test_what_is_kept_ends_at_gaps_as_names_stand_behind_them() -> None:
    text = "病程记录　2026年01月10日 08:04　罗悦　pt-0017\n咳嗽减轻。\n"
    text += "麻醉方式：全身麻醉　麻醉医师：张春琳\nFever   Dr. Smith"
    said = " ".join(row.snippet for row in mention_rows(read(text), text))
    assert "咳嗽减轻" in said
    assert not {"罗悦", "张春琳", "Smith", "0017"} & set(said.replace("：", " ").split())


def test_modifiers_say_what_differs_from_a_plain_mention() -> None:
    rows = {row.lexical_variant: row for row in mention_rows(read(RECORD), RECORD)}
    assert rows["咳嗽"].term_modifiers == "Kind=symptom"
    assert rows["WBC"].term_modifiers == "Kind=test;Value=12.5;Unit=×10^9/L;Flag=high"
    assert (rows["高血压病"].term_temporal, rows["高血压病"].term_exists) == ("past", "Y")
    negated = next(mention_rows(read("无发热。"), "无发热。"))
    assert (negated.term_modifiers, negated.term_exists) == ("Kind=symptom;Negation=true", "N")
