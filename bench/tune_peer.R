# SPDX-License-Identifier: Apache-2.0
# The peer in R, ranger, for the benchmark of searches: one search from start to end.
#     tune_peer.R TRAIN TEST N_ESTIMATORS MAX_FEATURES MAX_DEPTH
# The tables are those of "tune_peer.py write", the lists separated by commas. Prints the root mean
# squared error of each trial, the last list changing fastest.
suppressMessages(library(ranger))

load_table <- function(path) {
    file <- file(path, "rb")
    on.exit(close(file))
    readBin(file, "raw", 8)
    head <- readBin(file, "integer", 4)
    x <- matrix(readBin(file, "numeric", head[1] * head[2], size = 4), nrow = head[1])
    colnames(x) <- paste0("x", seq_len(head[2]))
    list(x = x, y = readBin(file, "numeric", head[1]))
}

arguments <- commandArgs(trailingOnly = TRUE)
train <- load_table(arguments[1])
test <- load_table(arguments[2])
lists <- strsplit(arguments[3:5], ",")
columns <- ncol(train$x)
drawn <- list(sqrt = floor(sqrt(columns)), log2 = floor(log2(columns)), none = columns)

# Nodes down to one row, as scikit-learn's defaults have it; no out-of-bag error, as there.
error_of <- function(trees, features, depth) {
    model <- ranger(x = train$x, y = train$y, num.trees = as.integer(trees),
                    mtry = drawn[[features]],
                    max.depth = if (depth == "none") 0 else as.integer(depth),
                    min.node.size = 1, num.threads = 1, seed = 42, oob.error = FALSE,
                    verbose = FALSE)
    predicted <- predict(model, test$x, num.threads = 1, verbose = FALSE)$predictions
    sqrt(mean((predicted - test$y)^2))
}

for (trees in lists[[1]])
    for (features in lists[[2]])
        for (depth in lists[[3]])
            cat(format(error_of(trees, features, depth), digits = 15), "\n", sep = "")
