# make demo     build and run the main job on a fixture board
# make test     build and run all tests
# make kernel-test [DTB="FILE ..."]  boot a real kernel in QEMU and compare; not a part of `make test`
# make lint     check the format of all sources
# make rules    make RULES.md of the comments above the rules
# make boards   make docs/boards.md anew: the verdicts of the boards that have a layer of their own
# make bench    compare speed with the controls in Benchmarks
# make bounds   measure what the worst inputs cost, and how costs grow; judged against the bounds, no part of `make test`
# make fuzz SECONDS=60 [TARGETS="dtb policy"]  fuzz what is read from outside, each target for so long; a table of what was run
# make coverage which lines the tests run, a table per module; takes as long as make test, twice
# make mutants [SEED=1] [MODULES=Planner,LinuxBoot,PageAllocator] [COUNT=60]  do the tests notice faults?
# make sanitize run the whole test suite under the address and the thread sanitizer
# make docs     make the pages of the library products (DocC) in .build/docs; a warning is an error
# make policy-reference  make docs/policy.md anew of the JSON Schema of policies
# make install  put the binary, man pages, completions and policies below PREFIX; make uninstall takes them away
# make deb      build a Debian package in .build/deb
# make deb-test install that package into a new minimal system, run the main job there, remove it
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
DEMO := .build/demo
CORPUS := .build/corpus
KERNEL_TEST := .build/kernel-test
PYTHON_TOOLS := .build/python
# A binary that needs no Swift runtime. Tests of the command run it too: in a debug build the engine
# is 50 times slower.
STATIC := -c release -Xswiftc -static-stdlib --product dmaplan
PROGRAM := .build/release/dmaplan
DEB := .build/deb
SEED ?= 1
MODULES ?= Planner,LinuxBoot,PageAllocator
COUNT ?= 60
# Where tests find what can be downloaded.
TEST_DATA = DMAPLAN_CORPUS=$(abspath $(CORPUS)) DMAPLAN_PYTHON_TOOLS=$(abspath $(PYTHON_TOOLS)) \
  DMAPLAN_AXE=$(wildcard $(abspath $(PYTHON_TOOLS)/axe.min.js))

.PHONY: demo test lint format setup release install uninstall install-test deb-tools deb deb-test docs policy-reference corpus \
  python-tools browser rules boards bench bounds fuzz kernel-test coverage mutants sanitize

demo: setup release
	@mkdir -p $(DEMO)
	@dtc -q -I dts -O dtb -o $(DEMO)/raspberrypi-4.dtb fixtures/dts/raspberrypi-4.dts
	@echo '$$ dmaplan raspberrypi-4.dtb --variant 4g'
	@status=0; cd $(DEMO) && ../release/dmaplan raspberrypi-4.dtb --variant 4g || status=$$?; \
	  if [ $$status -gt 1 ]; then exit $$status; fi; \
	  echo "(exit status $$status: 1 means that something does not fit, as the report says)"

test: setup corpus python-tools browser
	$(SWIFT) build --build-tests
	$(SWIFT) build $(STATIC)
	DMAPLAN_CORPUS=$(abspath $(CORPUS)) DMAPLAN_BINARY=$(abspath .build/release/dmaplan) \
	  DMAPLAN_PYTHON_TOOLS=$(abspath $(PYTHON_TOOLS)) \
	  DMAPLAN_AXE=$(wildcard $(abspath $(PYTHON_TOOLS)/axe.min.js)) $(SWIFT) test --skip-build --parallel

# Real trees for the tests. They can not be had everywhere; the tests then say so.
corpus: setup
	@Scripts/fetch-corpus $(CORPUS) arm64 armhf >/dev/null || [ $$? -eq 75 ]

# Validators of PyPI for the tests. They can not be had everywhere; the tests then say so.
python-tools:
	@Scripts/python-tools $(PYTHON_TOOLS) || [ $$? -eq 75 ]

# The page of a report is tested in a browser. It can not be had everywhere; the tests then say so.
browser: setup
	@Scripts/browser || [ $$? -eq 75 ]

kernel-test: setup
	$(SWIFT) build --product dmaplan
	Scripts/kernel-test .build/debug/dmaplan $(KERNEL_TEST) $(DTB)

lint:
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests policies manual report-page \
	  Fuzz/Package.swift $(wildcard Fuzz/Sources/FuzzTargets/*.swift)

format:
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests policies manual report-page

rules:
	Scripts/rules-md > RULES.md.new && mv RULES.md.new RULES.md

boards: release
	Scripts/boards-md .build/release/dmaplan > docs/boards.md.new && mv docs/boards.md.new docs/boards.md

bench: release corpus
	Benchmarks/engine/run
	Benchmarks/check .build/release/dmaplan $(CORPUS)/arm64
	Benchmarks/board .build/release/dmaplan $(CORPUS)/arm64

bounds: release
	Scripts/bounds $(PROGRAM)
	Scripts/growth $(PROGRAM) --time

# Real trees are seeds too, where they can be had.
fuzz: corpus
	DMAPLAN_CORPUS=$(or $(DMAPLAN_CORPUS),$(abspath $(CORPUS))) Scripts/fuzz $(or $(SECONDS),60) $(TARGETS)

coverage: setup corpus python-tools browser
	$(TEST_DATA) Scripts/coverage

mutants: setup
	Scripts/mutants --seed "$(SEED)" --modules "$(MODULES)" --count "$(COUNT)"

sanitize: setup corpus python-tools browser
	$(TEST_DATA) Scripts/sanitize

setup:
	@Scripts/setup

release: setup
	$(SWIFT) build $(STATIC)

install: release
	@Scripts/install $(PROGRAM) "$(PREFIX)" "$(DESTDIR)"

uninstall:
	@Scripts/install --remove "$(PREFIX)" "$(DESTDIR)"

install-test: release
	@Scripts/test-install $(PROGRAM)

deb-tools:
	@Scripts/deb-tools

deb: release deb-tools
	@rm -rf $(DEB)
	@Scripts/deb $(PROGRAM) $(DEB)

# The second package has to be the same, byte for byte.
deb-test: deb install-test
	@Scripts/deb $(PROGRAM) $(DEB)/again >/dev/null
	@cmp $(DEB)/*.deb $(DEB)/again/*.deb
	@Scripts/test-deb $(DEB)/*.deb || [ $$? -eq 75 ]

policy-reference: release
	Scripts/policy-md $(PROGRAM) > docs/policy.md.new && mv docs/policy.md.new docs/policy.md

docs: setup
	Scripts/docs .build/docs
