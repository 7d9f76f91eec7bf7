# The front door. Meson and Ninja do the work; `make help` says what can be asked for.

SOURCES = find include src tests bench -name '*.[ch]' -type f

.PHONY: build lab check check-long check-oracle bench format install clean help

build:
	@tools/setup build
	@test -f build/build.ninja || meson setup build
	@ninja -C build

lab: build
	@build/src/cli/manyfold lab

check:
	@tools/setup build check
	@tests/run

check-long:
	@tools/setup build check
	@tests/run --long

check-oracle: build
	@tools/setup oracle
	@for script in tests/oracle/*_check; do echo "== $$script" && "$$script" || exit 1; done

bench: build
	@tools/setup bench || echo 'bench: going on without what is missing'
	@bench/run
	@bench/forest
	@bench/tune
	@bench/mpi

format:
	@tools/setup check
	@$(SOURCES) -exec clang-format -i {} +

install: build
	@meson install -C build

clean:
	rm -rf build build-*

help:
	@echo 'make               build the library and the tool in build/'
	@echo 'make lab           install what is missing, build, run both parts of the lab: results/report.html'
	@echo 'make check         install what is missing, build four ways, run all tests'
	@echo 'make check-long    the same with the tests that take many minutes'
	@echo 'make check-oracle  compare results with programs that we did not write'
	@echo 'make bench         time the tool beside its peers'
	@echo 'make format        lay out every C file as .clang-format says'
	@echo 'make install       install what was built (DESTDIR is respected)'
	@echo 'make clean         remove everything that was built'
