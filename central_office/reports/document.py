"""Turns an analysis into a report's blocks, in the order of an administrative report. No query, no clock, no layout."""

from datetime import date

from central_office.reports import breakdowns, judged, words
from central_office.reports.blocks import Column, Document
from central_office.reports.charts import distribution
from central_office.reports.heading import letterhead
from central_office.reports.notes import method_note
from central_office.reports.standing import UNSAID, Standing
from central_office.reports.writer import Writer
from central_office.results.analysis import Analysis, By, Measure, Row
from central_office.results.sayings import UNCOUNTED, stand_in
from survey.form import text_in
from survey.index import percent
from survey.plan_parts import PopulationKind

KINDS = {
    PopulationKind.CLIENTS: "người dân, tổ chức đã giao dịch và nhận kết quả tại các điểm khảo sát",
    PopulationKind.VISITORS: "người dân đến các điểm khảo sát trong thời gian khảo sát",
    PopulationKind.HOUSEHOLDS: "người đại diện hộ gia đình",
}


def document(analysis: Analysis, signed_on: date | None = None, standing: Standing = UNSAID) -> Document:
    """The whole report; a part of which the analysis has nothing is left out."""
    write = Writer()
    _basis(write, analysis)
    _scope(write, analysis, standing)
    _overall(write, analysis)
    judged.factors(write, analysis)
    breakdowns.units(write, analysis)
    breakdowns.others(write, analysis)
    judged.targets(write, analysis)
    judged.rankings(write, analysis)
    _trust(write, analysis)
    _limits(write, analysis)
    _proposals(write)
    about = "Kết quả " + words.lowered(title(analysis))
    head = letterhead(analysis.plan, signed_on)
    return Document(head, about, tuple(write.blocks), tuple(write.annex), standing.mark)


def title(analysis: Analysis) -> str:
    return text_in(analysis.plan.title, "vi")


def _basis(write: Writer, analysis: Analysis) -> None:
    plan = analysis.plan
    number = f" số {plan.number}" if plan.number else ""
    write.say(
        f"Căn cứ Kế hoạch{number}{_dated(plan.dated)} của {plan.issuer} về việc {words.lowered(title(analysis))};",
        f"{_speaker(analysis)} như sau:",
    )


def _speaker(analysis: Analysis) -> str:
    """Who reports; a name kept in capitals only cannot stand in a sentence."""
    body = analysis.plan.heading.body or analysis.plan.issuer
    return "Kết quả khảo sát được báo cáo" if body.isupper() else f"{body} báo cáo kết quả"


def _dated(text: str) -> str:
    """As the plan has it: a day, a month, a year or nothing."""
    pieces = text.split("-")
    if len(pieces) == 3:
        return f" ngày {words.day(date(*map(int, pieces)))}"
    if len(pieces) == 2:
        return f" tháng {int(pieces[1])}/{pieces[0]}"
    return f" năm {text}" if text else ""


def _scope(write: Writer, analysis: Analysis, standing: Standing) -> None:
    plan = analysis.plan
    write.part("PHẠM VI VÀ PHƯƠNG PHÁP")
    write.subpart("Phạm vi, thời gian, đối tượng")
    write.say(
        f"Khảo sát tiến hành từ ngày {words.day(plan.first_day)} đến ngày {words.day(plan.last_day)} "
        f"({plan.days} ngày){_places(analysis)}. {_respondents(analysis)}",
        f"Đối tượng được đánh giá: {words.lowered(plan.subject.text)}." if plan.subject.text else "",
        f"Phạm vi nội dung: {'; '.join(plan.scope_in)}." if plan.scope_in else "",
        f"Không thuộc phạm vi khảo sát: {'; '.join(plan.scope_out)}." if plan.scope_out else "",
        _quota(analysis),
    )
    write.bullets(f"Ngày {words.day(a.day)}, {a.by} sửa đổi kế hoạch: {a.text}." for a in plan.amendments)
    write.subpart("Phương pháp")
    write.say(
        "Chỉ số hài lòng là tỷ lệ phần trăm số lượt trả lời ở các mức hài lòng trên tổng số lượt trả lời câu hỏi đó; "
        "câu để trống và câu “không áp dụng” không tính vào mẫu số. Mức trung bình (“bình thường”) không được tính là "
        f"hài lòng. Chỉ số chung tính {analysis.method}, không phải trung bình cộng của các yếu tố.",
        "Số phần trăm làm tròn đến hai chữ số thập phân. Mọi chỉ số đều tính hai lần: với tất cả các phiếu và sau khi "
        "trừ các phiếu có dấu hiệu bất thường; không phiếu nào bị loại bỏ. "
        f"Số liệu được chốt lúc {words.instant(analysis.at)}. {standing.said}".rstrip(),
    )


