"""The sheet `choices`: rating scales and options. A list is a scale where a row says so or a rating uses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from central_office.forms.columns import CHOICES, YES_NO_LIST, YES_NO_WORDS
from central_office.forms.gathering import Document, Gathering
from central_office.forms.workbook import Row

MARKS = ("hailong_scale", "hailong_satisfied_from", "hailong_not_applicable")


@dataclass
class Lists:
    """`rows`: by list, in the sheet's order. A list that is used twice is the same scale, or the same options."""

    work: Gathering
    rows: dict[str, list[Row]] = field(default_factory=dict)
    ratings: set[str] = field(default_factory=set)
    used: set[str] = field(default_factory=set)

    def use(self, name: str, *, as_scale: bool) -> bool:
        """Whether there is such a list; notes what it is used as."""
        self.used.add(name)
        if as_scale:
            self.ratings.add(name)
        return name in self.rows

    def is_scale(self, name: str) -> bool:
        return name in self.ratings or any(row[mark] for row in self.rows.get(name, ()) for mark in MARKS)

    def scales(self) -> list[Document]:
        """In the sheet's order, those that no question uses too."""
        names = [name for name in self.rows if name != YES_NO_LIST and self.is_scale(name)]
        return [self._scale(name, f"/scales/{position}") for position, name in enumerate(names)]

    def _scale(self, name: str, pointer: str) -> Document:
        levels: list[Document] = []
        scale: Document = {"id": name, "levels": levels}
        self.work.put(pointer, self.rows[name][0], {"id": "list_name", "satisfied_from": MARKS[1]})
        for row in self.rows[name]:
            text = self.work.texts(row, "label")
            if row["hailong_signal"]:
                vi, en = "Mức của thang đo không có dấu hiệu; xin xóa ô", "a level has no signal; clear the cell"
                self.work.wrong(row.place("hailong_signal"), vi, en)
            if self.work.flag(row, "hailong_not_applicable"):
                scale["not_applicable"] = {"code": row["name"], "text": text}
                self.work.put(f"{pointer}/not_applicable", row, {"code": "name", "text": "label"})
                continue
            self.work.put(f"{pointer}/levels/{len(levels)}", row, {"value": "name", "text": "label"})
            value = self._value(row)
            levels.append({"value": value, "text": text})
            if self.work.flag(row, "hailong_satisfied_from"):
                if "satisfied_from" in scale:
                    vi, en = "Hai mức cùng được đánh dấu; chỉ đánh dấu mức đầu tiên", "mark the first such level only"
                    self.work.wrong(row.place(MARKS[1]), vi, en)
                scale["satisfied_from"] = value
        return scale

    def _value(self, row: Row) -> int:
        if row["name"].isascii() and row["name"].isdecimal() and len(row["name"]) <= 2:
            return int(row["name"])
        vi = "Mã của mức phải là số 1, 2, 3 …; mức «không áp dụng» thì đánh dấu hailong_not_applicable"
        en = "a level's name is a number; mark «not applicable» in hailong_not_applicable"
        self.work.wrong(row.place("name"), vi, en)
        return 1

    def options(self, name: str, pointer: str) -> list[Document]:
        """The options of one question."""
        found = []
        for position, row in enumerate(self.rows.get(name, ())):
            option: Document = {"code": row["name"], "text": self.work.texts(row, "label")}
            if (signal := self.work.flag(row, "hailong_signal")) is not None:
                option["signal"] = signal
            keys = {"code": "name", "text": "label", "signal": "hailong_signal"}
            self.work.put(f"{pointer}/options/{position}", row, keys)
            found.append(option)
        return found

    def spare(self) -> Mapping[str, list[Document]]:
        """Options of lists that no question of this sheet uses."""
        names = [n for n in self.rows if n not in self.used and n != YES_NO_LIST and not self.is_scale(n)]
        return {name: self.options(name, f"/options/{name}") for name in names}


def read_lists(work: Gathering) -> Lists:
    lists = Lists(work)
    for row in work.rows(CHOICES):
        if not row["list_name"]:
            vi = "Dòng này thiếu tên danh sách (list_name)"
            work.wrong(row.place("list_name"), vi, "this row has no list_name")
            continue
        lists.rows.setdefault(row["list_name"], []).append(row)
    _check_yes_no(work, lists)
    return lists


def _check_yes_no(work: Gathering, lists: Lists) -> None:
    """The kiosk says yes and no in its own words: other words here would be lost."""
    rows = lists.rows.get(YES_NO_LIST, [])
    if rows and [row["name"] for row in rows] != list(YES_NO_WORDS):
        vi = f"Danh sách {YES_NO_LIST} gồm đúng hai mã {' và '.join(YES_NO_WORDS)}; danh sách khác xin đặt tên khác"
        work.wrong(rows[0].place("list_name"), vi, f"{YES_NO_LIST} holds CO and KHONG, in this order")
    for row in rows:
        for language, text in work.texts(row, "label").items():
            usual = YES_NO_WORDS.get(row["name"], {}).get(language)
            if usual is not None and text != usual:
                vi = f"Ki-ốt ghi «{usual}»; muốn ghi khác xin đặt một danh sách khác"
                work.wrong(f"{row.place('name')}, {language}", vi, f"the kiosk says {usual!r}; use a list of your own")
        for mark in (*MARKS, "hailong_signal"):
            if row[mark]:
                work.wrong(row.place(mark), "Không dùng ở danh sách này; xin xóa ô", "not used here; clear the cell")
