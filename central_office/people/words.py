"""What the people's pages say of roles, places and the log's actions, in Vietnamese. Knows no request."""

from collections.abc import Mapping
from typing import NamedTuple

from django.contrib.auth.models import User

from central_office.people.models import Assignment
from central_office.people.roles import Role, roles

FEW_POINTS = 6
ACTIONS = {
    "person.added": "Thêm tài khoản",
    "person.assigned": "Giao vai trò",
    "person.unassigned": "Bỏ vai trò",
    "person.reset": "Cấp lại mật khẩu",
    "person.activated": "Mở lại tài khoản",
    "person.deactivated": "Khóa tài khoản",
    "person.password_changed": "Đổi mật khẩu",
    "person.signed_in": "Đăng nhập",
    "login.locked": "Sai quá nhiều lần, tạm khóa",
    "role.changed": "Sửa quyền của vai trò",
    "second_factor.set": "Bật xác thực hai lớp",
    "second_factor.removed": "Tắt xác thực hai lớp",
    "second_factor.codes_renewed": "Tạo mã dự phòng mới",
    "second_factor.recovery_used": "Dùng mã dự phòng",
    "data.downloaded": "Tải dữ liệu",
    "round.handed_out": "Đưa số liệu đã đóng băng ra ngoài",
    "data.exported": "Xuất dữ liệu bằng lệnh",
    "plan.loaded": "Nạp kế hoạch",
    "plan.draft": "Trả kế hoạch về dự thảo",
    "plan.edited": "Sửa dự thảo kế hoạch",
    "plan.milestone": "Ghi mốc kế hoạch đã xong",
    "plan.accepted": "Nghiệm thu kế hoạch",
    "plan.approved": "Phê duyệt kế hoạch",
    "repository.made": "Tạo kho tin cậy",
    "repository.rotated": "Thay khóa kho tin cậy",
    "forms.published": "Ký phát hành phiếu",
    "release.published": "Phát hành bản cập nhật",
    "release.opened": "Mở bản cập nhật cho một vòng",
    "release.halted": "Dừng bản cập nhật",
    "release.resumed": "Cho bản cập nhật đi tiếp",
    "rings.loaded": "Nạp các vòng cập nhật",
    "plan.published": "Công bố kế hoạch",
    "plan.amended": "Sửa đổi kế hoạch",
    "form.loaded": "Nạp mẫu phiếu",
    "units.imported": "Nhập danh mục đơn vị",
    "counters.rebuilt": "Dựng lại bộ đếm",
    "kiosk.code_made": "Cấp mã ghi danh ki-ốt",
    "kiosk.codes_made": "Cấp mã ghi danh cho mọi điểm",
    "kiosk.batch_cancelled": "Hủy các mã chưa dùng của một lô",
    "kiosk.confirmed": "Xác nhận ki-ốt",
    "kiosk.revoked": "Thu hồi ki-ốt",
    "kiosk.restored": "Cho ki-ốt dùng lại",
    "post.imported": "Nhập phiếu gửi qua bưu điện",
    "kiosk.moved": "Chuyển ki-ốt sang kế hoạch, điểm khác",
    "plan.form": "Đổi mẫu phiếu của kế hoạch",
    "alert.state": "Xem, xử lý cảnh báo",
    "notice.loaded": "Đặt thông báo cho người dân",
    "notice.removed": "Gỡ thông báo",
    "visits.entered": "Nhập lượt khách",
    "incidents.seen": "Đánh dấu sự cố đã xem",
    "round.frozen": "Đóng băng số liệu",
    "frozen.accepted": "Ghi biên bản nghiệm thu số liệu",
    "round.published": "Ghi nơi công bố",
    "given.entered": "Nhập số liệu do cơ quan khác tính",
    "given.removed": "Bỏ số liệu do cơ quan khác tính",
    "token.made": "Cấp mã truy cập nguồn dữ liệu",
    "token.revoked": "Thu hồi mã truy cập",
    "subscriber.added": "Thêm nơi nhận tin",
    "subscriber.removed": "Bỏ nơi nhận tin",
    "subscriber.tested": "Gửi thử tới nơi nhận tin",
}
DETAILS = {
    "role": "vai trò", "plan": "kế hoạch", "unit": "đơn vị", "points": "điểm", "point": "điểm", "full_name": "họ tên",
    "address": "địa chỉ", "count": "số lượng", "numbers": "số lượng", "path": "trang", "asked": "yêu cầu",
    "file": "tệp", "given": "thêm", "taken": "bớt", "left": "còn lại", "note": "ghi chú", "about": "về", "day": "ngày",
    "second_factor_removed": "đã bỏ xác thực hai lớp", "source": "nguồn", "digest": "dấu",
    "name": "tên", "channel": "cách gửi", "kinds": "loại tin", "days": "số ngày", "comments": "kèm ý kiến",
    "plans": "các kế hoạch",
}  # fmt: skip


class Held(NamedTuple):
    """One assignment as a person reads it."""

    number: int
    role: str
    where: str


def assignments_in_words(user: User) -> list[Held]:
    known = roles()
    return [in_words(each, known) for each in Assignment.objects.filter(user=user).order_by("pk")]


def in_words(each: Assignment, known: Mapping[str, Role]) -> Held:
    role = known.get(each.role)
    return Held(each.pk, role.name if role else each.role, place_in_words(each))


def place_in_words(each: Assignment) -> str:
    parts = []
    if each.unit:
        parts.append(f"đơn vị {each.unit}")
    if each.points:
        more = f" và {len(each.points) - FEW_POINTS} điểm khác" if len(each.points) > FEW_POINTS else ""
        parts.append(f"điểm {', '.join(each.points[:FEW_POINTS])}{more}")
    if each.plan:
        parts.append(f"kế hoạch {each.plan}")
    return "; ".join(parts) or "toàn trung tâm"
