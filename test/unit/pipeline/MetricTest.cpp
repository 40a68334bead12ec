#include "compiler/pipeline/Metric.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

using namespace mdc::pipeline;

static double valueOf(llvm::StringRef metric, const Answers &answers, const Truth &truth) {
  std::string problem;
  std::optional<double> value = measure(metric, answers, truth, problem);
  EXPECT_TRUE(value) << problem;
  return value.value_or(-99);
}

static std::string problemOf(llvm::StringRef metric, const Answers &answers, const Truth &truth) {
  std::string problem;
  EXPECT_FALSE(measure(metric, answers, truth, problem));
  return problem;
}

static const double notANumber = std::numeric_limits<double>::quiet_NaN();

// Four samples of three classes; answers 0, 2, 1, 1.
static const Answers scores = {4, 3, false, {9, 1, 2, 0, 3, 5, 1, 4, 2, 0, 7, 7}};
static const Truth labels = {{0, 2, 2, 1}, {}};

TEST(Metric, Top1CountsTheBestClass) { EXPECT_EQ(valueOf("top1", scores, labels), 0.75); }

TEST(Metric, EqualScoresGoToTheLowerClass) {
  EXPECT_EQ(valueOf("top1", {1, 3, false, {5, 5, 5}}, {{0}, {}}), 1);
  EXPECT_EQ(valueOf("top1", {1, 3, false, {5, 5, 5}}, {{1}, {}}), 0);
}

TEST(Metric, Top5LooksAtFivePlaces) {
  Answers answers = {2, 6, false, {6, 5, 4, 3, 2, 1, 6, 5, 4, 3, 2, 1}};
  EXPECT_EQ(valueOf("top5", answers, {{4, 5}, {}}), 0.5);
  EXPECT_EQ(valueOf("top5", scores, labels), 1); // of three classes all are among the best five
}

TEST(Metric, MacroMeansAreThoseOfTheClassesThatOccur) {
  // By class: precision 1, 1/2, 1; recall 1, 1, 1/2; f1 1, 2/3, 2/3.
  EXPECT_DOUBLE_EQ(valueOf("precision", scores, labels), 2.5 / 3);
  EXPECT_DOUBLE_EQ(valueOf("recall", scores, labels), 2.5 / 3);
  EXPECT_DOUBLE_EQ(valueOf("f1", scores, labels), 7.0 / 9);
}

TEST(Metric, OneOutputIsAProbability) {
  Answers answers = {4, 1, false, {0.2, 0.5, 0.51, 0.9}};
  Truth truth = {{0, 1, 1, 0}, {}};
  EXPECT_EQ(valueOf("top1", answers, truth), 0.5);
  EXPECT_EQ(valueOf("recall", answers, truth), 0.5);
  EXPECT_NE(problemOf("top5", answers, truth), "");
}

TEST(Metric, IntegersOfOneAPositionAreClasses) {
  Answers answers = {3, 1, true, {7, 3, 7}};
  EXPECT_DOUBLE_EQ(valueOf("top1", answers, {{7, 3, 3}, {}}), 2.0 / 3);
}

TEST(Metric, ExpectedOutputsNameTheirBestClass) {
  Truth truth = {{}, {1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0}};
  EXPECT_EQ(valueOf("top1", scores, truth), 0.75);
}

TEST(Metric, ErrorsAreOverAllValues) {
  Answers answers = {2, 2, false, {1, 2, 3, 4}};
  Truth truth = {{}, {1, 2, 3, 1}};
  EXPECT_DOUBLE_EQ(valueOf("mse", answers, truth), 9.0 / 4);
  EXPECT_DOUBLE_EQ(valueOf("max_abs_error", answers, truth), 3);
}

TEST(Metric, CosineIsTheMeanOverSamples) {
  Answers answers = {3, 2, false, {1, 0, 2, 0, 0, 0}};
  Truth truth = {{}, {3, 0, 0, 5, 0, 0}};
  EXPECT_DOUBLE_EQ(valueOf("cosine", answers, truth), 2.0 / 3); // 1, 0, and both zero
}

TEST(Metric, ANanIsNeverRight) {
  EXPECT_EQ(valueOf("top1", {1, 2, false, {notANumber, 1}}, {{1}, {}}), 0);
  EXPECT_EQ(valueOf("top1", {1, 1, false, {notANumber}}, {{0}, {}}), 0);
  EXPECT_TRUE(std::isnan(valueOf("mse", {1, 1, false, {notANumber}}, {{}, {1}})));
  EXPECT_TRUE(std::isnan(valueOf("max_abs_error", {1, 2, false, {notANumber, 1}}, {{}, {1, 1}})));
  EXPECT_TRUE(std::isnan(valueOf("cosine", {1, 2, false, {notANumber, 1}}, {{}, {1, 1}})));
}

TEST(Metric, WhatDoesNotFitIsRefused) {
  EXPECT_EQ(problemOf("top1", scores, {{0, 1}, {}}),
            "holds 2 labels, but the model answers 4 times");
  EXPECT_EQ(problemOf("top1", scores, {{0, 1, 3, 0}, {}}), "has the label 3 at 2, expected 0 to 2");
  EXPECT_NE(problemOf("mse", scores, labels).find("4 expected values"), std::string::npos);
}
