# pipit's one build system. `make help` lists the targets.
#
#   make                 build/pipit, static, by g++
#   make unit R=pep      unit tests of one room (and of nothing above it); T=filter runs some
#   make test            everything a change must pass
#
# Everything generated lies under $(BUILD); third-party code, fetched once, under $(THIRD).

BUILD ?= build
THIRD ?= build/third
THIRD_FROM ?=
OPT ?= -O2
ifeq ($(origin CXX),default)
CXX := g++
endif
ifeq ($(origin CC),default)
CC := gcc
endif
PYTHON ?= python3
DEFAULT_INDEX_URL ?=

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

ROOMS := $(patsubst %:,%,$(shell sed -n 's/^\([a-z]*:\).*/\1/p' tools/layers.txt))

# --- flags ---------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wconversion
INCLUDES := -Ilib -I. -I$(BUILD) -isystem $(THIRD)/include
# FLAVOUR_FLAGS: the sanitizers'. Given by the flavour targets below, which call make again.
FLAVOUR_FLAGS ?=
ALL_CXXFLAGS = -std=c++23 $(OPT) -g1 $(WARNINGS) -ffunction-sections -fdata-sections -pthread \
  -D_GNU_SOURCE $(INCLUDES) $(FLAVOUR_FLAGS) $(CXXFLAGS)
LIBRARIES := $(addprefix $(THIRD)/lib/,libbearssl.a libdeflate.a libz.a)
# getaddrinfo in a static glibc draws a linker warning: it may load the system's own name services.
# That is known (a release is linked with musl, which does not); --no-warnings keeps it quiet.
LINK_FLAGS := -pthread -Wl,--gc-sections
STATIC := -static -Wl,--no-warnings

# --- sources -------------------------------------------------------------------------------------

