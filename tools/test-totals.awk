#!/usr/bin/awk -f
# Adds up what test runners say at their end: cargo nextest, cargo test, node --test. Tests that timed out, could not be started or were
# cancelled count as failed.

# cargo nextest:  Summary [   1.234s] 9 tests run: 6 passed (1 slow), 1 failed, 1 exec failed, 1 timed out, 2 skipped
/^ *Summary \[.*\] .*tests? run:/ {
    sub(/.*tests? run:/, "")
    n = split($0, parts, ",")
    for (i = 1; i <= n; i++) {
        if (parts[i] ~ /^ *[0-9]+ passed/) passed += parts[i] + 0
        if (parts[i] ~ /^ *[0-9]+ (failed|exec failed|timed out)/) failed += parts[i] + 0
    }
}

# cargo test:  test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
/^test result: / {
    for (i = 1; i < NF; i++) {
        if ($(i + 1) == "passed;") passed += $i
        if ($(i + 1) == "failed;") failed += $i
    }
}

# node --test:  ℹ pass 4   or, as TAP,   # pass 4
/^(ℹ|#) (pass|fail|cancelled) [0-9]+$/ {
    if ($2 == "pass") passed += $3
    else failed += $3
}

END { printf "%d passed, %d failed\n", passed, failed }