def _places(analysis: Analysis) -> str:
    plan = analysis.plan
    if plan.areas:
        return f" tại {words.number(len(plan.areas))} đơn vị"
    return f" tại {words.number(len(plan.allocations))} điểm khảo sát" if plan.allocations else ""


def _respondents(analysis: Analysis) -> str:
    said = KINDS[analysis.plan.population.kind]
    channels = [row.name for row in _rows(analysis, By.CHANNEL) if row.received]
    told = f" Kênh thu nhận: {', '.join(words.lowered(name) for name in channels)}." if channels else ""
    return f"Đối tượng khảo sát: {said}.{told}"


def _rows(analysis: Analysis, by: By) -> tuple[Row, ...]:
    found = analysis.breakdowns.get(by)
    return found.rows if found else ()


def _quota(analysis: Analysis) -> str:
    """Both numbers where the plan's own do not agree (R-002)."""
    plan = analysis.plan
    if not plan.allocated:
        said = "Kế hoạch không giao số phiếu cố định cho từng điểm."
        total = plan.declared_total
        return said if total is None else f"{said} Tổng số ghi trong kế hoạch: {words.number(total)} phiếu."
    said = f"Số phiếu giao theo kế hoạch: {words.number(plan.allocated)} phiếu."
    if plan.declared_total not in (None, plan.allocated):
        said = (
            f"Kế hoạch ghi tổng số {words.number(plan.declared_total)} phiếu; số phiếu giao cho từng điểm cộng lại là "
            f"{words.number(plan.allocated)} phiếu. Báo cáo giữ nguyên hai số và theo dõi theo số giao cho từng điểm."
        )
    return f"{said} Đã nhận {words.number(analysis.received)} phiếu."


def _overall(write: Writer, analysis: Analysis) -> None:
    write.part("KẾT QUẢ CHUNG")
    write.table("Số phiếu của đợt khảo sát", _COUNT_COLUMNS, _counts(analysis), "Phương pháp: đếm từng phiếu đã nhận.")
    overall = analysis.overall
    if overall is None:
        write.say("Mẫu phiếu không có câu hỏi chung nên không có chỉ số hài lòng chung.")
        return
    if words.is_hidden(overall) or not overall.share.n:
        write.say(f"Chưa đủ số lượt trả lời để nêu chỉ số hài lòng chung (ít nhất {analysis.floor} lượt).")
        return
    between = (
        f", khoảng tin cậy 95 % từ {words.interval(overall).replace(' – ', ' % đến ')} %" if overall.interval else ""
    )
    write.say(
        f"Chỉ số hài lòng chung đạt {words.index(overall)} % ({words.of(overall)} lượt trả lời){between}. "
        f"Trừ các phiếu có dấu hiệu bất thường: {_without_flagged(overall)}.",
        stand_in(analysis),
    )
    _levels(write, analysis)
    _beside(write, analysis)


def _without_flagged(measure: Measure) -> str:
    if words.clean_is_hidden(measure):
        return "không hiển thị vì số ít phiếu có thể suy ra bằng phép trừ"
    return f"{words.clean_index(measure)} % ({words.fraction(measure.clean)})"


_COUNT_COLUMNS = (Column("Nội dung", 120, right=False), Column("Số phiếu", 45))


def _counts(analysis: Analysis) -> list[tuple[str, str]]:
    rows = [
        ("Đã nhận trong thời gian khảo sát", analysis.received),
        ("Trong đó: trả lời dở dang, tính cho những câu đã trả lời", analysis.partial),
        ("Trong đó: có dấu hiệu bất thường", analysis.flagged),
        ("Nhận ngoài thời gian khảo sát, không tính", analysis.outside_window),
        ("Người trả lời đã rút lại, không tính", analysis.withdrawn),
    ]
    rows += [(f"Không tính: {UNCOUNTED[why]}", count) for why, count in sorted(analysis.uncounted.items())]
    return [(name, words.number(count)) for name, count in rows]


