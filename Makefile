# pipit's one build system. `make help` lists the targets.
#
#   make                 build/pipit, static, by g++
#   make unit R=pep      unit tests of one room (and of nothing above it); T=filter runs some
#   make test            everything a change must pass
#
# Everything generated lies under $(BUILD); third-party code, fetched once, under $(THIRD).

BUILD ?= build
THIRD ?= build/third
# A directory with the files of third_party/pins.txt, instead of the network.
THIRD_FROM ?=
# Where the static libraries of the sources in $(THIRD) go; each compiler has its own.
LIBS ?= $(THIRD)
OPT ?= -O2
ifeq ($(origin CXX),default)
CXX := g++
endif
ifeq ($(origin CC),default)
CC := gcc
endif
ifeq ($(origin AR),default)
AR := ar
endif
PYTHON ?= python3
DEFAULT_INDEX_URL ?=

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

ROOMS := $(patsubst %:,%,$(shell sed -n 's/^\([a-z]*:\).*/\1/p' tools/layers.txt))

# --- flags ---------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wconversion
# clang warns of what the stable_sort of g++ 12's library itself calls.
ifneq ($(findstring clang,$(notdir $(firstword $(CXX)))),)
WARNINGS += -Wno-deprecated-declarations
endif
INCLUDES := -Ilib -I. -I$(BUILD) -isystem $(THIRD)/include
# FLAVOUR_FLAGS: the sanitizers'. RELEASE: linked by zig. Both are given by the targets below, which
# call make again. WERROR=1 makes warnings errors.
FLAVOUR_FLAGS ?=
RELEASE ?=
DEBUG_INFO := -g1
WERROR ?=
# UNITY=1 compiles each room as one unit: builds that are made whole and once.
UNITY ?=
ALL_CXXFLAGS = -std=c++23 $(OPT) $(DEBUG_INFO) $(WARNINGS) -ffunction-sections -fdata-sections -pthread \
  -D_GNU_SOURCE $(INCLUDES) $(FLAVOUR_FLAGS) $(if $(WERROR),-Werror) $(CXXFLAGS)
LIBRARIES := $(addprefix $(LIBS)/lib/,libbearssl.a libdeflate.a libz.a)
LINK_FLAGS := -pthread -Wl,--gc-sections
STATIC_LINK := -static -s
PROGRAM_LINK = $(or $(FLAVOUR_FLAGS),$(STATIC_LINK))
# The release has a way of its own.
link_program = $(if $(RELEASE),tools/link_release.sh $(firstword $(CXX)) $(ZIG_TARGET), \
  tools/link.sh $(CXX) $(LINK_FLAGS) $(1) -o) $@ $(LIB_OBJECTS) $(BUILD)/obj/main.o $(LIBRARIES)
ifneq ($(RELEASE),)
# Debug information in one unit would bring the unwind tables of every function with it.
DEBUG_INFO := -g0
# zig reads -Os itself and knows no -Oz; clang does.
OPT := -Os -Xclang -Oz -flto -fomit-frame-pointer -fno-unwind-tables -fno-asynchronous-unwind-tables
endif

# --- sources -------------------------------------------------------------------------------------

