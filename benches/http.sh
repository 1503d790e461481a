#!/usr/bin/env bash
# Requests per second behind the gate beside the bare app, in pairs of runs: `benches/http.sh [PAIRS] [SECONDS]`.
# What is measured, and how, stands in `http.rs`.
set -euo pipefail
cd "$(dirname "$0")/.."
exec cargo bench --all-features --bench http -- "$@"