def _levels(write: Writer, analysis: Analysis) -> None:
    overall = analysis.overall
    if overall is None or not overall.levels or len(overall.levels) != len(analysis.level_names):
        return
    n = sum(overall.levels)
    pairs = list(zip(analysis.level_names, overall.levels, strict=True))[::-1]
    alt = "; ".join(f"{name}: {count} lượt, {words.part(count, n)} %" for name, count in pairs)
    note = f"n = {words.number(n)}. {method_note(overall, interval=False)}"
    write.picture("Phân bố mức độ hài lòng chung", distribution(analysis.level_names, overall.levels), alt, note)


def _beside(write: Writer, analysis: Analysis) -> None:
    """Other ways to reckon, beside the index and never in its place (§5 item 15)."""
    rows: list[tuple[str, str, str, str]] = []
    if analysis.overall is not None:
        rows.append(
            ("Chỉ số chung", words.of(analysis.overall), words.index(analysis.overall), analysis.overall.method)
        )
    if analysis.pooled is not None:
        rows.append(
            (
                "Gộp mọi lượt trả lời về các yếu tố",
                words.of(analysis.pooled),
                words.index(analysis.pooled),
                analysis.pooled.method,
            )
        )
    for name, value in (
        ("Trung bình cộng các yếu tố", analysis.mean),
        ("Trung bình cộng, không kể yếu tố có điều kiện", analysis.without_feedback),
    ):
        if value is not None:
            rows.append((name, words.NONE, percent(value), "trung bình không trọng số"))
    if len(rows) < 2:
        return
    write.table(
        "Chỉ số chung và các cách tính để tham khảo",
        (
            Column("Cách tính", 68, right=False),
            Column("Hài lòng/n", 26),
            Column("%", 19),
            Column("Phương pháp", 52, False),
        ),
        rows,
        "Chỉ số chung là số chính thức; các số còn lại đặt bên cạnh để đối chiếu, không thay thế.",
        strong=(0,),
    )


def _trust(write: Writer, analysis: Analysis) -> None:
    write.part("ĐỘ TIN CẬY VÀ DẤU HIỆU BẤT THƯỜNG")
    overall = analysis.overall
    write.say(
        f"Trong {words.number(analysis.received)} phiếu đã nhận có {words.number(analysis.flagged)} phiếu có dấu hiệu "
        f"bất thường ({words.part(analysis.flagged, analysis.received)} %); các phiếu này vẫn được giữ và tính."
    )
    if overall is not None and overall.interval is not None and not words.is_hidden(overall):
        found = overall.interval
        told = found.clusters < 2 or "thiết kế" in found.method
        design = "" if told else f"; hệ số thiết kế {words.thousandths(found.effect)} với {found.clusters} cụm"
        write.say(f"Khoảng tin cậy 95 % của chỉ số chung: {found.method}{design}.")
    judged.signals(write, analysis)
    judged.given(write, analysis)


def _limits(write: Writer, analysis: Analysis) -> None:
    write.part("HẠN CHẾ")
    write.bullets(
        (
            "Người trả lời tự nguyện tham gia, không phải mẫu chọn ngẫu nhiên; kết quả phản ánh ý kiến của những người "
            "đã trả lời.",
            _rechecks(analysis),
            f"Số liệu có ít hơn {analysis.floor} lượt trả lời không được hiển thị và không được xếp thứ tự.",
            "Chênh lệch giữa các đơn vị có ít phiếu có thể do ngẫu nhiên; cần xem cùng khoảng tin cậy.",
            *filter(None, (stand_in(analysis),)),
            *_unread(analysis),
        )
    )


def _rechecks(analysis: Analysis) -> str:
    percent = analysis.plan.recheck_percent
    if percent is None:
        return "Phiếu không ghi danh tính nên không thể phúc tra từng người trả lời."
    return (
        f"Kế hoạch yêu cầu phúc tra {percent} % số phiếu; phiếu thu qua hệ thống này không ghi danh tính, nên việc "
        "phúc tra được làm và ghi nhận riêng."
    )


def _unread(analysis: Analysis) -> tuple[str, ...]:
    """What stands in the plan's document and could not be read for certain."""
    marks = len(list(analysis.plan.marks()))
    said = f"Có {marks} chỗ trong văn bản kế hoạch chưa đọc được chắc chắn; cần đối chiếu với bản gốc."
    return (said,) if marks else ()


def _proposals(write: Writer) -> None:
    write.part("KIẾN NGHỊ, GIẢI PHÁP")
    write.to_write("(Phần này do cơ quan báo cáo viết.)", 5)
