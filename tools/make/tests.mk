# Tests: unit tests by doctest, end-to-end tests by pytest.
#
#   make unit R=room T=text      of one room, some of them
#   make e2e E2E=tests/e2e/test_x.py PYTEST_ARGS="-k text"

# QUICK=1 is what a change waits for, as CI does: sanitizers check less (see sanitizers.mk), and the
# end-to-end tests marked "long" are left to `make test` without it.
QUICK ?=
TEST_ROOMS ?= $(ROOMS)
R ?=
T ?=
ifneq ($(R),)
ifeq ($(filter $(R),$(ROOMS)),)
$(error R=$(R): no such room; there are: $(ROOMS))
endif
TESTED := $(R) $(filter $(R)/%,$(ROOMS))
UNIT_BINARY := $(BUILD)/unit-$(subst /,-,$(R))
else
TESTED := $(TEST_ROOMS)
UNIT_BINARY := $(BUILD)/unit-all
endif
# What the tests of these rooms link.
UNIT_ROOMS := $(if $(filter-out $(TESTED),$(ROOMS)),$(shell $(PYTHON) tools/rooms.py needs $(TESTED)),$(ROOMS))
UNIT_TESTS := $(wildcard $(TESTED:%=tests/%/*.cpp))
UNIT_OBJECTS := $(call objects_of,$(wildcard $(UNIT_ROOMS:%=lib/%/*.cpp)) $(UNIT_TESTS)) \
  $(BUILD)/obj/tests/unit_main.o

$(UNIT_BINARY): $(UNIT_OBJECTS) | $(READY)
	@echo "  LINK  $@"
	@$(CXX) $(LINK_FLAGS) $(FLAVOUR_FLAGS) -o $@ $(UNIT_OBJECTS) $(LIBRARIES)
-include $(UNIT_OBJECTS:.o=.d)

# The tests gain nothing from optimization, but for those that search by brute force.
$(BUILD)/obj/tests/%.o: OPT := -O0
$(BUILD)/obj/unity/tests/%.o: OPT := -O0
$(BUILD)/obj/tests/solve/%.o $(BUILD)/obj/unity/tests/solve.o: OPT := -O1

unit: $(UNIT_BINARY) ## unit tests; R=room for one room, T=text for some tests
	$(RUN_UNDER) $(UNIT_BINARY) $(if $(T),--test-case="*$(T)*")

# The same in parts, as many at a time as make may run: sanitizers take their time.
UNIT_PARTS := 1 2 3 4 5 6
unit-parts: $(UNIT_PARTS:%=unit-part-%)
$(UNIT_PARTS:%=unit-part-%): unit-part-%: $(UNIT_BINARY)
	@$(RUN_UNDER) tools/unit_part.sh $(UNIT_BINARY) $* $(words $(UNIT_PARTS))

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
	$(MAKE) --no-print-directory headers check-amalgamation tidy release size release-aarch64
	$(MAKE) --no-print-directory asan asan-e2e
	$(MAKE) --no-print-directory tsan tsan-e2e
	PROPERTY_WORLDS=20000 $(MAKE) --no-print-directory unit R=solve T=property
	ORDER_ROUNDS=100 $(MAKE) --no-print-directory e2e E2E=tests/e2e/test_why_not.py
	$(MAKE) --no-print-directory fuzz-all
	$(MAKE) --no-print-directory compare

.PHONY: unit unit-parts $(UNIT_PARTS:%=unit-part-%) testenv e2e test differential nightly
