"""The day that a definition is asked for"""

from __future__ import annotations

import datetime as dt
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from medark.messages import N_
from medark.model.days import day_written

Today = Annotated[
    str, typer.Option("--today", metavar="DATE", help=N_("the day it is asked for, as 2024-07-01; otherwise today"))
]


def day(told: str, zone: str) -> dt.date:
    """The day on the command line; without one, today in the workspace's zone."""
    return a_day(told, "--today") if told else dt.datetime.now(ZoneInfo(zone)).date()


def a_day(told: str, option: str) -> dt.date:
    """The day that an option was given."""
    return day_written(told, f"{option} 2024-07-01")
