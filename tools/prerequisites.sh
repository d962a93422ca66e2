#!/bin/sh
# Prints the packages that are missing for the given goals, one line; nothing when all is there.
#   tools/prerequisites.sh CXX CC PYTHON DEFAULT_INDEX_URL GOAL...
cxx=$1 cc=$2 python=$3 url=$4
shift 4
missing=
need() { missing="$missing $1"; }
has() { command -v "$1" >/dev/null 2>&1; }
imports() { "$python" -c "import $1" >/dev/null 2>&1; }

has "$cxx" && has "$cc" || need g++
has flock || need util-linux
if ! has "$python"; then
  need "python3 python3-pip python3-venv"
else
  [ -n "$url" ] || imports pip || need python3-pip
  case " $* " in
    *" test "* | *" e2e "* | *" testenv "* | *" demo "* | *-e2e* | *" bench "* | *" compare "* | *" nightly "*)
      imports venv && imports ensurepip || need python3-venv
      bundle=
      for file in "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt \
        /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/cert.pem /etc/ssl/ca-bundle.pem; do
        if [ -s "$file" ]; then bundle=$file; fi
      done
      [ -n "$bundle" ] || need ca-certificates
      ;;
  esac
fi
echo $missing
