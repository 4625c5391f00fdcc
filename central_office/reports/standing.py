"""What a report's figures are: live ones for the office alone, or those of a frozen round. Words, no figure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """`mark`: stands above the title, in capitals; `said`: a sentence on where the figures are from; `code`: for
    programs. All empty where nothing is said."""

    mark: str = ""
    said: str = ""
    code: str = ""


UNSAID = Standing()
LIVE = Standing(
    "SỐ LIỆU TẠM, LƯU HÀNH NỘI BỘ",
    "Số liệu tính tại lúc lập báo cáo và còn có thể thay đổi; chỉ dùng trong nội bộ, không dùng để công bố.",
    "live",
)


def of_frozen(version: str, *, interim: bool) -> Standing:
    """`interim`: frozen while its round still ran."""
    said = f"Số liệu lấy từ đợt đã đóng băng {version}, cùng số liệu với trang công bố; phiếu nhận sau đó không tính."
    return Standing("SỐ LIỆU TẠM, ĐỢT KHẢO SÁT CHƯA KẾT THÚC" if interim else "", said, version)
