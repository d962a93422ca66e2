# Releases: zig's clang and musl make one static binary, a third of glibc's size. zig comes from the
# package index by pip and stays under build/, as does its cache. ZIG_TARGET=aarch64-linux-musl makes
# one for another machine.

ZIG_DIR := build/zig
ZIG_PIN := ziglang==0.17.0
ZIG_TARGET ?= $(shell uname -m)-linux-musl
ZIG := $(abspath $(ZIG_DIR))/ziglang/zig

ifneq ($(RELEASE),)
# Debug information in one unit would bring the unwind tables of every function with it.
DEBUG_INFO := -g0
# zig reads -Os itself and knows no -Oz; clang does.
OPT := -Os -Xclang -Oz -flto -fomit-frame-pointer -fno-unwind-tables -fno-asynchronous-unwind-tables
# The release's own allocator, and a C++ library that cannot demangle.
LIB_OBJECTS += $(addprefix $(BUILD)/obj/,third_party/no_demangle.o tools/release/operator_new.o)
link_program = tools/link_release.sh $(firstword $(CXX)) $(ZIG_TARGET) $@ $(LIB_OBJECTS) \
  $(BUILD)/obj/main.o $(LIBRARIES)
$(BUILD)/pipit: tools/link_release.sh
endif
# A small release must not be a slow one: what every byte goes through is made for speed.
$(patsubst lib/%.cpp,$(BUILD)/obj/lib/%.o,$(call units_that,hot)): \
  OPT := $(patsubst -Os,-O2,$(filter-out -Xclang -Oz,$(OPT)))

$(ZIG_DIR)/ready:
	@rm -rf $(ZIG_DIR)
	@echo "  GET   $(ZIG_PIN)"
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
	  --target $(ZIG_DIR) $(ZIG_PIN) || { \
	  echo "release: $(ZIG_PIN) cannot be had from the package index" >&2; exit 1; }
	@touch $@

# $(call release_make,directory,target)
release_make = ZIG_GLOBAL_CACHE_DIR=$(abspath build/zig-cache) \
  ZIG_LOCAL_CACHE_DIR=$(abspath build/zig-cache) $(MAKE) --no-print-directory \
  BUILD=$(BUILD)/$(1) LIBS=$(BUILD)/third-$(1) RELEASE=1 ZIG_TARGET=$(2) \
  CXX='$(ZIG) c++ -target $(2)' CC='$(ZIG) cc -target $(2)' AR='$(ZIG) ar'
native_release_make = $(call release_make,release,$(ZIG_TARGET))
release: $(ZIG_DIR)/ready ## build/release/pipit, static musl, by zig
	+@$(native_release_make) all || { echo "release: the build with zig failed" >&2; exit 1; }
	@ls -l $(BUILD)/release/pipit
release-aarch64: $(ZIG_DIR)/ready ## the same for 64-bit ARM
	+@$(call release_make,release-aarch64,aarch64-linux-musl) all
	@ls -l $(BUILD)/release-aarch64/pipit

# The program with its symbols, for `size`; linked the same otherwise.
$(BUILD)/pipit.symbols: $(BUILD)/pipit
	@$(call link_program,-g1 $(filter-out -s,$(PROGRAM_LINK)))

# The budgets hold for the release, as it is and as `gzip -9` makes it; the g++ binary, most of it
# glibc, is shown where there is no release.
BUDGET := 2621440
BUDGET_GZIP := 1363148
size: ## bytes by room and third party; fails over budget
ifneq ($(wildcard $(BUILD)/release/pipit),)
	+@$(native_release_make) $(BUILD)/release/pipit.symbols
	@$(PYTHON) tools/size.py $(BUILD)/release/pipit.symbols $(BUILD)/release/pipit $(BUDGET) $(BUDGET_GZIP)
else
	@$(MAKE) --no-print-directory $(BUILD)/pipit.symbols
	@$(PYTHON) tools/size.py $(BUILD)/pipit.symbols $(BUILD)/pipit
endif

dist: release ## the release archive and its digest
	@tools/dist.sh $(BUILD)/release $(BUILD)/dist

.PHONY: release release-aarch64 size dist
