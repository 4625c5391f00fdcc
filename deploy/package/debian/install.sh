#!/bin/sh
# Installs the kiosk from this folder alone, without any network. Usage: sudo sh install.sh
set -eu

here=$(cd "$(dirname "$0")" && pwd)
say() { printf '%s\n' "$*"; }
fail() { say "KHÔNG CÀI ĐƯỢC: $*" >&2; exit 1; }

[ "$(id -u)" -eq 0 ] || fail "hãy chạy lại với quyền quản trị: sudo sh $0"
say "1/4 Kiểm tra các tệp trong gói…"
(cd "$here" && sha256sum --check --quiet SHA256SUMS) || fail "gói bị hỏng hoặc thiếu tệp; hãy chép lại từ đầu."

say "2/4 Kiểm tra máy…"
package=$(basename "$(find "$here" -maxdepth 1 -name 'hailong-kiosk_*.deb')")
wanted=$(dpkg-deb -f "$here/$package" Architecture)
own=$(dpkg --print-architecture)
[ "$wanted" = "$own" ] || fail "gói này dành cho máy $wanted, máy này là $own; hãy lấy đúng gói."
release=${package%.*.deb}
release=${release##*~deb}
release=${release%%_*}
. /etc/os-release
[ "${VERSION_ID:-}" = "$release" ] || fail "gói này dành cho Debian $release, máy này là ${PRETTY_NAME:-không rõ}."

say "3/4 Cài đặt, không cần mạng…"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/archives/partial" "$work/parts"
# The sums above were checked; apt checks them again against its index. "trusted" says that no key of a mirror is asked.
echo "deb [trusted=yes] file:$here ./" >"$work/sources.list"
with_folder() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y -o Dir::Etc::sourcelist="$work/sources.list" \
        -o Dir::Etc::sourceparts="$work/parts" -o Dir::State::lists="$work/lists" -o Dir::Cache::archives="$work/archives" \
        -o Acquire::Languages=none --no-install-recommends -o APT::Sandbox::User=root -o Dpkg::Options::=--force-confold "$@"
}
with_folder update >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "không đọc được danh mục của gói."; }
# What the package recommends itself, the first of each choice, and nothing that Debian recommends beside.
recommended=$(dpkg-deb -f "$here/$package" Recommends | tr ',' '\n' | cut -d '|' -f 1)
# shellcheck disable=SC2086
with_folder install hailong-kiosk $recommended >"$work/log" 2>&1 ||
    { tail -20 "$work/log" >&2; fail "xem các dòng ở trên; chưa có gì của phiếu bị đụng tới."; }

say "4/4 Xong. Đã cài $(dpkg-query -W -f '${Version}' hailong-kiosk)."
if [ -e /etc/systemd/system/display-manager.service ]; then
    say "Máy đang có màn hình nền (desktop). Để màn hình khảo sát hiện ra, hãy chạy rồi khởi động lại máy:"
    say "    sudo systemctl set-default multi-user.target"
fi
say "Bước tiếp theo: ghi danh máy (xem sổ tay kỹ thuật, mục 3)."