# Rooms that `make unit R=room` needs: itself and its row of the table.
R ?=
T ?=
ifneq ($(R),)
ifeq ($(filter $(R),$(ROOMS)),)
$(error R=$(R): no such room; there are: $(ROOMS))
endif
UNIT_ROOMS := $(R) $(shell sed -n 's/^$(R)://p' tools/layers.txt)
UNIT_TESTS := $(wildcard tests/$(R)/*.cpp)
UNIT_BINARY := $(BUILD)/unit-$(R)
else
UNIT_ROOMS := $(ROOMS)
UNIT_TESTS := $(wildcard $(ROOMS:%=tests/%/*.cpp))
UNIT_BINARY := $(BUILD)/unit-all
endif

LIB_SOURCES := $(wildcard $(ROOMS:%=lib/%/*.cpp))
LIB_OBJECTS := $(LIB_SOURCES:%.cpp=$(BUILD)/obj/%.o)
UNIT_SOURCES := $(wildcard $(UNIT_ROOMS:%=lib/%/*.cpp)) $(UNIT_TESTS) tests/unit_main.cpp
UNIT_OBJECTS := $(UNIT_SOURCES:%.cpp=$(BUILD)/obj/%.o)
FUZZ_NAMES := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(wildcard tests/fuzz/*_fuzz.cpp))

all: $(BUILD)/pipit

# --- what is needed before anything is compiled -------------------------------------------------

# $(call need,command,package): the package's name when the command is not there
need = $(if $(shell command -v $(1)),,$(2))
ABSENT := $(call need,$(firstword $(CXX)),g++) $(call need,$(firstword $(CC)),gcc) \
  $(call need,$(PYTHON),python3) $(call need,flock,util-linux)
ABSENT := $(strip $(ABSENT))
ifneq ($(ABSENT),)
$(error missing: $(ABSENT). This helps: \
  apt-get install -y g++ make python3-pip python3-venv ca-certificates util-linux)
endif

GENERATED := $(BUILD)/gen/default_index.h
THIRD_READY := $(THIRD)/ready
READY := $(GENERATED) $(THIRD_READY)

# The fetch and the libraries are done once, however many makes run side by side.
$(THIRD_READY): third_party/pins.txt third_party/fetch third_party/build.mk
	@mkdir -p $(THIRD)
	@flock $(THIRD)/lock $(MAKE) --no-print-directory THIRD=$(THIRD) third-locked

third-locked:
	@if [ ! -f $(THIRD)/ready ] || [ -n "$$(find third_party -newer $(THIRD)/ready \
	    \( -name pins.txt -o -name fetch -o -name build.mk \))" ]; then \
	  $(PYTHON) third_party/fetch $(THIRD) $(if $(THIRD_FROM),--from $(THIRD_FROM)) && \
	  $(MAKE) --no-print-directory -f third_party/build.mk THIRD=$(THIRD) OUT=$(THIRD) \
	    CC="$(CC)" && \
	  touch $(THIRD)/ready; \
	fi

# The default index URL: asked of the machine's pip when something it depends on changed.
COMPILES := $(filter-out clean distclean lint format hooks help,$(or $(MAKECMDGOALS),all))
ifneq ($(COMPILES),)
ifneq ($(shell $(PYTHON) tools/default_index.py --check $(GENERATED) '$(DEFAULT_INDEX_URL)'),fresh)
$(GENERATED): FORCE
endif
# Other flags than last time: everything is compiled anew.
FLAGS_NOW := $(CXX) $(ALL_CXXFLAGS)
ifneq ($(file <$(BUILD)/flags),$(FLAGS_NOW))
$(shell mkdir -p $(BUILD))
$(file >$(BUILD)/flags,$(FLAGS_NOW))
endif
endif
$(GENERATED):
	@$(PYTHON) tools/default_index.py $@ '$(DEFAULT_INDEX_URL)'

# --- compile and link ----------------------------------------------------------------------------

$(BUILD)/obj/%.o: %.cpp $(BUILD)/flags | $(READY)
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	@$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# One slow header; its unit starts first so that it does not finish last.
$(BUILD)/pipit: $(LIB_OBJECTS) $(BUILD)/obj/main.o | $(READY)
	@test -f lib/cli/run.cpp || { echo "lib/cli/run.cpp: missing, nothing to link" >&2; exit 1; }
	@echo "  LINK  $@"
	@$(CXX) $(LINK_FLAGS) $(FLAVOUR_FLAGS) $(if $(FLAVOUR_FLAGS),,$(STATIC) -s) -o $@ \
	  $(LIB_OBJECTS) $(BUILD)/obj/main.o $(LIBRARIES)

$(UNIT_BINARY): $(UNIT_OBJECTS) | $(READY)
	@echo "  LINK  $@"
	@$(CXX) $(LINK_FLAGS) $(FLAVOUR_FLAGS) -o $@ $(UNIT_OBJECTS) $(LIBRARIES)

# doctest's implementation and the tests gain nothing from -O2.
$(BUILD)/obj/tests/%.o: OPT := $(if $(filter -O2,$(OPT)),-O1,$(OPT))

-include $(LIB_OBJECTS:.o=.d) $(UNIT_OBJECTS:.o=.d) $(BUILD)/obj/main.d

# --- tests ---------------------------------------------------------------------------------------

# The thread sanitizer needs the address space layout it knows.
RUN_UNDER := $(if $(findstring thread,$(FLAVOUR_FLAGS)),setarch -R)
export ASAN_OPTIONS ?= detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS ?= halt_on_error=1:second_deadlock_stack=1

unit: $(UNIT_BINARY)
	$(RUN_UNDER) $(UNIT_BINARY) $(if $(T),--test-case="*$(T)*")

TESTENV := build/testenv
TESTENV_READY := $(TESTENV)/ready
PYTEST := $(TESTENV)/bin/python -m pytest
E2E ?= tests/e2e

$(TESTENV_READY): tests/requirements.txt
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "missing: python3-venv. This helps: apt-get install -y python3-venv" >&2; exit 1; }
	@rm -rf $(TESTENV)
	$(PYTHON) -m venv $(TESTENV)
	$(TESTENV)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

testenv: $(TESTENV_READY)

e2e: $(BUILD)/pipit $(TESTENV_READY)
	PIPIT_BINARY=$(abspath $(BUILD)/pipit) $(RUN_UNDER) $(PYTEST) $(E2E) $(PYTEST_ARGS)

test: all
	$(MAKE) --no-print-directory unit
	$(MAKE) --no-print-directory fuzz-replay
	$(MAKE) --no-print-directory e2e

# --- sanitizers: dynamic binaries in a build directory of their own ------------------------------

ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
TSAN_FLAGS := -fsanitize=thread -fno-omit-frame-pointer
asan_make = $(MAKE) --no-print-directory BUILD=$(BUILD)/asan OPT=-O1 FLAVOUR_FLAGS="$(ASAN_FLAGS)"
tsan_make = $(MAKE) --no-print-directory BUILD=$(BUILD)/tsan OPT=-O1 FLAVOUR_FLAGS="$(TSAN_FLAGS)"

# Address and undefined behaviour in one flavour: two names for it.
asan ubsan:
	$(asan_make) unit
tsan:
	$(tsan_make) unit
asan-fuzz-replay:
	$(asan_make) fuzz-replay
# Those end-to-end tests that exercise the pipeline: many threads, real files, no comparison of speed.
SANITIZED_E2E ?= tests/e2e
asan-e2e:
	$(asan_make) e2e E2E="$(SANITIZED_E2E)" PYTEST_ARGS="$(or $(PYTEST_ARGS),-m pipeline)"
tsan-e2e:
	$(tsan_make) e2e E2E="$(SANITIZED_E2E)" PYTEST_ARGS="$(or $(PYTEST_ARGS),-m pipeline)"

# --- fuzzing -------------------------------------------------------------------------------------

CLANG ?= $(firstword $(foreach c,clang++-19 clang++-20 clang++-21 clang++,$(shell command -v $(c))))
SECS ?= 60
F ?=

# Without a fuzzer a target replays its corpus; it is linked with the whole library, less is stripped.
$(BUILD)/fuzz/%-replay: $(BUILD)/obj/tests/fuzz/%_fuzz.o $(BUILD)/obj/tests/fuzz/replay_main.o \
    $(LIB_OBJECTS) | $(READY)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CXX) $(LINK_FLAGS) $(FLAVOUR_FLAGS) -o $@ $^ $(LIBRARIES)
.SECONDARY: $(FUZZ_NAMES:%=$(BUILD)/obj/tests/fuzz/%_fuzz.o) $(BUILD)/obj/tests/fuzz/replay_main.o
-include $(FUZZ_NAMES:%=$(BUILD)/obj/tests/fuzz/%_fuzz.d) $(BUILD)/obj/tests/fuzz/replay_main.d

fuzz-replay: $(FUZZ_NAMES:%=replay-%)
replay-%: $(BUILD)/fuzz/%-replay
	@$(RUN_UNDER) $< tests/fuzz/corpus/$*

fuzz:
	@test -n "$(F)" || { echo "usage: make fuzz F=name SECS=60; names: $(FUZZ_NAMES)" >&2; exit 2; }
	@test -f tests/fuzz/$(F)_fuzz.cpp || { echo "tests/fuzz/$(F)_fuzz.cpp: missing" >&2; exit 2; }
ifeq ($(CLANG),)
	@echo "fuzz: no clang here, skipped (apt-get install -y clang-19); replaying the corpus instead"
	$(asan_make) replay-$(F)
else
	$(MAKE) --no-print-directory BUILD=$(BUILD)/fuzzer OPT=-O1 CXX=$(CLANG) \
	  FLAVOUR_FLAGS="-fsanitize=fuzzer-no-link,address,undefined" \
	  $(BUILD)/fuzzer/fuzz/$(F)
	@mkdir -p $(BUILD)/fuzzer/corpus/$(F)
	$(BUILD)/fuzzer/fuzz/$(F) -max_total_time=$(SECS) -artifact_prefix=$(BUILD)/fuzzer/$(F)- \
	  $(BUILD)/fuzzer/corpus/$(F) tests/fuzz/corpus/$(F)
endif
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%_fuzz.o $(LIB_OBJECTS) | $(READY)
	@mkdir -p $(@D)
	@$(CXX) -fsanitize=fuzzer,address,undefined $(LINK_FLAGS) -o $@ $^ $(LIBRARIES)

# --- the state of the code -----------------------------------------------------------------------

lint:
	@$(PYTHON) tools/lint.py
	@$(PYTHON) tools/lint_test.py

HEADERS := $(wildcard $(ROOMS:%=lib/%/*.h))
# Each header alone, as a translation unit of its own.
headers: $(HEADERS:%.h=$(BUILD)/headers/%.ok)
$(BUILD)/headers/%.ok: %.h $(BUILD)/flags | $(READY)
	@mkdir -p $(@D)
	@echo '#include "$(<:lib/%=%)"' | $(CXX) $(ALL_CXXFLAGS) -fsyntax-only -x c++ - && \
	  echo '#include "$(<:lib/%=%)"' | $(CXX) $(ALL_CXXFLAGS) -MM -MP -MT $@ -x c++ - > $(@:.ok=.d)
	@touch $@
-include $(HEADERS:%.h=$(BUILD)/headers/%.d)

amalgamation: $(BUILD)/pipit.hpp
$(BUILD)/pipit.hpp: tools/amalgamation.py tools/amalgamation.txt \
    $(wildcard lib/base/* lib/pep/* lib/solve/*)
	@mkdir -p $(@D)
	@$(PYTHON) tools/amalgamation.py $@

AMALGAMATION_CHECK = -std=c++23 -O1 $(WARNINGS) -pthread -D_GNU_SOURCE -I$(BUILD) \
  -o $(BUILD)/amalgamation-check tests/amalgamation_check.cpp
check-amalgamation: $(BUILD)/pipit.hpp
	$(CXX) $(AMALGAMATION_CHECK)
	$(BUILD)/amalgamation-check
ifneq ($(CLANG),)
	$(CLANG) $(AMALGAMATION_CHECK)
	$(BUILD)/amalgamation-check
else
	@echo "check-amalgamation: no clang here, by $(CXX) only"
endif

format:
	@tools/format.sh

tidy: compile_commands.json
	@tools/tidy.sh "$(CLANG)"

compile_commands.json: $(BUILD)/compile_commands.json
$(BUILD)/compile_commands.json: Makefile $(LIB_SOURCES) $(READY)
	@$(PYTHON) tools/compile_commands.py $@ '$(CXX) $(ALL_CXXFLAGS)' main.cpp $(LIB_SOURCES) \
	  $(wildcard tests/*.cpp tests/*/*.cpp)

