# Fuzzing: one target per parser of foreign bytes, tests/fuzz/NAME_fuzz.cpp, its seeds in
# tests/fuzz/corpus/NAME. With clang `make fuzz` searches; without it a target replays its corpus.

FUZZ_NAMES := $(patsubst tests/fuzz/%_fuzz.cpp,%,$(wildcard tests/fuzz/*_fuzz.cpp))

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

fuzz-all: ## every fuzz target for SECS (300) seconds each
	for name in $(FUZZ_NAMES); do \
	  $(MAKE) --no-print-directory fuzz F=$$name SECS=$(or $(SECS_EACH),300) || exit 1; done

.PHONY: fuzz fuzz-all fuzz-replay
