"""Everything that the doctor may find wrong, as data: code, weight, what it says, what to do. In Vietnamese.

The codes are those that the office knows (survey/health.py; a test keeps both equal), the page
docs/operations/06-kham-may.md is made from this table (`python -m deploy.doctor.page`).
"""

from dataclasses import dataclass
from types import MappingProxyType

# In the order in which they are told where the state is the same.
CHECKS = MappingProxyType(
    {
        "screen": "Màn hình",
        "touch": "Cảm ứng",
        "buttons": "Hộp nút",
        "printer": "Máy in",
        "scanner": "Máy quét mã",
        "sound": "Âm thanh",
        "link": "Dây mạng",
        "office": "Nối với cơ quan",
        "contact": "Liên lạc gần nhất",
        "clock": "Đồng hồ",
        "disk": "Đĩa, thẻ nhớ",
        "power": "Nguồn, nhiệt độ",
        "memory": "Bộ nhớ",
        "queue": "Phiếu chờ gửi",
        "keys": "Khóa của máy",
        "services": "Chương trình",
        "settings": "Cấu hình",
        "versions": "Phiên bản",
        "updates": "Cập nhật",
        "usb": "Cổng USB",
        "doctor": "Khám máy",
    }
)


@dataclass(frozen=True, slots=True)
class Line:
    """`weight`: "bad" or "watch". {places} in `says` and `do` are filled by the check."""

    check: str
    weight: str
    says: str
    do: str


def _line(text: str) -> tuple[str, Line]:
    code, weight, check, says, do = (part.strip() for part in text.split("|"))
    return code, Line(check, weight, says, do)


