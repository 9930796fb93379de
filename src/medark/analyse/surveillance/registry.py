"""The methods by name: what each takes and gives, its parameters and its source, told in the user's language"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy.typing as npt

from medark.errors import DefinitionError
from medark.messages import N_, _

from .cusum import Cusum, PoissonCusum
from .ears import EarsC1, EarsC2, EarsC3
from .ewma import EssenceEwma, Ewma
from .farrington import Farrington, FarringtonFlexible
from .nowcast import Nowcast
from .parameters import Parameter, parameters
from .percentile import FixedValue, MovingPercentile
from .scan import PermutationScan, PoissonScan
from .share import BinomialShare
from .signals import Signals

Takes = Literal["series", "shares", "places", "triangle"]
Period = Literal["day", "week", "any"]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: `takes` series or shares (`detect`), places by days (`find`) or a reporting triangle (`complete`).

    `title` and `about` are English; `shown_title` and `shown_about` are in the language that is spoken.
    """

    name: str
    kind: type[Any]
    takes: Takes
    period: Period
    title: str
    about: str
    source: str

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What can be set."""
        return parameters(self.kind)

    @property
    def shown_title(self) -> str:
        """Its name, to a user."""
        return _(self.title)

    @property
    def shown_about(self) -> str:
        """What it does, to a user."""
        return _(self.about)

    def made(self, **given: Any) -> Any:
        """The method with some parameters set; DefinitionError for one that it has not or that is out of bounds."""
        names, method = [known.name for known in self.parameters], self.name
        for name in given:
            if name not in names:
                fix = _("one of: {names}", names=", ".join(names))
                raise DefinitionError(f"method {method} has no parameter {name}", fix=fix)
        return self.kind(**given)


_HUTWAGNER = "Hutwagner 2003, J Urban Health 80(2 Suppl 1):i89-i96; Fricker 2008, Stat Med 27:3407-3429"

_ALL = (
    Method(
        "ears_c1", EarsC1, "series", "day", N_("EARS C1"),
        N_("A day against the mean and spread of the seven days before it."), _HUTWAGNER,
    ),
    Method(
        "ears_c2", EarsC2, "series", "day", N_("EARS C2"),
        N_("A day against seven days that ended two days before it: a slow rise can't hide itself."), _HUTWAGNER,
    ),
    Method(
        "ears_c3", EarsC3, "series", "day", N_("EARS C3"),
        N_("The excess of three days together, each judged as by C2: weak signals that go on."), _HUTWAGNER,
    ),
    Method(
        "cusum", Cusum, "series", "any", N_("CUSUM"),
        N_("What is above expectation adds up until it is too much: small shifts that last."),
        "Page 1954, Biometrika 41:100-115",
    ),
    Method(
        "cusum_poisson", PoissonCusum, "series", "any", N_("CUSUM of rare counts"),
        N_("CUSUM of counts that are rare, made nearly normal first (Rossi)."), "Rossi 1999, Stat Med 18:2111-2122",
    ),
    Method(
        "ewma", Ewma, "series", "any", N_("EWMA chart"),
        N_("A mean in which newer counts weigh more, against the exact limits of its chart."),
        "Roberts 1959, Technometrics 1:239-250",
    ),
    Method(
        "essence_ewma", EssenceEwma, "series", "day", N_("EWMA of ESSENCE"),
        N_("A slow and a fast moving mean against four weeks that ended two days before; the worse of the two counts."),
        "Burkom 2007, Johns Hopkins APL Tech Dig 27(4); Rnssp",
    ),
    Method(
        "moving_percentile", MovingPercentile, "series", "day", N_("Moving percentile (CIDARS)"),
        N_("The last seven days against the same weeks of the past three years, and two weeks on either side."),
        "Yang 2011, Western Pac Surveill Response J 2(1):10-15",
    ),
    Method(
        "fixed_value", FixedValue, "series", "any", N_("Fixed value (CIDARS)"),
        N_("One case is a signal: class A diseases and others that must never be."),
        "Yang 2011, Western Pac Surveill Response J 2(1):10-15",
    ),
    Method(
        "farrington", Farrington, "series", "week", N_("Farrington"),
        N_("A week against the same weeks of past years, by regression; past outbreaks count less."),
        "Farrington 1996, J R Stat Soc A 159:547-563",
    ),
    Method(
        "farrington_flexible", FarringtonFlexible, "series", "week", N_("Farrington Flexible"),
        N_("A week against all weeks of past years, by regression with seasons and trend; past outbreaks count less."),
        "Noufaily 2013, Stat Med 32:1206-1222",
    ),
    Method(
        "binomial_share", BinomialShare, "shares", "any", N_("Binomial limits of a share"),
        N_("Positives among tests against the share of the four weeks before: what chance would hardly give."),
        "Clopper 1934, Biometrika 26:404-413; Brown 2001, Stat Sci 16:101-133",
    ),
    Method(
        "scan_poisson", PoissonScan, "places", "day", N_("Space–time scan (Poisson)"),
        N_("Where and since when there are more cases than a population leads one to expect."),
        "Kulldorff 1997, Commun Stat Theory Methods 26:1481-1496; Kulldorff 2001, J R Stat Soc A 164:61-72",
    ),
    Method(
        "scan_permutation", PermutationScan, "places", "day", N_("Space–time scan (permutation)"),
        N_("Where and since when cases come together, from the cases alone."), "Kulldorff 2005, PLoS Med 2(3):e59",
    ),
    Method(
        "nowcast", Nowcast, "triangle", "any", N_("Correction for reporting delay"),
        N_("What the latest days will come to when all reports are in."),
        "Mack 1993, ASTIN Bull 23:213-225; Lawless 1994, Can J Stat 22:15-31",
    ),
)  # fmt: skip

METHODS: Mapping[str, Method] = {method.name: method for method in _ALL}


def method(name: str) -> Method:
    """The method of a name; DefinitionError if there is none."""
    if name not in METHODS:
        fix = _("one of: {names}", names=", ".join(METHODS))
        raise DefinitionError(f"there is no method {name} of surveillance", fix=fix)
    return METHODS[name]


def detect(counts: npt.ArrayLike, name: str, **given: Any) -> Signals:
    """Judge counts (series × periods), oldest first, NaN where missing, by a method that takes series.

    >>> detect([4, 6, 5, 7, 3, 5, 6, 20], "ears_c1").alarm.tolist()[-1]
    True
    """
    found = method(name)
    if found.takes != "series":
        series = ", ".join(known.name for known in _ALL if known.takes == "series")
        raise DefinitionError(f"method {name} judges no series", fix=_("one of: {names}", names=series))
    signals: Signals = found.made(**given).detect(counts)
    return signals