# What a change waits for is less than what a night has time for. QUICK=1: under asan the tests
# themselves (not the library) go without instruments, and two checks of each access that double
# the compile time are left out, the others made by calls; under tsan only rooms whose tests start
# threads are tested, and only what they stand on is compiled. Rooms that wait more than they compute,
# or are not tested there, are not optimized under sanitizers. Two end-to-end tests that install
# hundreds of real packages with pip too (marked "long") are left to `make test` without QUICK.
QUICK ?=
COLD := cache net index dist resolve env build cli
THREADED := base sched cache net index dist env build
TEST_ROOMS ?= $(ROOMS)

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
UNIT_ROOMS := $(sort $(TEST_ROOMS) $(foreach r,$(TEST_ROOMS),$(shell sed -n 's/^$(r)://p' tools/layers.txt)))
UNIT_TESTS := $(wildcard $(TEST_ROOMS:%=tests/%/*.cpp))
UNIT_BINARY := $(BUILD)/unit-all
endif

# The unit with the slowest header starts first, so that no core waits for it at the end.
SLOW := lib/net/http.cpp
LIB_SOURCES := $(SLOW) $(filter-out $(SLOW),$(wildcard $(ROOMS:%=lib/%/*.cpp)))
LIB_OBJECTS := $(LIB_SOURCES:%.cpp=$(BUILD)/obj/%.o) \
  $(if $(RELEASE),$(addprefix $(BUILD)/obj/,third_party/no_demangle.o tools/release/operator_new.o))
UNIT_SOURCES := $(wildcard $(UNIT_ROOMS:%=lib/%/*.cpp)) $(UNIT_TESTS) tests/unit_main.cpp
UNIT_OBJECTS := $(UNIT_SOURCES:%.cpp=$(BUILD)/obj/%.o)
ifneq ($(UNITY),)
# A room (and a room's tests: their file-local names are unique too) as one translation unit: most
# of a unit's time goes into headers.
# net, with the slowest header, goes first.
unity_objects = $(patsubst %/,$(BUILD)/obj/unity/%.o,$(sort $(dir $(1))))
LIB_OBJECTS := $(call unity_objects,$(SLOW)) \
  $(filter-out $(call unity_objects,$(SLOW)),$(call unity_objects,$(LIB_SOURCES)))
UNIT_OBJECTS := $(filter $(UNIT_ROOMS:%=$(BUILD)/obj/unity/lib/%.o),$(LIB_OBJECTS)) \
  $(call unity_objects,$(UNIT_TESTS)) $(BUILD)/obj/tests/unit_main.o
endif
FUZZ_NAMES := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(wildcard tests/fuzz/*_fuzz.cpp))

all: $(BUILD)/pipit ## build/pipit, static, by g++

# --- what is needed before anything is compiled -------------------------------------------------

COMPILES := $(filter-out clean distclean lint format hooks help,$(or $(MAKECMDGOALS),all))
ifneq ($(COMPILES),)
ABSENT := $(shell tools/prerequisites.sh $(firstword $(CXX)) $(firstword $(CC)) $(PYTHON) \
  '$(DEFAULT_INDEX_URL)' $(COMPILES))
ifneq ($(ABSENT),)
$(error missing: $(ABSENT). This helps: \
  apt-get install -y g++ make python3-pip python3-venv ca-certificates)
endif
endif

GENERATED := $(BUILD)/gen/default_index.h
THIRD_READY := $(LIBS)/ready
READY := $(GENERATED) $(THIRD_READY)

# The fetch and the libraries are done once, however many makes run side by side.
$(THIRD_READY): third_party/pins.txt third_party/fetch third_party/build.mk
	@mkdir -p $(THIRD)
	@flock $(THIRD)/lock $(MAKE) --no-print-directory third-locked

third-locked:
	@if [ ! -f $(THIRD)/fetched ] || [ third_party/pins.txt -nt $(THIRD)/fetched ] || \
	    [ third_party/fetch -nt $(THIRD)/fetched ]; then \
	  $(PYTHON) third_party/fetch $(THIRD) $(if $(THIRD_FROM),--from '$(THIRD_FROM)'); \
	fi
	@if [ ! -f $(LIBS)/ready ] || [ $(THIRD)/fetched -nt $(LIBS)/ready ] || \
	    [ third_party/build.mk -nt $(LIBS)/ready ]; then \
	  $(MAKE) --no-print-directory -f third_party/build.mk THIRD=$(THIRD) OUT=$(LIBS) \
	    CC="$(CC)" AR="$(AR)" && touch $(LIBS)/ready; \
	fi

# The default index URL: asked of the machine's pip when something it depends on changed.
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

# An object bears the time at which its compilation began: a source that is saved meanwhile is newer.
$(BUILD)/obj/%.o: %.cpp $(BUILD)/flags | $(READY)
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	@touch $@.begun
	@$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<
	@touch -r $@.begun $@ && rm -f $@.begun

# The rooms' units are lists of their files; a list is written anew only when it changed.
# More is inlined into each other here, which g++ 12 takes for uninitialised values of std::expected.
$(BUILD)/obj/unity/%.o: ALL_CXXFLAGS += -Wno-subobject-linkage -Wno-maybe-uninitialized
$(BUILD)/obj/unity/%.o: $(BUILD)/unity/%.cpp $(BUILD)/flags | $(READY)
	@mkdir -p $(@D)
	@echo "  CXX   $*/*.cpp"
	@$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/unity/%.cpp: FORCE
	@mkdir -p $(@D)
	@ls $*/*.cpp | sed 's/.*/#include "&"/' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
.PRECIOUS: $(BUILD)/unity/%.cpp

$(BUILD)/pipit: $(LIB_OBJECTS) $(BUILD)/obj/main.o $(THIRD_READY) \
    $(if $(RELEASE),tools/link_release.sh) | $(GENERATED)
	@test -f lib/cli/run.cpp || { echo "lib/cli/run.cpp: missing, nothing to link" >&2; exit 1; }
	@echo "  LINK  $@"
	@$(call link_program,$(PROGRAM_LINK))

$(UNIT_BINARY): $(UNIT_OBJECTS) | $(READY)
	@echo "  LINK  $@"
	@$(CXX) $(LINK_FLAGS) $(FLAVOUR_FLAGS) -o $@ $(UNIT_OBJECTS) $(LIBRARIES)

# The tests gain nothing from optimization, but for those that search by brute force.
$(BUILD)/obj/tests/%.o: OPT := -O0
$(BUILD)/obj/unity/tests/%.o: OPT := -O0
$(BUILD)/obj/tests/solve/%.o $(BUILD)/obj/unity/tests/solve.o: OPT := -O1
ifneq ($(UNOPTIMIZED),)
$(UNOPTIMIZED:%=$(BUILD)/obj/unity/lib/%.o): OPT := -O0
endif
ifneq ($(PLAIN_TESTS),)
$(BUILD)/obj/unity/tests/%.o: override FLAVOUR_FLAGS :=
# The templates of sched are compiled with its tests.
$(BUILD)/obj/unity/tests/sched.o: override FLAVOUR_FLAGS := $(FLAVOUR_FLAGS)
endif
# Only units that hold a `try` let an exception through; elsewhere its tables would be a quarter of a
# release.
THROWING := $(shell grep -lE '\btry \{' $(LIB_SOURCES))
$(patsubst %.cpp,$(BUILD)/obj/%.o,$(filter-out $(THROWING),$(LIB_SOURCES)) main.cpp): \
  ALL_CXXFLAGS += -fno-exceptions
# Every byte of a wheel or of a page goes through these; a small release must not be a slow one.
HOT := base/sha256_blocks base/crc32 base/hash base/blocks base/url base/url_text base/text \
  archive/inflate archive/zip_stream archive/zip_ledger cache/manifest dist/unpack dist/wheel_check \
  index/html_page index/page_codec pep/record pep/version
$(HOT:%=$(BUILD)/obj/lib/%.o): OPT := $(patsubst -Os,-O2,$(filter-out -Xclang -Oz,$(OPT)))

-include $(LIB_OBJECTS:.o=.d) $(UNIT_OBJECTS:.o=.d) $(BUILD)/obj/main.d

# --- tests ---------------------------------------------------------------------------------------

# The thread sanitizer needs the address space layout it knows.
RUN_UNDER = $(if $(findstring thread,$(FLAVOUR_FLAGS)),$(UNRANDOMISED))
UNRANDOMISED = $(shell setarch -R true 2>/dev/null && echo setarch -R)
export ASAN_OPTIONS ?= detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS ?= halt_on_error=1:second_deadlock_stack=1

unit: $(UNIT_BINARY) ## unit tests; R=room for one room, T=text for some tests
	$(RUN_UNDER) $(UNIT_BINARY) $(if $(T),--test-case="*$(T)*")

# The same in parts, as many at a time as make may run: sanitizers take their time.
part_1 := --last=300
part_2 := --first=301 --last=470
part_3 := --first=471
unit-parts: unit-part-1 unit-part-2 unit-part-3
unit-part-%: $(UNIT_BINARY)
	$(RUN_UNDER) $(UNIT_BINARY) $(part_$*)

TESTENV := build/testenv
TESTENV_READY := $(TESTENV)/ready
PYTEST := $(TESTENV)/bin/python -m pytest
E2E ?= tests/e2e
# The end-to-end tests wait more than they compute: this many at a time.
E2E_JOBS ?= 3

$(TESTENV_READY): tests/requirements.txt
	@rm -rf $(TESTENV)
	$(PYTHON) -m venv $(TESTENV)
	$(TESTENV)/bin/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

testenv: $(TESTENV_READY)

e2e: $(BUILD)/pipit $(TESTENV_READY)
	PIPIT_BINARY=$(abspath $(BUILD)/pipit) $(RUN_UNDER) $(PYTEST) -n $(E2E_JOBS) --dist worksteal \
	  $(E2E) $(if $(QUICK),-m "not long") $(PYTEST_ARGS)

test: all testenv ## what a change must pass: unit, fuzz corpora, end to end
	$(MAKE) --no-print-directory unit-parts fuzz-replay
	$(MAKE) --no-print-directory e2e

# --- sanitizers: dynamic binaries in a build directory of their own ------------------------------

ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
  $(if $(QUICK),-w -fno-sanitize=null -fno-sanitize=alignment \
  --param=asan-instrumentation-with-call-threshold=0)
# toml++, the oracle of one of base's tests, passes its own "unreachable" at some characters.
$(BUILD)/obj/unity/tests/base.o: ALL_CXXFLAGS += \
  $(if $(findstring undefined,$(FLAVOUR_FLAGS)),-fno-sanitize=unreachable)
TSAN_FLAGS := -fsanitize=thread -fno-omit-frame-pointer
# Fewer random worlds than without instruments.
flavour_worlds = PROPERTY_WORLDS=$(or $(PROPERTY_WORLDS),400)
asan_make = $(flavour_worlds) $(MAKE) --no-print-directory UNITY=1 BUILD=$(BUILD)/asan OPT=-O1 WERROR= FLAVOUR_FLAGS="$(ASAN_FLAGS)" \
  PLAIN_TESTS=$(QUICK) $(if $(QUICK),UNOPTIMIZED="$(COLD)")
tsan_make = $(flavour_worlds) $(MAKE) --no-print-directory UNITY=1 BUILD=$(BUILD)/tsan OPT=-O1 WERROR= FLAVOUR_FLAGS="$(TSAN_FLAGS)" \
  $(if $(QUICK),TEST_ROOMS="$(THREADED)" UNOPTIMIZED="$(COLD) pep solve")

# Address and undefined behaviour in one flavour: two names for it.
asan: ## unit tests and fuzz corpora under the address and undefined sanitizers
	+$(asan_make) $(if $(T),unit,unit-parts fuzz-replay)
ubsan: asan
tsan: ## unit tests under the thread sanitizer
	+$(tsan_make) $(if $(T),unit,unit-parts)
# End to end with an instrumented binary: what needs the real index is left to the plain one.
SANITIZED_E2E ?= tests/e2e
asan-e2e: ## end-to-end tests with a binary under asan and ubsan
	+$(asan_make) e2e E2E="$(SANITIZED_E2E)" PYTEST_ARGS="$(or $(PYTEST_ARGS),-m 'not index')"
tsan-e2e: ## the same under tsan
	+$(tsan_make) e2e E2E="$(SANITIZED_E2E)" PYTEST_ARGS="$(or $(PYTEST_ARGS),-m 'not index')"

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

ifneq ($(UNITY),)
# All targets in one unit and one program.
$(BUILD)/unity/fuzz_all.cpp: FORCE
	@mkdir -p $(@D)
	@{ for name in $(FUZZ_NAMES); do \
	     echo "#define LLVMFuzzerTestOneInput target_$$name"; \
	     echo "#include \"tests/fuzz/$${name}_fuzz.cpp\""; \
	     echo "#undef LLVMFuzzerTestOneInput"; done; \
	   echo "#define PIPIT_FUZZ_TARGETS $(foreach name,$(FUZZ_NAMES),{\"$(name)\",target_$(name)},)"; \
	   echo '#include "tests/fuzz/replay_main.cpp"'; } > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@
$(BUILD)/fuzz/replay-all: $(BUILD)/obj/unity/fuzz_all.o $(LIB_OBJECTS) | $(READY)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CXX) $(LINK_FLAGS) $(FLAVOUR_FLAGS) -o $@ $^ $(LIBRARIES)
fuzz-replay: $(BUILD)/fuzz/replay-all
	@for name in $(FUZZ_NAMES); do \
	  $(RUN_UNDER) $< $$name tests/fuzz/corpus/$$name || exit 1; done
-include $(BUILD)/obj/unity/fuzz_all.d
else
fuzz-replay: $(FUZZ_NAMES:%=replay-%)
endif
replay-%: $(BUILD)/fuzz/%-replay
	@$(RUN_UNDER) $< tests/fuzz/corpus/$*

fuzz: ## a fuzz target: F=name SECS=60
	@test -n "$(F)" || { echo "usage: make fuzz F=name SECS=60; names: $(FUZZ_NAMES)" >&2; exit 2; }
	@test -f tests/fuzz/$(F)_fuzz.cpp || { echo "tests/fuzz/$(F)_fuzz.cpp: missing" >&2; exit 2; }
ifeq ($(CLANG),)
	@echo "fuzz: no clang here, skipped (apt-get install -y clang-19); replaying the corpus instead"
	+$(asan_make) replay-$(F)
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

lint: ## the rules that a machine can check, in seconds
	@$(PYTHON) tools/lint.py
	@$(PYTHON) tools/lint_test.py

HEADERS := $(wildcard $(ROOMS:%=lib/%/*.h))
# Each header alone, as a translation unit of its own.
headers: $(HEADERS:%.h=$(BUILD)/headers/%.ok) ## each header compiles alone
$(BUILD)/headers/%.ok: %.h $(BUILD)/flags | $(READY)
	@mkdir -p $(@D)
	@echo '#include "$(<:lib/%=%)"' | $(CXX) $(ALL_CXXFLAGS) -fsyntax-only -x c++ - && \
	  echo '#include "$(<:lib/%=%)"' | $(CXX) $(ALL_CXXFLAGS) -MM -MP -MT $@ -x c++ - > $(@:.ok=.d)
	@touch $@
-include $(HEADERS:%.h=$(BUILD)/headers/%.d)

amalgamation: $(BUILD)/pipit.hpp ## base, pep and solve as one header
$(BUILD)/pipit.hpp: tools/amalgamation.py tools/amalgamation.txt \
    $(wildcard lib/base/* lib/pep/* lib/solve/*)
	@mkdir -p $(@D)
	@$(PYTHON) tools/amalgamation.py $@

# In two units: one that implements and runs, one that only declares.
AMALGAMATION_FLAGS := -std=c++23 -O1 $(WARNINGS) -pthread -D_GNU_SOURCE -I$(BUILD)
define check_amalgamation
$(1) $(AMALGAMATION_FLAGS) -fsyntax-only -include pipit.hpp -x c++ /dev/null
$(1) $(AMALGAMATION_FLAGS) -o $(BUILD)/amalgamation-check tests/amalgamation_check.cpp
$(BUILD)/amalgamation-check
endef
check-amalgamation: $(BUILD)/pipit.hpp ## it compiles, and solves a small universe
	$(call check_amalgamation,$(CXX))
ifneq ($(CLANG),)
	$(call check_amalgamation,$(CLANG) -Wno-deprecated-declarations)
else
	@echo "check-amalgamation: no clang here, by $(CXX) only"
endif

format: ## clang-format on changed lines; ALL=1 on every file
	@tools/format.sh $(if $(ALL),--all)

tidy: compile_commands.json ## clang-tidy, and clang with -Wthread-safety
	@tools/tidy.sh $(BUILD) "$(CLANG)"

compile_commands.json: $(BUILD)/compile_commands.json
$(BUILD)/compile_commands.json: Makefile $(LIB_SOURCES) $(READY)
	@$(PYTHON) tools/compile_commands.py $@ '$(CXX) $(ALL_CXXFLAGS)' main.cpp $(LIB_SOURCES) \
	  $(wildcard tests/*.cpp tests/*/*.cpp)

hooks: ## link tools/pre-commit
	@ln -sf ../../tools/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "hooks: tools/pre-commit runs before each commit"

# --- release -------------------------------------------------------------------------------------

# zig's clang and musl: one static binary, a third of glibc's size. zig comes from the package index
# by pip and stays under build/, as does its cache.
ZIG_DIR := build/zig
ZIG_PIN := ziglang==0.17.0
ZIG_TARGET ?= $(shell uname -m)-linux-musl
ZIG := $(abspath $(ZIG_DIR))/ziglang/zig

$(ZIG_DIR)/ready:
	@rm -rf $(ZIG_DIR)
	@echo "  GET   $(ZIG_PIN)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	  --target $(ZIG_DIR) $(ZIG_PIN) || { \
	  echo "release: $(ZIG_PIN) cannot be had from the package index" >&2; exit 1; }
	@touch $@

release_make = ZIG_GLOBAL_CACHE_DIR=$(abspath build/zig-cache) \
  ZIG_LOCAL_CACHE_DIR=$(abspath build/zig-cache) $(MAKE) --no-print-directory \
  BUILD=$(BUILD)/release LIBS=$(BUILD)/third-release RELEASE=1 CXX='$(ZIG) c++ -target $(ZIG_TARGET)' \
  CC='$(ZIG) cc -target $(ZIG_TARGET)' AR='$(ZIG) ar'
release: $(ZIG_DIR)/ready ## build/release/pipit, static musl, by zig
	+@$(release_make) all || { echo "release: the build with zig failed" >&2; exit 1; }
	@ls -l $(BUILD)/release/pipit

# The program with its symbols, for `size`; linked the same otherwise.
$(BUILD)/pipit.symbols: $(BUILD)/pipit
	@$(call link_program,-g1 $(filter-out -s,$(PROGRAM_LINK)))

# The budget holds for the release; the g++ binary, most of it glibc, is shown where there is none.
BUDGET := 2097152
size: ## bytes by room and third party; fails over budget
ifneq ($(wildcard $(BUILD)/release/pipit),)
	+@$(release_make) $(BUILD)/release/pipit.symbols
	@$(PYTHON) tools/size.py $(BUILD)/release/pipit.symbols $(BUILD)/release/pipit $(BUDGET)
else
	@$(MAKE) --no-print-directory $(BUILD)/pipit.symbols
	@$(PYTHON) tools/size.py $(BUILD)/pipit.symbols $(BUILD)/pipit
endif

dist: release ## the release archive and its digest
	@tools/dist.sh $(BUILD)/release $(BUILD)/dist

# --- the rest ------------------------------------------------------------------------------------

bench: $(BUILD)/pipit $(TESTENV_READY) ## pipit, uv and pip side by side
	$(TESTENV)/bin/python tools/bench/run.py
compare: $(BUILD)/pipit $(TESTENV_READY) ## resolutions compared with uv, builds with pip; what backtracking costs
	$(TESTENV)/bin/python tools/compare.py
	$(TESTENV)/bin/python tools/compare_universal.py
	$(TESTENV)/bin/python tools/compare_recorded.py --backtracking
	$(TESTENV)/bin/python tools/compare_builds.py
demo: $(BUILD)/pipit ## an environment and black in it, by pipit
	@tools/demo $(BUILD)/pipit

# `make test` asks a tenth of this. SEED=n repeats a run, which prints its own.
SEED ?=
DIFFERENTIAL := tests/e2e/test_pep440_differential.py tests/e2e/test_requirements_differential.py
differential: $(BUILD)/pipit $(TESTENV_READY) ## the standards' values against packaging and pip
	@seed=$(or $(SEED),$$(date +%s)); echo "seed $$seed"; set -x; \
	PEP440_SEED=$$seed PEP440_COUNT=25000 REQUIREMENTS_SEED=$$seed REQUIREMENTS_COUNT=25000 \
	  PIPIT_BINARY=$(abspath $(BUILD)/pipit) $(PYTEST) -s $(DIFFERENTIAL) $(PYTEST_ARGS)

# What takes too long for each change.
nightly: test ## everything else
	$(MAKE) --no-print-directory differential
	$(MAKE) --no-print-directory headers check-amalgamation tidy release size
	$(MAKE) --no-print-directory asan asan-e2e
	$(MAKE) --no-print-directory tsan tsan-e2e
	PROPERTY_WORLDS=20000 $(MAKE) --no-print-directory unit R=solve T=property
	ORDER_ROUNDS=100 $(MAKE) --no-print-directory e2e E2E=tests/e2e/test_why_not.py
	for name in $(FUZZ_NAMES); do $(MAKE) --no-print-directory fuzz F=$$name SECS=300 || exit 1; done
	$(MAKE) --no-print-directory compare

# build/third and the tools fetched for tests and releases survive `clean`.
clean: ## build products; keeps what was fetched
	@find $(BUILD) -mindepth 1 -maxdepth 1 ! -name third ! -name testenv ! -name zig \
	  ! -name zig-cache -exec rm -rf {} + 2>/dev/null || true
distclean: ## all of build/
	@rm -rf $(BUILD)

help:
	@sed -n 's/^\([a-z][a-z-]*\):.* ## /\1\t/p' Makefile | expand -t 20

FORCE:
.PHONY: FORCE all third-locked unit unit-parts testenv e2e test differential asan ubsan tsan \
  asan-e2e tsan-e2e fuzz fuzz-replay lint headers amalgamation check-amalgamation format tidy hooks \
  compile_commands.json release size dist bench compare demo nightly clean distclean help
