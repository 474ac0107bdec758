# Shared by the scripts of this folder; sourced, not run.
# shellcheck shell=bash

# The folder of the repository, and the folder that cargo builds into. A relative
# CARGO_TARGET_DIR means what it meant where the script was called.
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
target=$(realpath -m -- "${CARGO_TARGET_DIR:-$root/target}")
if [[ -n ${CARGO_TARGET_DIR:-} ]]; then
    export CARGO_TARGET_DIR=$target
fi
cd -- "$root" || exit 1

# Queries are checked against .sqlx, not against whatever DATABASE_URL points to.
export SQLX_OFFLINE=${SQLX_OFFLINE:-true}

readonly postgres_version_min=15

say() { printf '%s: %s\n' "${0##*/}" "$*"; }

fail() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# Prints the folder of the newest PostgreSQL that is new enough, or fails quietly.
postgres_programs() {
    if [[ -n ${OKTO_PG_BIN:-} ]]; then
        [[ -x $OKTO_PG_BIN/initdb ]] && printf '%s\n' "$OKTO_PG_BIN"
        return
    fi
    local programs version best='' best_version=0
    for programs in /usr/lib/postgresql/*/bin; do
        version=${programs%/bin}
        version=${version##*/}
        [[ $version =~ ^[0-9]+$ && -x $programs/initdb && -x $programs/postgres ]] || continue
        if ((version >= postgres_version_min && version > best_version)); then
            best=$programs
            best_version=$version
        fi
    done
    [[ -n $best ]] && printf '%s\n' "$best"
}

# A compiler alone is not enough: the C library's development files come apart from it.
have_c_compiler() {
    command -v cc >/dev/null && echo '#include <stdlib.h>' | cc -x c -E - >/dev/null 2>&1
}

as_root() {
    if ((EUID == 0)); then "$@"; else sudo "$@"; fi
}

# Whether this user may become root, or can be asked for the password that it takes.
can_be_root() {
    ((EUID == 0)) && return 0
    command -v sudo >/dev/null || return 1
    [[ -t 0 ]] || sudo -n true 2>/dev/null
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends "$@"
}

# What the tests read documents with, a security module made of software, and a second opinion on
# signatures.
ensure_test_packages() {
    local missing=()
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    command -v qpdf >/dev/null || missing+=(qpdf)
    command -v softhsm2-util >/dev/null || missing+=(softhsm2)
    command -v openssl >/dev/null || missing+=(openssl)
    ensure_debian "${missing[@]}"
}

# Installs these Debian packages, if any. Where that needs a password that nobody can type
# it says what to run and ends.
ensure_debian() {
    (($#)) || return 0
    command -v apt-get >/dev/null ||
        fail "missing: $*. This is not Debian: install them (PostgreSQL $postgres_version_min or" \
            "newer), then run this again."
    if ! can_be_root; then
        fail "missing Debian packages. Run this as root, then try again:
  apt-get update && apt-get install -y --no-install-recommends $*"
    fi
    say "installing the missing Debian packages: $*"
    as_root apt-get update -q
    if [[ " $* " == *" postgresql "* ]]; then
        install_postgres_without_cluster
    fi
    apt_install "$@"
}

# What the bank needs: a database server, and a C compiler to be built.
ensure_packages() {
    local missing=()
    postgres_programs >/dev/null || missing+=(postgresql)
    have_c_compiler || missing+=(gcc libc6-dev)
    ensure_debian "${missing[@]}"
    postgres_programs >/dev/null ||
        fail "the packaged PostgreSQL is older than $postgres_version_min: install a newer one."
}

# Debian starts a server of its own when the package comes in. The bank brings its own, so that
# one is left out; where PostgreSQL was used before, nothing is changed.
install_postgres_without_cluster() {
    local settings=/etc/postgresql-common/createcluster.conf
    if dpkg-query -W -f='${Status}' postgresql-common 2>/dev/null | grep -q 'ok installed'; then
        return
    fi
    apt_install postgresql-common
    if [[ -e $settings ]]; then
        say "keeping Debian from starting a database server of its own ($settings)"
        as_root sed -i 's/^#* *create_main_cluster *=.*/create_main_cluster = false/' "$settings"
    fi
}

# Makes `cargo` the one that rust-toolchain.toml names.
ensure_rust() {
    local channel
    channel=$(sed -n 's/^channel *= *"\(.*\)"/\1/p' rust-toolchain.toml)
    PATH=$PATH:${CARGO_HOME:-${HOME:-}/.cargo}/bin
    if command -v rustup >/dev/null; then
        if ! rustup run "$channel" rustc --version >/dev/null 2>&1; then
            say "installing Rust $channel"
            rustup toolchain install "$channel" --profile minimal -c clippy -c rustfmt
        fi
    elif ! command -v cargo >/dev/null; then
        fail "Rust is missing. Install it from https://rustup.rs (no root needed), then try again."
    elif [[ $(rustc --version 2>/dev/null) != "rustc $channel "* ]]; then
        fail "Rust $channel is needed, this is $(rustc --version 2>/dev/null || echo none)." \
            "Install rustup from https://rustup.rs: it brings the right version."
    fi
}

# Removes the folder of a bank that has ended, and its database, which stands elsewhere when root
# runs the bank: the user of the database's server has to get to it.
remove_bank() {
    local folder=$1 name
    name=$(printf '%s' "$folder/pg" | sha256sum | cut -c1-16)
    rm -rf -- "$folder" "/var/lib/okto/$name"
}