hooks:
	@ln -sf ../../tools/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "hooks: tools/pre-commit runs before each commit"

# --- release -------------------------------------------------------------------------------------

# zig's clang and musl: one static binary, a third of glibc's size. zig comes from the package index
# by pip and stays under build/, as does its cache.
ZIG_DIR := build/zig
ZIG_PIN := ziglang==0.17.0
ZIG_TARGET ?= $(shell uname -m)-linux-musl
RELEASE := $(BUILD)/release
export ZIG_GLOBAL_CACHE_DIR := $(abspath build/zig-cache)
ZIG := $(abspath $(ZIG_DIR))/ziglang/zig

$(ZIG_DIR)/ready:
	@rm -rf $(ZIG_DIR)
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --target $(ZIG_DIR) $(ZIG_PIN) || { \
	  echo "release: $(ZIG_PIN) cannot be had from the package index" >&2; exit 1; }
	@touch $@

release: $(ZIG_DIR)/ready $(READY)
	@mkdir -p $(RELEASE) build/zig-cache
	@THIRD=$(THIRD) RELEASE=$(RELEASE) BUILD=$(BUILD) ZIG="$(ZIG)" TARGET=$(ZIG_TARGET) \
	  $(MAKE) --no-print-directory -f tools/release.mk ROOMS="$(ROOMS)"

