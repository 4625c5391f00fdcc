"""Every word that the counter's page and its slips say, in Vietnamese. Decides nothing."""

from datetime import date, datetime

SLIP_AGAIN = "— IN LẠI —"
SLIP_TITLE = ("Mời Ông/Bà cho biết", "mức độ hài lòng")
SLIP_HOW_ANYWHERE = ("Quét tại quầy, hoặc ở nhà bằng điện thoại",)
SLIP_HOW_HERE = ("Xin quét mã này tại quầy.",)
SLIP_UNTIL = "Dùng một lần, đến hết {day}"
SLIP_PROMISE = ("Phiếu không ghi tên,", "không gắn với hồ sơ khi trả lời.")


NOT_ENROLLED = "Máy này chưa được ghi danh với trung tâm. Đề nghị cán bộ kỹ thuật ghi danh (hailong-agent enrol)."
NO_SETUP = (
    "Chưa nhận được cấu hình phiếu mời từ trung tâm. Kiểm tra dây mạng; máy tự nhận trong ít phút sau khi có mạng. "
    "Nếu vẫn chưa có, báo cán bộ kỹ thuật kiểm tra hailong-agent."
)
OTHER_SETUP = (
    "Cấu hình phiếu mời chưa khớp với mẫu phiếu hiện hành. Máy đang chờ trung tâm gửi lại; thử lại sau ít phút."
)
WRONG_CLOCK = "Đồng hồ của máy chỉ ngày {day} nên không in được phiếu. Đề nghị chỉnh lại ngày giờ của máy."
NO_RANDOMNESS = "Máy chưa tạo được mã mới. Xin bấm lại; nếu vẫn vậy, báo cán bộ kỹ thuật."
NO_LINK = "Mã của phiếu này đã được huỷ theo thời hạn nên không in lại được. Xin in phiếu mới."
DISK_FAILED = "Ổ lưu trữ không ghi được nên chưa in phiếu nào. Báo cán bộ kỹ thuật (mã lỗi: {code})."
NO_FONT = "Máy thiếu phông chữ để in phiếu. Báo cán bộ kỹ thuật cài gói fonts-liberation2."

WRONG_DOSSIER = "Mã hồ sơ dài quá {most} ký tự hoặc có ký tự lạ."
KNOWN_DOSSIER = "Giống mã hồ sơ dịch vụ công."
UNKNOWN_DOSSIER = "Không giống các mẫu mã hồ sơ thường gặp; vẫn nhận."
WRONG_CHOICE = "Lựa chọn này không có trong danh sách."
WRONG_DAY = "Xin ghi ngày theo dạng ngày/tháng/năm, ví dụ 05/11/2026."
WRONG_RETURNED = "Ngày trả kết quả không thể sau hôm nay."

# What to call the printer's condition, and what to do about it; keys are the values of hardware.ports.PrinterStatus.
PRINTER = {
    "none": ("Chưa gắn máy in", "Khai báo máy in trong station.toml."),
    "ready": ("Máy in sẵn sàng", ""),
    "unasked": ("Máy in đã nối", "Loại máy này không báo trạng thái: xin nhìn xem phiếu đã ra chưa."),
    "paper_low": ("Sắp hết giấy", "Chuẩn bị cuộn giấy mới."),
    "no_paper": ("Hết giấy", "Thay cuộn giấy, đậy nắp, rồi bấm In tiếp."),
    "cover_open": ("Nắp máy in đang mở", "Đậy nắp lại, rồi bấm In tiếp."),
    "offline": ("Máy in đang tạm dừng", "Bấm nút trên máy in để máy chạy lại."),
    "fault": ("Máy in bị lỗi", "Tắt máy in, gỡ giấy kẹt, bật lại."),
    "absent": ("Không thấy máy in", "Cắm lại dây máy in và kiểm tra nguồn điện."),
    "forbidden": ("Không có quyền dùng máy in", "Báo cán bộ kỹ thuật."),
    "busy": ("Chương trình khác đang dùng máy in", "Đóng chương trình đó, rồi thử lại."),
    "silent": ("Máy in không trả lời", "Bật máy in, kiểm tra dây và tốc độ truyền."),
    "wrong_width": ("Sai khổ giấy", "Khổ khai báo rộng hơn máy in: báo cán bộ kỹ thuật sửa width_px."),
}


def day(shown: date) -> str:
    """dd/mm/yyyy."""
    return f"{shown:%d/%m/%Y}"


def read_day(typed: str) -> date | None:
    """The day in «dd/mm/yyyy»; None for anything else."""
    try:
        return datetime.strptime(typed.strip().replace("-", "/").replace(".", "/"), "%d/%m/%Y").date()
    except ValueError:
        return None
