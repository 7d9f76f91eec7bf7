# SPDX-License-Identifier: Apache-2.0
# The peer in R, ranger, for the benchmark of forests. Requests as for forest_peer.py, but for read.
suppressMessages(library(ranger))

nanoseconds <- function(work) {
    start <- Sys.time()
    work
    format(1e9 * as.numeric(difftime(Sys.time(), start, units = "secs")), digits = 15)
}

load_table <- function(path) {
    file <- file(path, "rb")
    on.exit(close(file))
    readBin(file, "raw", 8)
    head <- readBin(file, "integer", 4)
    x <<- matrix(readBin(file, "numeric", head[1] * head[2], size = 4), nrow = head[1])
    colnames(x) <<- paste0("x", seq_len(head[2]))
    y <<- readBin(file, "numeric", head[1])
    "done"
}

# Nodes down to one row, as scikit-learn's defaults have it; no out-of-bag error, as there.
fit <- function(workers, trees, features) {
    mtry <- if (features == "all") ncol(x) else floor(sqrt(ncol(x)))
    nanoseconds(model <<- ranger(x = x, y = y, num.trees = as.integer(trees), mtry = mtry,
                                 min.node.size = 1, num.threads = as.integer(workers), seed = 1,
                                 oob.error = FALSE, verbose = FALSE))
}

answer <- function(words) {
    switch(words[1],
           load = load_table(words[2]),
           fit = fit(words[2], words[3], words[4]),
           predict = nanoseconds(predict(model, x, num.threads = as.integer(words[2]),
                                         verbose = FALSE)),
           check = format(sqrt(mean((predict(model, x, num.threads = 1)$predictions - y)^2)),
                          digits = 15))
}

requests <- file("stdin", "r")
while (length(line <- readLines(requests, n = 1)) > 0) {
    cat(answer(strsplit(line, " ")[[1]]), "\n", sep = "")
    flush(stdout())
}
