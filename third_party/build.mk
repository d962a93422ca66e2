# The static libraries of third_party, from the sources that third_party/fetch unpacked.
#
#   make -f third_party/build.mk THIRD=build/third OUT=build/third CC=gcc AR=ar
#
# Called by the Makefile, once per compiler: g++ builds link OUT=build/third, `make release`
# builds its own with zig's clang and musl. Warnings are off: this is not our code.

THIRD ?= build/third
OUT ?= $(THIRD)
CC ?= cc
AR ?= ar
THIRD_OPT ?= -O2

SRC := $(THIRD)/src
# Nothing is thrown through C: no unwind tables. (zig would add debug information.)
FLAGS := $(THIRD_OPT) -w -fPIC -ffunction-sections -fdata-sections -fomit-frame-pointer \
  -fno-unwind-tables -fno-asynchronous-unwind-tables -g0

bearssl := $(shell find $(SRC)/bearssl/src -name '*.c')
bearssl_flags := -I$(SRC)/bearssl/inc -I$(SRC)/bearssl/src

# Whole-buffer inflate, its gzip wrapping and crc32; no compressor.
libdeflate := $(addprefix $(SRC)/libdeflate/lib/,deflate_decompress.c gzip_decompress.c \
  zlib_decompress.c crc32.c adler32.c utils.c x86/cpu_features.c arm/cpu_features.c)
libdeflate_flags := -I$(SRC)/libdeflate
# clang denies its built-in functions for processors better than the target, and libdeflate then
# leaves out what it would choose when it runs on one.
ifneq ($(shell printf 'int a = __clang__ && __x86_64__;' | $(CC) -E - 2>/dev/null | grep '= 1 && 1'),)
libdeflate_flags += '-D__has_builtin(x)=1'
endif

# Streaming inflate; deflate is for tests that make their own archives. No gz* file layer.
zlib := $(addprefix $(SRC)/zlib/,adler32.c compress.c crc32.c deflate.c inffast.c inflate.c \
  inftrees.c trees.c uncompr.c zutil.c)
zlib_flags := -I$(SRC)/zlib

# Framing alone: no socket, no thread. NDEBUG, or a server could end us by an assertion.
nghttp2 := $(wildcard $(SRC)/nghttp2/lib/*.c)
nghttp2_flags := -I$(SRC)/nghttp2/lib/includes -DNGHTTP2_STATICLIB -DNDEBUG \
  -DHAVE_ARPA_INET_H -DHAVE_NETINET_IN_H -DHAVE_TIME_H -DHAVE_CLOCK_GETTIME

libraries := bearssl z deflate nghttp2

all: $(libraries:%=$(OUT)/lib/lib%.a)

# $(call library,archive name,variable prefix)
define library
$(2)_objects := $$(patsubst $(SRC)/%.c,$(OUT)/obj/%.o,$$($(2)))
$$($(2)_objects): flags_of = $$($(2)_flags)
$(OUT)/lib/lib$(1).a: $$($(2)_objects)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$(AR) rcs $$@ $$^
endef

$(eval $(call library,bearssl,bearssl))
$(eval $(call library,z,zlib))
$(eval $(call library,deflate,libdeflate))
$(eval $(call library,nghttp2,nghttp2))

$(OUT)/obj/%.o: $(SRC)/%.c third_party/build.mk
	@mkdir -p $(@D)
	@$(CC) $(FLAGS) $(flags_of) -c -o $@ $<

.PHONY: all
