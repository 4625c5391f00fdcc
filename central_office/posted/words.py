"""Why a file was not taken, as an officer reads it, and what to do."""

WHY = {
    "no_post": "Không phải tệp phiếu của ki-ốt. Chọn tệp có đuôi .hlp trong thư mục HAILONG của USB.",
    "newer": "Tệp do phiên bản mới hơn ghi. Cập nhật phần mềm trung tâm rồi nhập lại.",
    "damaged": "Tệp bị hỏng hoặc chép thiếu. Không mất gì: phiếu còn trong ki-ốt. Chép lại từ USB hoặc ghi lại.",
    "other_centre": "Tệp niêm phong cho trung tâm khác. Gửi tệp đến đúng cơ quan mà ki-ốt đã ghi danh.",
    "other_kiosk": "Chữ ký trong tệp không phải của ki-ốt ghi trong tệp. Giữ lại tệp và báo bộ phận kỹ thuật.",
    "not_enrolled": "Trung tâm không có ki-ốt này. Kiểm tra xem ki-ốt đã ghi danh ở đây chưa.",
    "waits": "Ki-ốt này chưa được xác nhận dấu vân khóa. Xác nhận ở trang «Ghi danh», rồi nhập lại tệp.",
    "revoked": "Ki-ốt này đã bị thu hồi nên không nhận. Phiếu vẫn còn trong ki-ốt.",
    "too_large": "Tệp lớn hơn 32 MB, không phải tệp phiếu của ki-ốt.",
}
