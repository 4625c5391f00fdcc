"""What is wrong with a form that somebody brings: place, why and what to do, in Vietnamese and in English."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from survey.errors import Problem

NOT_TRANSLATED = "Nội dung không đúng quy định của tệp phiếu"
_PLACE = re.compile(r"\{(\d)\}")
# Reasons of `survey.form_file`, by their words, and how an officer is told them; {1} is the first thing found in it.
_REASONS: Mapping[str, str] = {
    r"'(.*)' is not a code \(.*": "«{1}» không phải là mã: chỉ dùng chữ không dấu, chữ số, . _ - và tối đa 40 ký tự",
    r"'(.*)' is none of (.*)": "«{1}» không phải là một trong các giá trị: {2}",
    r"(-?\d+) is outside (\d+) to (\d+)": "{1} nằm ngoài khoảng {2} đến {3}",
    r"longer than (\d+) characters": "Dài hơn {1} ký tự; xin rút ngắn",
    r"holds a control or half character": "Có dấu xuống dòng hoặc ký tự ẩn; xin viết trên một dòng",
    r"is missing": "Còn thiếu; xin điền",
    r"is empty": "Để trống; xin điền hoặc bỏ ngôn ngữ này",
    r"the Vietnamese text is missing": "Thiếu lời bằng tiếng Việt; xin điền cột tiếng Việt",
    r"no scale .*": "Câu đánh giá phải có danh sách các mức",
    r"values must run .*": "Các mức phải là 1, 2, 3 … từ kém nhất, ít nhất hai mức",
    r"a question of this type needs options": "Câu này cần danh sách lựa chọn",
    r"only single and multi have options": "Chỉ câu chọn mới có danh sách lựa chọn",
    r"two options share a code": "Hai lựa chọn trùng mã",
    r"no factor '(.*)' in this form": "Không có yếu tố «{1}»; xin thêm vào trang hailong_factors",
    r"figures are broken down by .*": "Chỉ câu chọn một mới có vai trò field hoặc respondent",
    r"the index needs a scale .*": "Câu tính chỉ số cần thang đo có đánh dấu mức bắt đầu tính là hài lòng",
    r"'(.*)' is used twice": "Mã «{1}» dùng hai lần",
    r"a code is used twice": "Có mã dùng hai lần",
    r"more than one question has the role (.*)": "Có hơn một câu mang vai trò {1}; chỉ được một câu",
    r"more than (\d+)": "Nhiều hơn {1} câu",
    r"no section '(.*)' in this form": "Không có phần «{1}»",
    r"section '(.*)' was left before": "Phần «{1}» bị ngắt quãng; xin đặt các câu của một phần liền nhau",
    r"no question '(.*)' stands before this one": "Không có câu «{1}» đứng trước câu này",
    r"no option '(.*)' there": "Câu ấy không có lựa chọn «{1}»",
    r"(.*) is no answer to '(.*)'": "{1} không phải là câu trả lời của câu «{2}»",
    r"unknown field": "Mục không được biết; xin bỏ",
    r"is not a content digest .*": "Không phải là mã băm nội dung (64 ký tự thập lục phân)",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """`place`: a cell («survey!C5, label») or a JSON pointer; "" for the whole file."""

    place: str
    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.vi} / {self.en}"


class FormRefused(Exception):
    """A form that is not taken, with every reason at once. Nothing of it is kept."""

    code = "form_refused"
    hint = "Sửa từng chỗ đã nêu rồi nạp lại / mend each place named, then try again."

    def __init__(self, source: str, troubles: Iterable[Trouble]) -> None:
        self.source = source
        self.troubles = tuple(troubles)
        super().__init__("\n".join(f"{source}: {trouble}" for trouble in self.troubles))


def in_vietnamese(reason: str) -> str:
    """What a reason of the form reader says, for an officer."""
    for pattern, text in _REASONS.items():
        if match := re.fullmatch(pattern, reason):
            return _PLACE.sub(lambda place: match[int(place[1])], text)
    return NOT_TRANSLATED


def told(problems: Iterable[Problem]) -> list[Trouble]:
    """Problems of a JSON file, both ways."""
    return [Trouble(problem.place, in_vietnamese(problem.reason), problem.reason) for problem in problems]
