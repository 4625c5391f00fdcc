# Everything a developer, a tester or CI runs. `make` alone lists the targets.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
CITIZENS ?=
RECEIPTS ?=
FLEET ?=
PLAN ?=
FORM ?= rut-gon-mot-cua
SEED ?= 1
EVENTS ?= 1000000
HITS ?= 100000
SITTINGS ?= 50000
CODES ?= 10000000
ANSWERS ?= 200000
CUTS ?= 20000
WORKERS ?= 3
SUITE ?= trixie
ARCH ?= amd64
VERSION ?= $(shell sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
APPLIANCE := build/appliance
CYCLES ?= 10
UPDATES ?= 1
PARTS ?=
RACES ?= 10000
AVR8JS := build/avr8js/.ready
AXE := build/axe/.ready

.DEFAULT_GOAL := help
unexport PYTHONDONTWRITEBYTECODE  # without bytecode each test process compiles the whole product and its tests anew
.PHONY: help doctor-faults package setup demo test check bench screens manual texts firmware soak soak-codes soak-outbox soak-terminal races lock clean bundle soak-appliance test-appliance image bundle-offline

help:  ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: $(VENV)/.ready  ## Install everything that the other targets need

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@deploy/system-packages.sh base
	@echo "Installing the locked Python packages (about a minute)…"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/dev.txt
	@PYTHONWARNINGS=ignore $(RUN) -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.bench: requirements/bench.txt $(VENV)/.ready
	@$(RUN) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements/bench.txt
	@touch $@

demo: setup  ## Run the whole product: CITIZENS=40 scripted ones without a display, yours with one; RECEIPTS=20 slips; PLAN=krong-no-2023 a whole round; FLEET=209 kiosks on one page; FORM=…
	@deploy/system-packages.sh display print browser terminal
	@$(RUN) -m deploy.demo --form $(FORM) $(if $(CITIZENS),--citizens $(CITIZENS)) $(if $(RECEIPTS),--receipts $(RECEIPTS)) $(if $(PLAN),--plan $(PLAN)) $(if $(FLEET),--fleet $(FLEET)) --seed $(SEED)

test: setup  ## Run every test (what CI runs)
	@deploy/system-packages.sh display print browser voice terminal firmware test
	@$(MAKE) --no-print-directory $(AVR8JS) $(AXE)
	@$(RUN) -m pytest -n $(WORKERS) --dist loadgroup -q -r fEs --durations 10

check: setup  ## Format, lint, types, import contracts and the fast tests, in under a minute
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/mypy
	@$(RUN) -m pytest -n $(WORKERS) -q -m "not slow and not display and not voice and not postgres and not board"

bench: $(VENV)/.bench  ## Measure, with the peers beside us in the same run (ANSWERS=2000000 a year); JSON under build/bench/
	@deploy/system-packages.sh display print browser terminal test
	@mkdir -p build/bench
	@$(RUN) tests/bench/bench_outbox.py --json build/bench/outbox.json
	@$(RUN) tests/bench/bench_receive.py --json build/bench/receive.json
	@$(RUN) tests/bench/bench_phone.py --json build/bench/phone.json
	@$(RUN) tests/bench/bench_screen.py --json build/bench/screen.json
	@$(RUN) tests/bench/bench_terminal.py --json build/bench/terminal.json
	@$(RUN) tests/bench/bench_posters.py --json build/bench/posters.json
	@$(RUN) tests/bench/bench_slip.py --json build/bench/slip.json
	@$(RUN) tests/bench/bench_office.py --answers $(ANSWERS) --json build/bench/office.json
	@$(RUN) tests/bench/bench_reports.py --json build/bench/reports.json

firmware: setup  ## Build the button terminal's firmware; prints its use of flash and RAM
	@deploy/system-packages.sh terminal firmware
	@$(MAKE) --no-print-directory -C firmware_bridge/firmware OUT=$(CURDIR)/build/terminal/firmware

soak: setup  ## The long trials of the screen (an hour or two; EVENTS, HITS, SITTINGS and SEED may be given)
	@deploy/system-packages.sh display
	@$(RUN) -m tests.soak --events $(EVENTS) --hits $(HITS) --sittings $(SITTINGS) --seed $(SEED)

soak-codes: setup  ## Show CODES=10000000 hostile codes to the scanner's way into the survey (half an hour)
	@$(RUN) -m tests.soak.codes --codes $(CODES) --seed $(SEED)

soak-outbox: setup  ## Cut the power under the outbox CUTS=20000 times, and kill the agent at every step (some minutes)
	@CUTS=$(CUTS) ROUNDS=16 $(RUN) -m pytest -q -s tests/sync_agent/outbox/test_power_cuts.py tests/sync_agent/test_kill.py

soak-terminal: setup  ## The long trials of the button terminal (hours; each prints its counts and seed)
	@deploy/system-packages.sh terminal firmware test
	@$(MAKE) --no-print-directory $(AVR8JS)
	@$(RUN) -m tests.terminal

test-appliance: setup  ## The real image in a virtual machine (make image first): CYCLES=10 power cuts, escapes, faults, a month; PARTS=cuts,…
	@deploy/system-packages.sh appliance
	@$(RUN) -m tests.appliance --cycles $(CYCLES) --updates $(UPDATES) --seed $(SEED) $(if $(PARTS),--parts $(PARTS))

soak-appliance: setup  ## The same for long: 300 power cuts while citizens tap, 200 while an update is installed (a night)
	@deploy/system-packages.sh appliance
	@$(RUN) -m tests.appliance --parts cuts,updates,control --cycles 300 --updates 200 --seed $(SEED)

races: setup  ## One slip used on kiosk, phone and paper at once, RACES=10000 times on each database (some ten minutes)
	@deploy/system-packages.sh test
	@RACES=$(RACES) $(RUN) -m pytest -q -s tests/central_office/test_redemption_races.py

# The second simulator of the firmware, from the npm registry. Without it its test is skipped, and says so; the long
# trials fail.
$(AVR8JS): tests/terminal/avr8js/package-lock.json
	@mkdir -p $(@D)
	@cp tests/terminal/avr8js/package.json tests/terminal/avr8js/package-lock.json $(@D)
	@npm ci --silent --no-audit --no-fund --prefix $(@D) && touch $@ || echo "avr8js cannot be had from the npm registry"

# axe-core, which looks for what keeps people out of our pages. Without it its test is skipped, and says so.
$(AXE): tests/web/axe/package-lock.json
	@mkdir -p $(@D)
	@cp tests/web/axe/package.json tests/web/axe/package-lock.json $(@D)
	@npm ci --silent --no-audit --no-fund --prefix $(@D) && touch $@ || echo "axe-core cannot be had from the npm registry"

bundle:  ## Sign a system update of the image's root file system: ARCH=amd64|arm64 VERSION=2026.12.1; prints its size
	@python3 -m deploy.update.bundle make --architecture $(ARCH) --version $(VERSION) \
	  --cert $(APPLIANCE)/keys/system.cert.pem --key $(APPLIANCE)/keys/system.key.pem \
	  --rootfs $(APPLIANCE)/work/$(ARCH)/parts/rootfs.squashfs --boot $(APPLIANCE)/work/$(ARCH)/parts/boot.vfat \
	  --out $(APPLIANCE)/hailong-$(ARCH)-$(VERSION).raucb

screens: setup  ## Draw every screen in every language, size and mode under build/screens/ (some minutes)
	@deploy/system-packages.sh display
	@$(RUN) -m kiosk.ui.screens --out build/screens
	@mkdir -p docs/images
	@cp build/screens/01-invitation-vi-plain-1024x600.png docs/images/invitation.png
	@cp build/screens/03-factor1-vi-plain-600x1024.png docs/images/rating-portrait.png
	@cp build/screens/10-reasons-ticked-vi-contrast-1024x600.png docs/images/reasons-contrast.png

manual: setup  ## Draw the pictures of the technicians' manual anew, with 209 simulated kiosks, and renew its doctor's pages (some minutes)
	@deploy/system-packages.sh display browser
	@$(RUN) -m tests.manual
	@HAILONG_RENEW=1 $(RUN) -m pytest -q tests/deploy/doctor/test_example.py

texts: setup  ## Bring the kiosk's catalogues up to kiosk/texts/kiosk.pot and compile them
	@$(RUN) -m deploy.texts

doctor-faults: setup  ## Plant a dozen faults in a kiosk and print what hailong-doctor says of them
	@HAILONG_SHOW=1 $(RUN) -m pytest -q tests/deploy/doctor/test_example.py

image: setup  ## Build the kiosk's disk image, ARCH=amd64|arm64|both, under build/appliance/ (root; an hour the first time, minutes after)
	@deploy/system-packages.sh image
	@$(RUN) -m deploy.image --arch $(if $(filter command,$(firstword $(origin ARCH))),$(ARCH),both) $(if $(PEER),--peer $(PEER)) $(if $(LEVEL),--level $(LEVEL) --no-archive) $(if $(VERSION),--system-version $(VERSION))

package: setup  ## Build the .deb of a kiosk, SUITE=trixie|bookworm ARCH=amd64|arm64, under build/package/
	@deploy/system-packages.sh package
	@$(RUN) -m deploy.package build --suite $(SUITE) --arch $(ARCH)

bundle-offline: setup  ## The same with every Debian package that it may need and install.sh, in one tar for an office without a line
	@deploy/system-packages.sh package
	@$(RUN) -m deploy.package bundle --suite $(SUITE) --arch $(ARCH)

lock:  ## Resolve requirements/*.txt anew from pyproject.toml (needs uv)
	@for extra in kiosk screen office dev bench; do \
	  case $$extra in kiosk|screen) left_out="--override requirements/left-out.in";; *) left_out=;; esac; \
	  uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --no-annotate $$left_out \
	    --no-strip-extras --unsafe-package nothing --extra $$extra pyproject.toml -o requirements/$$extra.txt || exit 1; \
	done

clean:  ## Delete what the targets made
	rm -rf build $(VENV) *.egg-info .mypy_cache .ruff_cache .import_linter_cache .hypothesis
