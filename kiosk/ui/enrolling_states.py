"""Every screen of the enrolment by name, at its fullest: for pictures and measures."""

from kiosk.card import Faults
from kiosk.enrolling import Place, Showing
from survey.enrolment_file import Why

PRINTS = ("3f9a 0c41 77de b210 5a6e 91cc 04f8 e2d7", "c0de 1f2e 3d4c 5b6a 7988 97a6 b5c4 d3e2")
POINT = "Bộ phận Tiếp nhận và trả kết quả huyện Krông Nô"
ONE = Faults(("[enrolment] code: mã ghi danh có 20 chữ và số",))
MANY = Faults(  # as deploy/first_boot says them
    (
        '[[panel]] thứ 1: device: phải là đường dẫn trong ngoặc kép, bắt đầu bằng "/"',
        '[keypad] previous: phải là tên một phím, ví dụ "left", "enter", "pad_4"',
        "[service] technician_code: chép dòng do «hailong-kiosk --make-service-code» in ra, không ghi mã số",
    ),
    4,
)


def enrolling_states() -> dict[str, Showing]:
    return {
        "16-enrol-offer": Showing(Place.OFFER),
        "16-enrol-offer-scan": Showing(Place.OFFER, scans=True),
        "16-enrol-offer-fault": Showing(Place.OFFER, faults=ONE),
        "16-enrol-offer-faults": Showing(Place.OFFER, faults=MANY),
        "16-enrol-typing": Showing(Place.TYPING, "7K3MQ9XW0A42"),
        "16-enrol-typing-full": Showing(Place.TYPING, "7K3MQ9XW0A42ZZTTB8CD"),
        "16-enrol-asking": Showing(Place.ASKING),
        "16-enrol-asking-itself": Showing(Place.ASKING, why=Why.NO_LINE),
        **{f"16-enrol-refused-{why}": Showing(Place.REFUSED, why=why) for why in Why},
        "16-enrol-refused-silent": Showing(Place.REFUSED),
        "16-enrol-done": Showing(Place.DONE, point=POINT, own=PRINTS[0], centre=PRINTS[1]),
        "16-enrol-stopped": Showing(Place.STOPPED),
    }
