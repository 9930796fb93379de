"""Critical potassium: the rule, its card, and a link to the hospital's own steps"""

from __future__ import annotations

from medark.define import Card, Rule, codes, hours, index, measurements
from medark.sdk import App, CardRule, Settings

# Serum or plasma; whole blood (from a blood-gas analyser).
POTASSIUM = codes("potassium", "LOINC", "2823-3", "6298-4", source="LOINC 2.78")
SOURCE = (
    "Kost GJ. Critical limits for urgent clinician notification at US medical centers. JAMA 1990;263:704-707"
    " (mean limits, adults)"
)


def app(settings: Settings) -> App:
    """The application with a hospital's own limits: Chinese rules leave them to each hospital."""
    results = measurements.of(POTASSIUM)
    recent = results.before(index.start, within=hours(settings.whole("hours")), bounds="[]")
    last = recent.last()
    before = results.where(results.start < last.start).last()
    value = last.value_in("mmol/L")
    rule = Rule(
        "critical_potassium",
        when=(value < settings.number("low")) | (value > settings.number("high")),
        card=Card(
            summary_en="Critical potassium: {potassium} mmol/L at {taken}",
            summary_zh="血钾危急值：{potassium} mmol/L（{taken}）",
            indicator="critical",
            detail_en="Before that: **{before}** mmol/L. Critical here: below {low} or above {high} mmol/L.\n\n"
            "- Was the sample haemolysed, or taken from an arm with an infusion? Then repeat it at once.\n"
            "- ECG now; look for medicines that move potassium.",
            detail_zh="前一次：**{before}** mmol/L。本院危急值：低于 {low} 或高于 {high} mmol/L。\n\n"
            "- 标本是否溶血，或从输液侧采血？若是，立即复查。\n"
            "- 立即做心电图；核对影响血钾的药物。",
        ),
        values={
            "potassium": value,
            "taken": last.start,
            "before": before.value_in("mmol/L"),
            "low": settings.number("low"),
            "high": settings.number("high"),
        },
        source=SOURCE,
    )
    return App(cards=(CardRule("critical_potassium", ("patient-view", "order-select", "order-sign"), rule),))
