# pipit's one build system. `make help` lists the targets.
#
#   make                 build/pipit, static, by g++
#   make unit R=pep      unit tests of one room (and of nothing above it); T=filter runs some
#   make test            everything a change must pass
#
# Everything generated lies under $(BUILD); third-party code, fetched once, under $(THIRD). This file
# compiles and links; tools/make/*.mk has the rest: tests, sanitizers, fuzzing, checks, releases.

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

# --- sources -------------------------------------------------------------------------------------

# Sub-rooms are rooms here: each is a directory.
ROOMS := $(shell sed -n 's/^\([a-z0-9_/]*\):.*/\1/p' tools/layers.txt)
units_that = $(patsubst %,lib/%.cpp,$(shell sed -n 's/^\([a-z0-9_/]*\) .*\b$(1)\b.*/\1/p' tools/units.txt))
SLOW := $(call units_that,slow)
LIB_SOURCES := $(SLOW) $(filter-out $(SLOW),$(wildcard $(ROOMS:%=lib/%/*.cpp)))

# UNITY=1 compiles each room (and a room's tests) as one unit, for builds that are made whole and
# once: most of a unit's time goes into headers.
UNITY ?=
unity_objects = $(patsubst %/,$(BUILD)/obj/unity/%.o,$(sort $(dir $(1))))
ifneq ($(UNITY),)
objects_of = $(call unity_objects,$(1))
else
objects_of = $(1:%.cpp=$(BUILD)/obj/%.o)
endif
LIB_OBJECTS := $(call objects_of,$(SLOW)) \
  $(filter-out $(call objects_of,$(SLOW)),$(call objects_of,$(LIB_SOURCES)))

all: $(BUILD)/pipit ## build/pipit, static, by g++

# --- flags ---------------------------------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wshadow -Wconversion
# The stable_sort of g++ 12's library uses what that library itself calls deprecated; clang says so.
ifneq ($(findstring clang,$(notdir $(firstword $(CXX)))),)
WARNINGS += -Wno-deprecated-declarations
endif
INCLUDES := -Ilib -I. -I$(BUILD) -isystem $(THIRD)/include
# FLAVOUR_FLAGS: what a sanitizer adds. RELEASE: zig links. Targets below set them and call make again.
FLAVOUR_FLAGS ?=
RELEASE ?=
DEBUG_INFO := -g1
# WERROR=1 makes warnings errors.
WERROR ?=
ALL_CXXFLAGS = -std=c++23 $(OPT) $(DEBUG_INFO) $(WARNINGS) -ffunction-sections -fdata-sections -pthread \
  -D_GNU_SOURCE $(INCLUDES) $(FLAVOUR_FLAGS) $(if $(WERROR),-Werror) $(CXXFLAGS)
LIBRARIES := $(addprefix $(LIBS)/lib/,libbearssl.a libdeflate.a libz.a libnghttp2.a)
LINK_FLAGS := -pthread -Wl,--gc-sections
PROGRAM_LINK = $(or $(FLAVOUR_FLAGS),-static -s)
# $(call link_program,flags): the program, from all objects.
link_program = tools/link.sh $(CXX) $(LINK_FLAGS) $(1) -o $@ $(LIB_OBJECTS) $(BUILD)/obj/main.o $(LIBRARIES)

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

# Fetched and built once, however many makes run side by side.
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

# The default index URL: the machine's pip is asked again when something it depends on has changed.
ifneq ($(COMPILES),)
ifneq ($(shell $(PYTHON) tools/default_index.py --check $(GENERATED) '$(DEFAULT_INDEX_URL)'),fresh)
$(GENERATED): FORCE
endif
endif
$(GENERATED):
	@$(PYTHON) tools/default_index.py $@ '$(DEFAULT_INDEX_URL)'

# --- compile and link ----------------------------------------------------------------------------

include tools/make/release.mk

# Other flags than last time: everything is compiled again.
ifneq ($(COMPILES),)
FLAGS_NOW := $(CXX) $(ALL_CXXFLAGS)
# A dry run (make -n) writes nothing.
ifeq ($(findstring n,$(filter-out --%,$(firstword -$(MAKEFLAGS)))),)
ifneq ($(file <$(BUILD)/flags),$(FLAGS_NOW))
$(shell mkdir -p $(BUILD))
$(file >$(BUILD)/flags,$(FLAGS_NOW))
endif
endif
endif

# An object bears the time at which its compilation began: a source saved meanwhile is newer.
$(BUILD)/obj/%.o: %.cpp $(BUILD)/flags | $(READY)
	@mkdir -p $(@D)
	@echo "  CXX   $<"
	@touch $@.begun
	@$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<
	@touch -r $@.begun $@ && rm -f $@.begun

# A room's unit is a list of its files, written again only when it changes. More is inlined there,
# and g++ 12 then takes values of std::expected for uninitialised.
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

# Only units that catch let an exception through; the tables of all others would be a quarter of a
# release.
$(patsubst %.cpp,$(BUILD)/obj/%.o,$(filter-out $(call units_that,catches),$(LIB_SOURCES)) main.cpp): \
  ALL_CXXFLAGS += -fno-exceptions

$(BUILD)/pipit: $(LIB_OBJECTS) $(BUILD)/obj/main.o $(THIRD_READY) | $(GENERATED)
	@test -f lib/cli/run.cpp || { echo "lib/cli/run.cpp: missing, nothing to link" >&2; exit 1; }
	@echo "  LINK  $@"
	@$(call link_program,$(PROGRAM_LINK))

-include $(LIB_OBJECTS:.o=.d) $(BUILD)/obj/main.d

# --- the rest ------------------------------------------------------------------------------------

include tools/make/tests.mk tools/make/sanitizers.mk tools/make/fuzz.mk tools/make/checks.mk
include tools/make/compare.mk tools/make/cover.mk

# What was fetched (build/third, the tools for tests and releases) survives `clean`.
clean: ## build products; keeps what was fetched
	@find $(BUILD) -mindepth 1 -maxdepth 1 ! -name third ! -name testenv ! -name zig \
	  ! -name zig-cache -exec rm -rf {} + 2>/dev/null || true
distclean: ## all of build/
	@rm -rf $(BUILD)

help:
	@sed -n 's/^\([a-z][a-z0-9-]*\):.* ## /\1\t/p' Makefile tools/make/*.mk | expand -t 20

FORCE:
.PHONY: FORCE all third-locked clean distclean help
