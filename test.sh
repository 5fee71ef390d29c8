#!/bin/sh
# Runs everything the project tests, on a Debian machine where only Go was set
# up by hand; what else the tests need it installs first:
#
#   ./test.sh              all of it
#   ./test.sh go           only what `go test` runs
#   ./test.sh e2e          only the browser
#
# The tests start their own PostgreSQL cluster and their own server, on free
# ports and in temporary folders, and end them.
set -eu
cd "$(dirname "$0")"

# What the race detector watches: packages where several people write at once.
# It makes a test several times slower, so the others run without it.
race="db journal account app"

say() { printf '\n== %s (%ss)\n' "$1" "$(($(date +%s) - began))"; }
began=$(date +%s)

lacking() {
	ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
	[ "$part" = go ] || {
		[ -x /usr/bin/chromium ] || echo chromium
		command -v node >/dev/null || echo nodejs
		command -v npm >/dev/null || echo npm
		# The pages bring their own font; this one draws what it lacks.
		[ -e /usr/share/doc/fonts-dejavu-core ] || echo fonts-dejavu-core
	}
	command -v pdftoppm >/dev/null || echo poppler-utils # draws and reads the PDFs
	command -v gcc >/dev/null || echo gcc libc6-dev # for the race detector
	[ -e /etc/ssl/certs/ca-certificates.crt ] || echo ca-certificates
}

install_lacking() {
	packages=$(lacking)
	[ -n "$packages" ] || return 0
	say "installing: $(echo $packages)"
	root=
	[ "$(id -u)" -eq 0 ] || root="sudo"
	export DEBIAN_FRONTEND=noninteractive
	$root apt-get update -q </dev/null
	# shellcheck disable=SC2086 # a list of packages
	$root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages </dev/null
}

# Both parts run even if the first fails: one run shows all that is wrong.
failed=
go_tests() {
	say "go vet"
	go vet ./... || failed="$failed vet"
	plain= watched=
	for package in $(go list ./...); do
		case " $race " in
		*" ${package#giamngheo/internal/} "*) watched="$watched $package" ;;
		*) plain="$plain $package" ;;
		esac
	done
	say "go test"
	# shellcheck disable=SC2086 # lists of packages; never from the cache: some build and start the program
	go test -count=1 -timeout 20m $plain || failed="$failed go"
	say "go test -race"
	# shellcheck disable=SC2086
	CGO_ENABLED=1 go test -race -timeout 30m $watched || failed="$failed race"
}

browser_tests() {
	say "browser"
	(
		cd test/e2e
		[ -e node_modules/.package-lock.json ] && [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund
		npm test
	) || failed="$failed browser"
}

part=${1:-all}
case $part in
all | go | e2e) ;;
*)
	echo "usage: ./test.sh [go | e2e]" >&2
	exit 2
	;;
esac
install_lacking
[ "$part" = e2e ] || go_tests
[ "$part" = go ] || browser_tests

if [ -n "$failed" ]; then
	say "FAILED:$failed"
	exit 1
fi
say "all passed"
