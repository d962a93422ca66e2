# What the unit tests reach, and whether they notice.

# Everything is compiled anew, without optimization, each room as one unit.
LIMIT ?=
cover: ## lines that unit tests alone run, by room and file; R=room for one, LIMIT=75 to hold them to it
	+@$(call flavour_make,cover,--coverage) OPT=-O0 cover-run
cover-run: $(UNIT_BINARY)
	@find $(BUILD)/obj -name '*.gcda' -delete
	@$(UNIT_BINARY) --minimal
	@$(PYTHON) tools/cover.py $(BUILD) $(if $(R),--room $(R)) $(if $(LIMIT),--limit $(LIMIT))

COUNT ?= 20
MINUTES ?= 30
LEAST ?= 0
faults: ## single faults at random lines, shown to the unit tests; ROOMS="index env" COUNT=20 SEED=n
	@$(PYTHON) tools/mutate.py $(if $(filter command%,$(origin ROOMS)),--rooms "$(ROOMS)") --count $(COUNT) \
	  $(if $(SEED),--seed $(SEED)) --minutes $(MINUTES) --least $(LEAST)

.PHONY: cover cover-run faults
