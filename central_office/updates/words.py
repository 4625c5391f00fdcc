"""What kiosks tell of updates, as a person at the office reads it. Data only."""

from collections.abc import Mapping

WHY: Mapping[str, str] = {
    "unreadable": "gói không có chữ ký được tin hoặc bị hỏng",
    "other_machine": "gói dành cho loại máy khác",
    "older": "gói không mới hơn bản đang chạy",
    "failed_before": "gói này đã hỏng trên máy",
    "install_failed": "ghi vào khe kia không xong sau ba lần",
    "interrupted": "mất điện giữa lúc cài, ba lần",
    "not_started": "bản mới không khởi động được",
    "no_frames": "bản mới không vẽ được màn hình",
    "no_input": "bản mới không nhận được chạm",
    "self_test": "bản mới không ghi được phiếu thử",
    "no_contact": "bản mới không liên lạc được với trung tâm như trước",
}
TROUBLES: Mapping[str, str] = {
    "no_line": "chưa tải được kho",
    "expired": "chỉ thấy kho đã quá hạn: có ai giữ bản mới lại, hoặc trung tâm quá 7 ngày chưa ký lại",
    "rollback": "bị đưa cho bản kho cũ hơn bản đã biết",
    "signature": "kho không mang đủ chữ ký được tin",
    "mixed": "các phần của kho không khớp nhau",
    "too_large": "kho lớn quá mức cho phép",
    "unreadable": "kho không đọc được",
    "store": "đĩa của máy không ghi được kho",
}
