# pipit beside uv and pip: speed, resolutions, builds; and a first run for people who just came.

bench: $(BUILD)/pipit $(TESTENV_READY) ## pipit, uv and pip side by side
	$(TESTENV)/bin/python tools/bench/run.py
compare: $(BUILD)/pipit $(TESTENV_READY) ## resolutions compared with uv, builds with pip; what backtracking costs
	$(TESTENV)/bin/python tools/compare.py
	$(TESTENV)/bin/python tools/compare_universal.py
	$(TESTENV)/bin/python tools/compare_recorded.py --backtracking
	$(TESTENV)/bin/python tools/compare_builds.py
demo: $(BUILD)/pipit ## an environment and black in it, by pipit
	@tools/demo $(BUILD)/pipit

.PHONY: bench compare demo