size:
	@$(PYTHON) tools/size.py $(BUILD)

dist: release
	@tools/dist.sh $(RELEASE)

# --- the rest ------------------------------------------------------------------------------------

bench: $(BUILD)/pipit $(TESTENV_READY)
	$(TESTENV)/bin/python tools/bench/run.py
compare: $(BUILD)/pipit $(TESTENV_READY)
	$(TESTENV)/bin/python tools/compare.py
demo: $(BUILD)/pipit
	@tools/demo $(BUILD)/pipit

# What takes too long for each change.
nightly: test
	$(MAKE) --no-print-directory headers tidy release size
	$(MAKE) --no-print-directory asan asan-fuzz-replay asan-e2e
	$(MAKE) --no-print-directory tsan tsan-e2e
	for name in $(FUZZ_NAMES); do $(MAKE) --no-print-directory fuzz F=$$name SECS=300 || exit 1; done
	$(MAKE) --no-print-directory compare

# build/third and the tools fetched for tests and releases survive `clean`.
clean:
	@find $(BUILD) -mindepth 1 -maxdepth 1 ! -name third ! -name testenv ! -name zig \
	  ! -name zig-cache -exec rm -rf {} + 2>/dev/null || true
distclean:
	@rm -rf $(BUILD)

help:
	@sed -n '/^## /s/^## //p' tools/targets.txt

FORCE:
.PHONY: FORCE all third-locked unit testenv e2e test asan ubsan tsan asan-fuzz-replay asan-e2e \
  tsan-e2e fuzz fuzz-replay lint headers amalgamation check-amalgamation format tidy hooks \
  compile_commands.json release size dist bench compare demo nightly clean distclean help
