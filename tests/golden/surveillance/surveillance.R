# What R's package surveillance 1.20.3 makes of its own series: the files *.csv beside this one.
#
# Rscript surveillance.R FOLDER_OF_SERIES FOLDER_OF_RESULTS   (series: data_*.csv of surveillance_series.zip)
# limit54 = c(0, 4): every week is judged, so that every threshold is told.
suppressMessages(library(surveillance))
folders <- commandArgs(trailingOnly = TRUE)

series <- function(name, column) read.csv(file.path(folders[1], paste0("data_", name, ".csv")))[[column]]
weekly <- function(counts) sts(observed = matrix(counts), start = c(2001, 1), frequency = 52)
told <- function(rows, name) {
  rows[] <- lapply(rows, function(column) if (is.numeric(column)) signif(column, 12) else column)
  write.csv(rows, file.path(folders[2], paste0(name, ".csv")), row.names = FALSE, quote = FALSE)
}

agona <- series("salmonella.agona", "observed1")
newport <- series("stsNewport", "observed1")
hadar <- series("shadar", "observed1")
campy <- series("campyDE", "case")

flexible <- function(name, counts, weeks, years) {
  found <- suppressWarnings(farringtonFlexible(weekly(counts), control = list(
    range = weeks, b = years, w = 3, noPeriods = 10, pastWeeksNotIncluded = 26, reweight = TRUE,
    weightsThreshold = 2.58, trend = TRUE, pThresholdTrend = 1, thresholdMethod = "nbPlugin", alpha = 0.005,
    limit54 = c(0, 4))))
  data.frame(series = name, years = years, week = weeks, threshold = as.vector(upperbound(found)),
             expected = as.vector(found@control$expected), alarm = as.integer(alarms(found)))
}
told(rbind(flexible("agona", agona, 270:312, 5), flexible("agona", agona, 200:312, 3),
           flexible("newport", newport, 300:700, 5), flexible("hadar", hadar, 265:295, 5),
           flexible("campy", campy, 270:522, 5)), "farrington_flexible")

original <- function(name, counts, weeks, years) {
  found <- suppressWarnings(farrington(weekly(counts), control = list(
    range = weeks, b = years, w = 3, reweight = TRUE, verbose = FALSE, alpha = 0.05, trend = TRUE,
    limit54 = c(0, 4), powertrans = "2/3", plot = FALSE)))
  data.frame(series = name, years = years, week = weeks, threshold = as.vector(upperbound(found)),
             alarm = as.integer(alarms(found)))
}
told(rbind(original("agona", agona, 270:312, 5), original("agona", agona, 200:312, 3),
           original("newport", newport, 300:700, 5), original("campy", campy, 270:522, 5)), "farrington")

ears <- function(name, counts, method, alpha) {
  found <- suppressWarnings(earsC(weekly(counts), control = list(method = method, baseline = 7, minSigma = 0.5,
                                                                 alpha = alpha)))
  threshold <- as.vector(upperbound(found))
  data.frame(series = name, method = method, week = seq_along(counts)[-seq_len(length(counts) - length(threshold))],
             threshold = threshold, alarm = as.integer(alarms(found)))
}
told(rbind(ears("hadar", hadar, "C1", 0.001), ears("hadar", hadar, "C2", 0.001), ears("campy", campy, "C1", 0.001),
           ears("campy", campy, "C2", 0.001)), "ears")

cusum <- function(name, counts, transform) {
  weeks <- 53:length(counts)
  chart <- suppressWarnings(create.disProg(week = seq_along(counts), observed = counts, state = 0 * counts,
                                           start = c(2001, 1), freq = 52))
  found <- algo.cusum(chart, control = list(range = weeks, k = 1.04, h = 2.26, m = mean(counts[1:52]),
                                            trans = transform))
  data.frame(series = name, transform = transform, week = weeks, sum = as.vector(found$cusum),
             alarm = as.integer(found$alarm))
}
told(rbind(cusum("agona", agona, "rossi"), cusum("agona", agona, "standard"), cusum("hadar", hadar, "rossi"),
           cusum("hadar", hadar, "standard")), "cusum")
