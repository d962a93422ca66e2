# What a machine can say of the state of the code.

lint: ## the rules that a machine can check, in seconds
	@$(PYTHON) tools/lint.py
	@$(PYTHON) tools/lint_test.py
	@$(PYTHON) tools/mutate_test.py
	@$(PYTHON) tools/option_key_test.py $(firstword $(CXX))

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
    $(wildcard $(foreach room,base pep solve,lib/$(room)/* lib/$(room)/*/*))
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
	  $(wildcard tests/*.cpp tests/*/*.cpp tests/*/*/*.cpp)

hooks: ## link tools/pre-commit
	@ln -sf ../../tools/pre-commit "$$(git rev-parse --git-path hooks)/pre-commit"
	@echo "hooks: tools/pre-commit runs before each commit"

.PHONY: lint headers amalgamation check-amalgamation format tidy compile_commands.json hooks
