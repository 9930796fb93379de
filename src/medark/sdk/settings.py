"""What a hospital may set of an application: each setting has a type, a default and limits"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.errors import UsageError

Setting = str | int | float | bool
TYPES: Final = ("text", "integer", "number", "truth", "choice")


@dataclass(frozen=True, slots=True)
class SettingSpec:
    """One setting: `least` and `most` bound numbers, `choices` are those of a choice."""

    name: str
    type: str
    default: Setting
    title: Mapping[str, str]  # by language
    least: float | None = None
    most: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""  # where the default comes from

    def read(self, value: object) -> Setting:
        """A value, or the text of one, as the setting takes it. UsageError says what is wanted."""
        found = self._typed(value)
        if found is None or not self._is_within(found):
            raise UsageError(f"the setting {self.name} can't be {value!r}", fix=f"{self.name} = {self.wanted}")
        return found

    @property
    def wanted(self) -> str:
        """What a value must be, in words."""
        if self.type == "choice":
            return " | ".join(self.choices)
        limits = [f"{name} {limit:g}" for name, limit in (("from", self.least), ("to", self.most)) if limit is not None]
        return " ".join([{"truth": "true or false"}.get(self.type, f"a {self.type}"), *limits, self.unit]).strip()

    def _typed(self, value: object) -> Setting | None:
        match self.type:
            case "text" | "choice":
                return value if isinstance(value, str) else None
            case "truth":
                return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value))
        if isinstance(value, bool):
            return None
        try:
            number = float(value)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            return None
        if number != number or number in (float("inf"), float("-inf")):
            return None
        if self.type == "number":
            return number
        return int(number) if number == int(number) else None

    def _is_within(self, value: Setting) -> bool:
        if self.type == "choice":
            return value in self.choices
        if isinstance(value, str | bool):
            return True
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


class Settings(Mapping[str, Setting]):
    """The settings of one application by name: what the hospital set, else the defaults."""

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Setting]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Setting:
        if name not in self._values:
            raise UsageError(f"there is no setting {name!r}", fix=f"describe it in app.toml: [settings.{name}]")
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def number(self, name: str) -> float:
        """A setting that is a number, as one."""
        return float(self[name])

    def whole(self, name: str) -> int:
        """A setting that is a whole number, as one."""
        return int(self[name])


def settled(specs: Mapping[str, SettingSpec], given: Mapping[str, Any]) -> Settings:
    """Every setting with its value. UsageError for a name or value that can't be."""
    for name in given:
        if name not in specs:
            raise UsageError(f"there is no setting {name!r}", fix=" | ".join(sorted(specs)) or "leave it out")
    return Settings({name: spec.read(given.get(name, spec.default)) for name, spec in specs.items()})