_SUPPORT = "chạy «hailong-doctor package» và gửi gói hỗ trợ về Sở"
_ACCEPT_BOX = (  # as the account that owns what the kiosk keeps of its boxes
    "sudo -u hailong hailong-kiosk --config /etc/hailong/kiosk.toml --accept-box {panel} "
    "&& sudo systemctl restart hailong-kiosk"
)
_TABLE = f"""
screen_unplugged | bad | screen | Không thấy màn hình ở cổng nào ({{ports}}). | Cắm chặt dây HDMI hoặc cáp dẹt ở hai đầu, thử dây khác, rồi rút và cắm lại nguồn máy.
screen_off | bad | screen | Màn hình {{port}} có cắm nhưng không được bật hình. | Bật công tắc và nguồn của màn hình; khởi động lại máy.
frames_stopped | bad | screen | Màn hình khảo sát đã {{seconds}} giây không vẽ hình mới. | Chờ một phút cho máy tự khởi động lại chương trình; nếu còn, rút và cắm lại nguồn, rồi {_SUPPORT}.
touch_missing | bad | touch | Không thấy tấm cảm ứng ({{device}}). | Cắm lại dây USB của tấm cảm ứng, thử cổng USB khác. Nếu còn, thay dây hoặc thay màn hình.
buttons_port_missing | bad | buttons | Không thấy cổng {{device}} của hộp «{{panel}}». | Cắm lại dây USB của hộp nút vào đúng cổng cũ; nếu đã đổi cổng, sửa «device» trong kiosk.toml (máy từ ảnh: hailong.toml).
buttons_port_held | bad | buttons | Cổng {{device}} đang bị chương trình «{{holder}}» giữ. | Đóng chương trình đó (hoặc khởi động lại máy): chỉ hailong-kiosk được dùng cổng này.
buttons_absent | bad | buttons | Hộp «{{panel}}» mất kết nối. | Cắm lại dây USB của hộp; thử dây khác.
buttons_silent | bad | buttons | Hộp «{{panel}}» có cắm nhưng không trả lời. | Rút dây hộp 10 giây rồi cắm lại. Nếu còn, thay hộp dự phòng rồi chạy «{_ACCEPT_BOX}» (máy từ ảnh: đặt «name» mới cho hộp trong hailong.toml).
buttons_other_box | bad | buttons | Hộp đang cắm ở «{{panel}}» không phải hộp của quầy này. | Trả hộp về đúng quầy; nếu thay hộp có chủ ý, chạy «{_ACCEPT_BOX}» (máy từ ảnh: đặt «name» mới cho hộp trong hailong.toml).
buttons_other_buttons | bad | buttons | Hộp «{{panel}}» không có đúng số nút của thang đo. | Đổi lấy hộp có đúng số nút, hoặc sửa «buttons» trong kiosk.toml (máy từ ảnh: hailong.toml).
buttons_other_protocol | bad | buttons | Hộp «{{panel}}» chạy phiên bản khác, máy không hiểu. | Nạp lại chương trình cho hộp («hailong-terminal flash»), hoặc đổi hộp.
buttons_stuck | bad | buttons | Hộp «{{panel}}» có nút bị kẹt. | Nhấn vài lần và lau quanh nút; nếu còn kẹt, thay nút hoặc thay hộp.
buttons_store | bad | buttons | Bộ nhớ của hộp «{{panel}}» bị lỗi. | Không rút hộp cho đến khi máy đọc xong; rồi thay hộp và gửi hộp cũ về Sở.
buttons_full | bad | buttons | Bộ nhớ của hộp «{{panel}}» đã đầy, hộp không nhận thêm. | Để hộp cắm vào máy vài phút cho máy đọc hết; xem dòng «Phiếu chờ gửi».
buttons_supply | watch | buttons | Nguồn điện của hộp «{{panel}}» yếu. | Thay dây USB ngắn và tốt hơn; không cắm qua bộ chia USB không có nguồn.
buttons_lamp | watch | buttons | Một đèn của hộp «{{panel}}» không sáng được. | Phiếu vẫn được ghi. Thay hộp khi tiện.
printer_missing | bad | printer | Không thấy máy in ({{device}}). | Bật máy in, cắm lại dây. Khảo sát trên màn hình vẫn chạy; chỉ không in được giấy mời.
printer_unreachable | bad | printer | Máy in mạng {{host}}:{{port}} không trả lời. | Bật máy in, xem dây mạng và địa chỉ của máy in, sửa «host» trong station.toml nếu đã đổi.
scanner_missing | bad | scanner | Không thấy máy quét mã ({{device}}). | Cắm lại dây máy quét; nếu đã đổi cổng hoặc đổi máy, sửa «device» trong phần [scanner] (máy từ ảnh: của hailong.toml).
sound_missing | watch | sound | Cấu hình có âm thanh nhưng máy không có thiết bị âm thanh. | Cắm lại tai nghe hoặc loa USB; nếu quầy không dùng âm thanh, đặt aloud = "off" và on = false.
sound_muted | watch | sound | Âm thanh đang bị tắt tiếng ({{control}}). | Chạy «alsamixer», bấm M để mở tiếng, rồi «alsactl store».
link_down | bad | link | Không có dây mạng hoặc sóng Wi-Fi ({{ports}}). | Cắm lại dây mạng hai đầu, xem đèn ở ổ cắm; thử dây khác. Phiếu vẫn được ghi trong máy.
address_missing | bad | link | Có dây mạng nhưng máy chưa được cấp địa chỉ. | Hỏi người quản trị mạng: DHCP có cấp cho máy này không; hoặc đặt địa chỉ tĩnh trong hailong.toml.
gateway_missing | bad | link | Máy có địa chỉ {{address}} nhưng không có cổng ra (gateway). | Hỏi người quản trị mạng địa chỉ gateway; sửa trong hailong.toml.
dns_failed | bad | office | Không tìm được địa chỉ của «{{host}}» (DNS). | Thử máy khác cùng mạng. Hỏi người quản trị mạng về máy chủ DNS; xem lại tên trong agent.toml.
dns_slow | bad | office | Máy chủ DNS không trả lời khi hỏi «{{host}}». | Khởi động lại bộ định tuyến; hỏi người quản trị mạng về máy chủ DNS.
proxy_dead | bad | office | Máy chủ proxy {{proxy}} không nối được hoặc không cho qua ({{why}}). | Hỏi người quản trị mạng địa chỉ proxy và xin mở đường tới {{host}}; sửa «proxy» trong agent.toml.
office_unreachable | bad | office | Không nối được tới {{host}}:{{port}} ({{why}}). | Xin người quản trị mạng mở đường ra {{host}} cổng {{port}}. Nếu máy khác vào được thì tường lửa đang chặn máy này.
office_slow | bad | office | {{host}} nhận kết nối nhưng không trả lời kịp. | Thử lại sau 10 phút. Nếu còn, báo cơ quan quản lý máy chủ; phiếu vẫn an toàn trong máy.
office_refused | bad | office | Máy chủ {{host}} báo lỗi {{status}}. | Báo cơ quan quản lý máy chủ. Phiếu vẫn an toàn trong máy và sẽ tự gửi lại.
captive_portal | bad | office | Mạng đang chặn bằng trang đăng nhập ({{where}}). | Xin người quản trị mạng cho máy này ra ngoài không cần đăng nhập (theo địa chỉ MAC), hoặc dùng dây mạng khác.
office_stranger | bad | office | {{host}} trả lời nhưng không phải máy chủ Hài Lòng. | Xem lại «centre_url» trong agent.toml; hỏi Sở địa chỉ đúng.
tls_expired | bad | office | Chứng thư của {{host}} đã hết hạn. | Xem dòng «Đồng hồ» trước: giờ sai cũng gây lỗi này. Nếu giờ đúng, báo Sở gia hạn chứng thư máy chủ.
tls_not_yet_valid | bad | office | Chứng thư của {{host}} chưa đến ngày có hiệu lực. | Gần như chắc chắn đồng hồ của máy chạy sai: xem dòng «Đồng hồ».
tls_wrong_name | bad | office | Chứng thư nhận được không phải của {{host}}. | Xem lại «centre_url» trong agent.toml. Nếu đúng, có thể mạng đang chen vào giữa: báo người quản trị mạng.
tls_unknown_authority | bad | office | Chứng thư của {{host}} do nơi mà máy này không tin ký. | Chép tệp chứng thư gốc (CA) của cơ quan vào máy và ghi đường dẫn vào «ca_bundle» trong agent.toml. Tuyệt đối không tắt kiểm tra.
tls_failed | bad | office | Không lập được kênh mã hóa với {{host}} ({{why}}). | Báo cơ quan quản lý máy chủ dòng này; kiểm tra tường lửa có «soi» HTTPS không.
ca_bundle_bad | bad | office | Tệp chứng thư gốc {{file}} không có hoặc không đọc được. | Chép lại tệp CA (dạng PEM) của cơ quan vào đúng chỗ đó.
certificate_soon | watch | office | Chứng thư của {{host}} còn {{days}} ngày là hết hạn. | Báo Sở gia hạn chứng thư máy chủ trước ngày đó.
contact_never | watch | contact | Máy chưa lần nào nhận được lời có chữ ký của cơ quan. | Xử lý các dòng về mạng ở trên. Nếu mạng tốt, chờ một phút rồi khám lại.
contact_old | watch | contact | Đã {{days}} ngày chưa nhận được lời có chữ ký của cơ quan. | Xử lý các dòng về mạng. Phiếu vẫn an toàn trong máy; quá một tuần thì chuyển phiếu bằng USB.
clock_unsynchronised | watch | clock | Đồng hồ chưa được máy chủ thời gian nào chỉnh. | Cho máy vào mạng, hoặc ghi máy chủ thời gian của cơ quan vào hailong.toml. Phiếu vẫn nhận, có ghi chú giờ chưa chắc.
clock_before_build | bad | clock | Đồng hồ của máy ({{date}}) lùi về trước ngày phần mềm được làm ra. | Cho máy vào mạng để lấy giờ; máy không có mạng thì đặt giờ bằng «timedatectl set-time». Nếu lặp lại, thay pin đồng hồ.
clock_wrong | bad | clock | Đồng hồ lệch {{seconds}} giây so với máy chủ thời gian. | Chạy «chronyc makestep», rồi khám lại.
clock_jumped | watch | clock | Đồng hồ vừa bị chỉnh nhảy {{seconds}} giây. | Nếu lặp lại mỗi lần bật máy: lắp mô-đun đồng hồ có pin, hoặc thay pin.
disk_full | bad | disk | Đĩa đầy: còn {{free}}. | Không xóa gì trong /var/lib/hailong. Cho máy gửi hết phiếu; chạy «journalctl --vacuum-size=16M»; nếu còn đầy thì thay thẻ lớn hơn.
disk_low | watch | disk | Đĩa sắp đầy: còn {{free}}. | Cho máy gửi hết phiếu; chạy «journalctl --vacuum-size=16M».
inodes_low | watch | disk | Đĩa sắp hết chỗ cho tệp mới (còn {{percent}} %). | Tìm thư mục có quá nhiều tệp nhỏ (thường là /var/tmp); không xóa gì trong /var/lib/hailong.
disk_errors | bad | disk | Hệ thống tệp ghi nhận {{count}} lỗi ({{device}}). | Rút nguồn đúng cách, chuẩn bị thẻ mới và chuyển phiếu sang («hailong-rescue»). Đừng chờ đến khi hỏng hẳn.
disk_read_only | bad | disk | Phần dữ liệu bị chuyển sang chỉ đọc: máy không ghi được phiếu. | Khởi động lại một lần. Nếu lặp lại, thẻ hỏng: thay thẻ và chuyển phiếu sang.
disk_worn | watch | disk | Thẻ nhớ đã dùng khoảng {{percent}} % tuổi thọ. | Đặt thẻ thay thế (loại công nghiệp); thay trong đợt bảo trì tới.
disk_worn_out | bad | disk | Thẻ nhớ đã hết tuổi thọ theo nhà sản xuất. | Thay thẻ ngay hôm nay và chuyển phiếu sang thẻ mới.
disk_io_errors | bad | disk | Nhân hệ thống báo lỗi đọc ghi ({{device}}, {{count}} lần). | Cắm chặt lại thẻ khi đã tắt máy; nếu còn, thay thẻ và chuyển phiếu sang.
ballast_freed | watch | disk | Tệp dự phòng đã được nhả ra vì đĩa từng đầy. | Xử lý cho đĩa còn trên 256 MB; tệp dự phòng sẽ tự lập lại.
supply_low | bad | power | Nguồn điện đang sụt áp. | Thay bộ nguồn đúng loại (5 V, từ 3 A) và dây ngắn; bỏ bớt thiết bị USB. Sụt áp làm hỏng thẻ nhớ.
supply_was_low | watch | power | Nguồn điện đã có lúc sụt áp từ khi bật máy. | Thay bộ nguồn đúng loại (5 V, từ 3 A) và dây ngắn trước khi thẻ nhớ hỏng.
throttled | watch | power | Máy đang tự chạy chậm lại để bảo vệ. | Xem nguồn và chỗ thoáng khí; lau bụi; không để máy dưới nắng.
hot | watch | power | Máy nóng {{degrees}} °C. | Để chỗ thoáng, lau bụi, gắn tản nhiệt.
memory_low | watch | memory | Bộ nhớ còn trống {{free}}. | Khởi động lại máy ngoài giờ. Nếu lặp lại, {_SUPPORT}.
memory_killed | watch | memory | Hệ thống đã phải dừng chương trình vì hết bộ nhớ. | Khởi động lại máy ngoài giờ, rồi {_SUPPORT}.
outbox_failed | bad | queue | Không mở được kho phiếu: {{why}} | Không xóa, không chép đè gì. Gọi Sở, rồi {_SUPPORT}.
not_enrolled | bad | queue | Máy chưa ghi danh. | Xin mã ghi danh của Sở rồi quét trên màn hình, hoặc chạy «hailong-agent enrol MÃ».
queue_old | watch | queue | Phiếu cũ nhất đã chờ {{days}} ngày. | Xử lý các dòng về mạng. Phiếu vẫn an toàn trong máy.
queue_very_old | bad | queue | Phiếu cũ nhất đã chờ {{days}} ngày. | Chuyển phiếu bằng USB (xem 07-usb.md) và sửa đường mạng.
quarantined | bad | queue | Có phiếu bị giữ riêng, cần Sở xem xét. | Không xóa gì; {_SUPPORT}.
key_missing | bad | keys | Không có tệp khóa {{file}}. | Ghi danh lại bằng mã mới của Sở; báo Sở rằng khóa cũ đã mất.
key_mode | bad | keys | Tệp khóa {{file}} có quyền {{mode}}: chương trình khác đọc được. | Chạy «chmod 600 {{file}}» và báo Sở: khóa có thể đã lộ.
key_cloned | bad | keys | Khóa này trước đây nằm trong một máy khác. | Nếu đã chuyển thẻ sang máy mới: màn hình phục vụ → «Nhận máy này», hoặc chạy «hailong-doctor accept-machine». Nếu không: thẻ bị sao chép, báo Sở thu hồi máy này ngay.
service_failed | bad | services | Chương trình {{unit}} đã dừng vì lỗi ({{why}}). | Khởi động lại máy. Nếu còn, {_SUPPORT}.
service_stopped | bad | services | Chương trình {{unit}} không chạy. | Chạy «systemctl start {{unit}}» hoặc khởi động lại máy.
service_restarting | watch | services | Chương trình {{unit}} đã tự khởi động lại {{count}} lần. | Xem các dòng khác trước; nếu không có gì, {_SUPPORT}.
settings_wrong | bad | settings | Tệp {{file}} sai: {{why}} | Sửa đúng chỗ được nêu rồi chạy lại khám máy; bản trước có đuôi .bak.
slot_bad | watch | versions | Bản hệ thống ở khe {{slot}} bị đánh dấu hỏng. | Máy vẫn chạy bằng khe kia. Chờ bản cập nhật tới, hoặc cập nhật bằng USB.
slot_other | watch | versions | Máy đang chạy khe dự phòng {{slot}}: bản mới không khởi động được. | Báo Sở; máy vẫn làm việc bằng bản trước.
update_pending | watch | updates | Có bản cập nhật {{version}} đang chờ lúc vắng người. | Không phải làm gì; máy tự cài ngoài giờ.
update_refused | watch | updates | Bản cập nhật {{version}} bị từ chối ({{why}}). | Báo Sở dòng này; máy vẫn chạy bản cũ.
update_frozen | watch | updates | Danh mục cập nhật đã quá hạn dù có mạng. | Báo Sở: có thể có người giữ lại bản cập nhật, hoặc máy chủ quên gia hạn.
usb_open | watch | usb | Cổng USB đang mở cho thẻ USB. | Tự đóng sau 10 phút. Nếu không phải bạn mở, hỏi người trực quầy.
check_slow | watch | doctor | Không khám được trong {{seconds}} giây: thiết bị hoặc mạng bị treo. | Khám lại; nếu vẫn vậy, khởi động lại máy.
check_failed | watch | doctor | Không khám được ({{why}}). | Khám lại; nếu vẫn vậy, {_SUPPORT}.
"""  # noqa: E501  one line a code reads best
LINES = MappingProxyType(dict(_line(text) for text in _TABLE.strip().splitlines()))
