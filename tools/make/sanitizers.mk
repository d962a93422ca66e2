# Sanitizers: dynamic binaries in a build directory of their own, each room one unit.
#
# QUICK=1: under asan the tests themselves (not the library) go without instruments, two checks of
# each access that double the compile time are left out, and the others are calls; under tsan only
# rooms whose tests start threads are tested, and only what they stand on is compiled. Rooms that
# wait more than they compute, or are not tested there, are not optimized.

WAITING := cache net index distribution% resolve env% build_frontend% operation% cli%
THREADED := base sched cache net index distribution% env% build_frontend% operation%
rooms_like = $(filter $(1),$(ROOMS))

# The thread sanitizer needs the address space layout it knows.
RUN_UNDER = $(if $(findstring thread,$(FLAVOUR_FLAGS)),$(UNRANDOMISED))
UNRANDOMISED = $(shell setarch -R true 2>/dev/null && echo setarch -R)
export ASAN_OPTIONS ?= detect_leaks=1:abort_on_error=0:detect_stack_use_after_return=1
export UBSAN_OPTIONS ?= print_stacktrace=1:halt_on_error=1
export TSAN_OPTIONS ?= halt_on_error=1:second_deadlock_stack=1

# UNOPTIMIZED: rooms whose objects are compiled with -O0. PLAIN_TESTS: tests without instruments.
UNOPTIMIZED ?=
PLAIN_TESTS ?=
ifneq ($(UNOPTIMIZED),)
$(UNOPTIMIZED:%=$(BUILD)/obj/unity/lib/%.o): OPT := -O0
endif
ifneq ($(PLAIN_TESTS),)
$(BUILD)/obj/unity/tests/%.o: override FLAVOUR_FLAGS :=
# The templates of sched are compiled with its tests.
$(BUILD)/obj/unity/tests/sched.o: override FLAVOUR_FLAGS := $(FLAVOUR_FLAGS)
endif

ASAN_FLAGS := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer \
  $(if $(QUICK),-w -fno-sanitize=null -fno-sanitize=alignment \
  --param=asan-instrumentation-with-call-threshold=0)
# toml++, the oracle of one of base's tests, passes its own "unreachable" at some characters.
$(BUILD)/obj/unity/tests/base.o: ALL_CXXFLAGS += \
  $(if $(findstring undefined,$(FLAVOUR_FLAGS)),-fno-sanitize=unreachable)
TSAN_FLAGS := -fsanitize=thread -fno-omit-frame-pointer
# Fewer random worlds than without instruments.
flavour_make = PROPERTY_WORLDS=$(or $(PROPERTY_WORLDS),400) $(MAKE) --no-print-directory UNITY=1 \
  OPT=-O1 WERROR= BUILD=$(BUILD)/$(1) FLAVOUR_FLAGS="$(2)"
asan_make = $(call flavour_make,asan,$(ASAN_FLAGS)) \
  PLAIN_TESTS=$(QUICK) $(if $(QUICK),UNOPTIMIZED="$(call rooms_like,$(WAITING))")
tsan_make = $(call flavour_make,tsan,$(TSAN_FLAGS)) \
  $(if $(QUICK),TEST_ROOMS="$(call rooms_like,$(THREADED))" \
    UNOPTIMIZED="$(call rooms_like,$(WAITING) pep% solve)")

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

.PHONY: asan ubsan tsan asan-e2e tsan-e2e
