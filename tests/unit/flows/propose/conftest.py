"""An export of a hospital that nobody has described: people, visits, diagnoses, results of a dictionary's tests."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from medark.bootstrap import init_workspace, open_workspace
from medark.flows.workspace import Workspace

PEOPLE, VISITS, RESULTS = 40, 60, 300


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its files."""
    return written(tmp_path_factory.mktemp("export"))


def written(folder: Path) -> Path:
    """The files, in a folder."""
    folder.mkdir(exist_ok=True)
    draw = random.Random(5)
    people = [f"B{n:06d}" for n in range(PEOPLE)]
    visits = [(f"V{n:05d}", draw.choice(people), f"2024-02-{1 + n % 27:02d} 09:00:00") for n in range(VISITS)]
    _write(
        folder / "病人基本信息_0001.csv",
        ["病人ID", "姓名", "性别", "出生日期", "联系电话"],
        [
            [p, f"张{'伟芳娜'[i % 3]}", "男女"[i % 2], f"19{50 + i}-05-0{1 + i % 9}", f"138{i:08d}"]
            for i, p in enumerate(people)
        ],
    )
    _write(
        folder / "门诊就诊_0001.csv",
        ["就诊流水号", "病人ID", "就诊时间", "就诊类别", "科室编码", "科室名称"],
        [[v, p, at, "门诊", f"03{i % 5:02d}", f"{'内外妇儿眼'[i % 5]}科"] for i, (v, p, at) in enumerate(visits)],
    )
    _write(
        folder / "诊断_0001.csv",
        ["就诊流水号", "病人ID", "诊断编码", "诊断名称", "诊断时间"],
        [
            [v, p, f"I1{i % 9}.{i % 10}", f"{['高血压', '冠心病', '肺炎'][i % 3]}", at]
            for i, (v, p, at) in enumerate(visits)
        ],
    )
    _write(
        folder / "检验结果_0001.csv",
        ["报告单号", "就诊流水号", "病人ID", "检验项目名称", "检验结果", "结果单位", "检验时间"],
        [
            [
                f"L{i:06d}",
                *visits[i % VISITS][:2],
                "血红蛋白",
                f"{draw.uniform(90, 160):.0f}",
                "g/L",
                visits[i % VISITS][2],
            ]
            for i in range(RESULTS)
        ],
    )
    _write(folder / "zz.csv", ["q1", "q2"], [[str(i), f"{draw.random():.3f}"] for i in range(30)])
    return folder  # fmt: skip


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A new one."""
    init_workspace(tmp_path / "ws", buckets=2, time_zone="Asia/Shanghai").close()
    with open_workspace(tmp_path / "ws", {}) as opened:
        yield opened


def _write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    with path.open("w", newline="", encoding="gb18030") as out:
        csv.writer(out).writerows([columns, *rows])
