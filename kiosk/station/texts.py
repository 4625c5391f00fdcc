"""Every word that the counter's page and its slips say, in Vietnamese. Decides nothing."""

from datetime import date, datetime

SLIP_AGAIN = "— IN LẠI —"
SLIP_TITLE = ("Mời Ông/Bà cho biết", "mức độ hài lòng")
SLIP_HOW_ANYWHERE = ("Quét tại quầy, hoặc ở nhà bằng điện thoại",)
SLIP_HOW_HERE = ("Xin quét mã này tại quầy.",)
SLIP_UNTIL = "Dùng một lần, đến hết {day}"
SLIP_PROMISE = ("Phiếu không ghi tên,", "không ghi mã hồ sơ.")


NOT_ENROLLED = "Máy này chưa được ghi danh với trung tâm. Đề nghị cán bộ kỹ thuật ghi danh (hailong-agent enrol)."
NO_SETUP = (
    "Chưa nhận được cấu hình phiếu mời từ trung tâm. Kiểm tra dây mạng; máy tự nhận trong ít phút sau khi có mạng. "
    "Nếu vẫn chưa có, báo cán bộ kỹ thuật kiểm tra hailong-agent."
)
OTHER_SETUP = (
    "Cấu hình phiếu mời chưa khớp với mẫu phiếu hiện hành. Máy đang chờ trung tâm gửi lại; thử lại sau ít phút."
)
WRONG_CLOCK = "Đồng hồ của máy chỉ ngày {day} nên không in được phiếu. Đề nghị chỉnh lại ngày giờ của máy."
CLOCK_BACK = (
    "Máy chỉ ngày {day}, nhưng sổ đã có phiếu của ngày {newest}, nên không in được phiếu. "
    "Đề nghị chỉnh lại ngày giờ của máy."
)
DAY_UNSEEN = "Đồng hồ của máy chưa được đối chiếu. Xin mở trang phiếu mời và xác nhận ngày {day} trước khi in."
DAY_TITLE = "Hôm nay có phải ngày {day} không?"
DAY_TEXT = (
    "Đồng hồ của máy chưa được đối chiếu qua mạng. Ngày trên phiếu theo đồng hồ này, nên cần người xem lại một lần."
)
DAY_YES = "Đúng, hôm nay là {day}"
DAY_NO = "Nếu không đúng, đừng bấm: đề nghị chỉnh lại ngày giờ của máy."
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


PRODUCT = "Hài Lòng – quầy trả kết quả"
MENU = "Trang"
NAV_SLIPS = "Phiếu mời"
NAV_LATE = "Trễ hẹn"
LEAVE = "Đăng xuất"
BACK = "Về trang phiếu mời"
TODAY_IS = "Hôm nay: {day}"
CANNOT = "Chưa in được phiếu mời"

PRINT = "In phiếu mời"
PRINT_SMALL = "Không cần hồ sơ, chỉ một lần bấm"
WITH_DOSSIER = "Phiếu mời cho hồ sơ vừa trả kết quả"
PRINT_DOSSIER = "In phiếu cho hồ sơ này"
CHECK = "Kiểm tra"
CLEAR = "Xoá các ô"
TODAY = "Phiếu trong ngày"
RECENT = "Các phiếu in hôm nay"
ALL_OF_DAY = "Xem tất cả phiếu trong ngày"
COUNTED = ("Đã in", "In lại", "Đã huỷ")
UNSETTLED = "Chưa rõ"
COL_CODE, COL_DOSSIER, COL_STATE, COL_DO = "Cuối mã", "Mã hồ sơ", "Tình trạng", "Thao tác"
COL_NOTICE, COL_APOLOGY = "Thông báo", "Xin lỗi"
LABELS = {
    "dossier": "Mã hồ sơ (quét hoặc gõ)",
    "agency": "Cơ quan giải quyết",
    "promised": "Ngày hẹn trả",
    "returned": "Ngày trả kết quả",
    "notice": "Nếu trễ hẹn: đã thông báo trước cho công dân?",
    "apology": "Nếu trễ hẹn: đã xin lỗi bằng văn bản?",
}
DAY_SHAPE = "ngày/tháng/năm"
CHOOSE = "– chọn –"
NOT_CHOSEN = "Không ghi"
YES_NO = (("co", "Có"), ("khong", "Không"), ("", "Không ghi"))
SAID = {None: "không ghi", True: "có", False: "không"}
LATE_NOW = "Hồ sơ trễ hẹn {days} ngày."
ON_TIME = "Đúng hẹn."

