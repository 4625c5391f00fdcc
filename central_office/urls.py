"""Every address of the office."""

from django.contrib.auth.views import LogoutView
from django.urls import include, path

from central_office.api import api
from central_office.coverage import importing
from central_office.coverage import views as coverage
from central_office.fleet import views as fleet
from central_office.metrics.views import metrics
from central_office.people import own, sign_in
from central_office.posted import views as posted
from central_office.reports import pages as report_pages
from central_office.results import comparisons, views
from central_office.updates import serving
from central_office.updates import views as updates

urlpatterns = [
    path("", own.home, name="home"),
    path("ket-qua/", views.results_page, name="results"),
    path("ket-qua/bao-cao/", report_pages.report_page, name="reports"),
    path("ket-qua/bao-cao/tep/", report_pages.download, name="report_file"),
    path("ket-qua/so-sanh/", comparisons.compare_page, name="compare"),
    path("ket-qua/so-sanh.csv", comparisons.compare_csv, name="compare_csv"),
    path("ket-qua/chi-so-don-vi.csv", views.index_csv, name="index_csv"),
    path("ket-qua.csv", views.results_csv, name="results_csv"),
    path("ket-qua.json", views.results_json, name="results_json"),
    path("ki-ot/ghi-danh/", include("central_office.enrolling.urls")),
    path("ki-ot/qua-buu-dien/", posted.post_page, name="posted"),
    path("ki-ot/qua-buu-dien/bien-nhan/", posted.receipts_file, name="posted_receipts"),
    path("ki-ot/ban-cap-nhat/", updates.updates_page, name="updates"),
    path("ki-ot/ban-cap-nhat/doi/", updates.change, name="change_update"),
    path("ki-ot/", fleet.kiosks_page, name="kiosks"),
    path("ki-ot/may/<str:kiosk>/", fleet.kiosk_page, name="kiosk"),
    path("ki-ot.csv", fleet.kiosks_csv, name="kiosks_csv"),
    path("ki-ot.json", fleet.kiosks_json, name="kiosks_json"),
    path("do-phu/", coverage.coverage_page, name="coverage"),
    path("do-phu.csv", coverage.coverage_csv, name="coverage_csv"),
    path("do-phu.json", coverage.coverage_json, name="coverage_json"),
    path("do-phu/so-luot/", coverage.enter_visits, name="enter_visits"),
    path("do-phu/tep/", importing.preview, name="preview_visits"),
    path("do-phu/tep/ghi/", importing.confirm, name="confirm_visits"),
    path("metrics", metrics, name="metrics"),
    path("su-co/da-xem/", views.acknowledge, name="acknowledge"),
    path("dang-nhap/", sign_in.OfficeLogin.as_view(), name="login"),
    path("dang-nhap/ma/", sign_in.login_code, name="login_code"),
    path("dang-xuat/", LogoutView.as_view(), name="logout"),
    path("mat-khau/", own.Password.as_view(), name="password"),
    path("api/v1/tuf/metadata/<str:name>", serving.metadata, name="tuf_metadata"),
    path("api/v1/tuf/targets/<path:name>", serving.target, name="tuf_target"),
    path("api/", api.urls),
    path("", include("central_office.phone.urls")),
    path("ke-hoach/", include("central_office.rounds.urls")),
    path("mau-phieu/", include("central_office.forms.urls")),
    path("don-vi/", include("central_office.units.urls")),
    path("theo-doi/", include("central_office.watching.urls")),
    path("cong-bo/", include("central_office.publication.urls")),
    path("nguoi-dung/", include("central_office.people.urls")),
    path("nguon/", include("central_office.feed.urls")),
]
