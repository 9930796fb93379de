"""The apps' only door: what an application is written with, checked by and tested with"""

from medark.model.card import Action, CardSource, Coding, Indicator, Link, Suggestion
from medark.model.page import (
    Block,
    DataTable,
    Field,
    Figure,
    Form,
    Heading,
    KeyFigure,
    KeyFigures,
    Label,
    PersonLink,
    TableColumn,
    TaskPanel,
    Text,
    address,
)
from medark.model.signal import Every
from medark.sdk.app import App, CardLink, CardRule, Page, Publish, PublishFigure, PublishMeasure, Reason, TaskRule
from medark.sdk.app_toml import read_manifest
from medark.sdk.figures import bars, chart, figure, lines
from medark.sdk.finding import Finding
from medark.sdk.forms import FilledForm, FormAnswer
from medark.sdk.manifest import Manifest
from medark.sdk.own_codes import own_codes
from medark.sdk.settings import Settings
from medark.sdk.shows import Answer, CardEnds, Cards, Counts, Meetings, Rows, Signals, Sums, Tasks, View
from medark.sdk.signals import Detection, Part, PublishSignal, Response, Trigger

__all__ = [
    "Action", "Answer", "App", "Block", "CardEnds", "CardLink", "CardRule", "CardSource", "Cards", "Coding",
    "Counts", "DataTable", "Detection", "Every", "Field", "Figure", "FilledForm", "Finding", "Form", "FormAnswer",
    "Heading", "Indicator", "KeyFigure", "KeyFigures", "Label", "Link", "Manifest", "Meetings", "Page", "Part",
    "PersonLink", "Publish", "PublishFigure", "PublishMeasure", "PublishSignal", "Reason", "Response", "Rows",
    "Settings", "Signals", "Suggestion", "Sums", "TableColumn", "TaskPanel", "TaskRule", "Tasks", "Text", "Trigger",
    "View", "address", "bars", "chart", "figure", "lines", "own_codes", "read_manifest",
]  # fmt: skip