STATES = {"issued": "Chưa in", "unsure": "Chưa rõ đã ra chưa", "printed": "Đã in", "void": "Đã huỷ"}
REPRINTED = "{state}, in lại {count} lần"
VOID_BECAUSE = "{state}: {reason}"
PRINTED_TITLE = "Đã in phiếu …{tail}"
PRINTED_TEXT = "Trao phiếu cho công dân."
SENT_TEXT = "Đã gửi tới máy in. Xin nhìn phiếu; nếu chưa ra, bấm In lại."
ISSUED_TITLE = "Chưa in được phiếu …{tail}"
ISSUED_TEXT = "Phiếu chưa mất: sửa máy in rồi bấm In tiếp, mã giữ nguyên."
UNSURE_TITLE = "Phiếu …{tail} đã ra đủ chưa?"
UNSURE_TEXT = "Nhìn máy in: phiếu phải có đủ mã QR và dòng cuối, và đã cắt rời. In lại vẫn là mã này, chỉ tính một lần."
VOID_TITLE = "Đã huỷ phiếu …{tail}"
REPRINT_FAILED = "Chưa in lại được. {why}."
GO_ON, CONFIRM, NOT_OUT, AGAIN = "In tiếp", "Đã ra đủ", "Chưa, in lại", "In lại"
VOID, VOID_NOW, WHY = "Huỷ phiếu…", "Huỷ phiếu này", "Lý do"
NO_REASON = "Xin chọn lý do huỷ phiếu."
NO_SLIP = "Không tìm thấy phiếu này trong sổ."

LATE_TITLE = "Hồ sơ trả trễ hẹn"
LATE_COUNTED = ("Trễ hẹn", "Chưa thông báo", "Chưa xin lỗi")
LATE_PERIOD = "Theo các phiếu còn trong sổ, từ ngày {first} đến ngày {last}."
LATE_NOTE = "Ô không ghi được tính là chưa làm. Mã hồ sơ chỉ hiện trong thời hạn lưu, sau đó bị huỷ."
LATE_NONE = "Không có hồ sơ trễ hẹn nào được ghi."
GONE = "(đã huỷ hoặc không ghi)"

ENTER_TITLE = "Mở trang của quầy"
ENTER_LABEL = "Mã cán bộ (6 đến 10 chữ số)"
ENTER = "Vào"
WRONG_CODE = "Mã chưa đúng."
LOCKED = "Nhập sai nhiều lần. Thử lại sau {seconds} giây."
OLD_PAGE = "Trang đã cũ nên chưa làm gì cả. Xin bấm lại."
NOT_FOUND = "Không có trang này"
FAILED = "Có lỗi chưa lường trước. Chưa chắc việc đã xong: xin xem lại danh sách phiếu."
BAD_REQUEST = "Yêu cầu này không đọc được."

SCANNER_HERE = "Dùng máy quét ở đây"
SCANNER_ELSEWHERE = "Máy quét đang gửi mã tới trang khác."

PROOF = "Đã huỷ liên kết của {days} ngày, {links} phiếu. Đuôi sổ huỷ: {head}"
SET_ASIDE = (
    "Đã để riêng sổ phiếu hỏng: {name}. Khởi động lại hailong-station; phiếu chưa báo về trung tâm nằm trong tệp đó."
)


def day(shown: date) -> str:
    """dd/mm/yyyy."""
    return f"{shown:%d/%m/%Y}"


def read_day(typed: str) -> date | None:
    """The day in «dd/mm/yyyy»; None for anything else."""
    try:
        return datetime.strptime(typed.strip().replace("-", "/").replace(".", "/"), "%d/%m/%Y").date()
    except ValueError:
        return None
