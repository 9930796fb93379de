"""What is said of pairs, for translation: fields, levels of agreement, why a pair is what it is"""

from __future__ import annotations

from typing import Final

from medark.messages import N_

FIELD: Final = {
    "name": N_("full name"), "birth": N_("birth"), "sex": N_("sex"), "ni": N_("identity number"),
    "insurance": N_("insurance number"), "phone": N_("phone"), "address": N_("address"),
}  # fmt: skip
WHY: Final = {
    "number": N_("the same number"), "number, but": N_("the same number, but other things differ"),
    "weight": N_("by weight"), "against": N_("something speaks against it"),
    "other number": N_("two different identity numbers"),
}  # fmt: skip
LEVEL: Final = frozenset({
    N_("same name"), N_("same sound"), N_("a character or two differ"), N_("one name, which the other has too"),
    N_("same given name"), N_("same family name"), N_("other name"), N_("same day"), N_("same year, day unknown"),
    N_("a digit differs, or day and month changed places"), N_("a year apart, day unknown"), N_("other birth"),
    N_("same sex"), N_("other sex"), N_("same number"), N_("a character differs"), N_("other number"),
    N_("a digit differs, or the last digits agree"), N_("same address"), N_("same road and number"), N_("same town"),
    N_("other address"),
})  # fmt: skip
VERDICT: Final = {"same": N_("one person"), "different": N_("two persons"), "unsure": N_("unsure")}
SURVIVING: Final = {
    "identity number": N_("the identity number says so"), "most records": N_("most records say so"),
    "only one": N_("nothing else is said"), "": "",
}  # fmt: skip
