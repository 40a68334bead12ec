// Masked and quantized least squares on random correlated data.
#include "compiler/compress/LeastSquares.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mdc::compress;

namespace {

struct Problem {
  int64_t depth, outputs;
  std::vector<float> gram, dense;
};

// Samples whose neighbouring columns share most of what they say, as activations do.
Problem correlated(int64_t depth, int64_t outputs, int64_t samples, unsigned seed = 1) {
  std::mt19937 engine(seed);
  std::normal_distribution<double> normal;
  std::vector<double> gram(depth * depth), row(depth);
  for (int64_t sample = 0; sample < samples; ++sample) {
    double carried = normal(engine);
    for (double &value : row)
      value = carried = 0.8 * carried + 0.6 * normal(engine);
    for (int64_t i = 0; i < depth; ++i)
      for (int64_t j = 0; j < depth; ++j)
        gram[i * depth + j] += row[i] * row[j];
  }
  Problem problem{depth, outputs, {gram.begin(), gram.end()}, {}};
  for (int64_t i = 0; i < depth * outputs; ++i)
    problem.dense.push_back(normal(engine));
  return problem;
}

// The larger half of each output's weights.
std::vector<float> halved(const Problem &problem) {
  std::vector<float> masked = problem.dense;
  for (int64_t output = 0; output < problem.outputs; ++output) {
    float *row = &masked[output * problem.depth];
    std::vector<float> sizes(row, row + problem.depth);
    for (float &size : sizes)
      size = std::abs(size);
    std::nth_element(sizes.begin(), sizes.begin() + problem.depth / 2, sizes.end());
    for (int64_t k = 0; k < problem.depth; ++k)
      if (std::abs(row[k]) < sizes[problem.depth / 2])
        row[k] = 0;
  }
  return masked;
}

double errorOf(const Problem &problem, const std::vector<float> &weights) {
  return outputError(weights, problem.dense, problem.gram);
}

TEST(ReconstructMasked, halves_the_error_of_a_plain_mask) {
  Problem problem = correlated(96, 40, 400);
  std::vector<float> masked = halved(problem), weights = masked;
  EXPECT_EQ(reconstructMasked(weights, problem.dense, problem.gram), Solved::Exactly);
  EXPECT_LT(errorOf(problem, weights), 0.5 * errorOf(problem, masked));
  for (size_t i = 0; i < weights.size(); ++i)
    EXPECT_EQ(weights[i] == 0, masked[i] == 0);
}

TEST(ReconstructMasked, is_the_minimum_on_the_support) {
  Problem problem = correlated(70, 3, 300);
  std::vector<float> weights = halved(problem);
  reconstructMasked(weights, problem.dense, problem.gram, {.damping = 1e-9});
  // The gradient of a minimum vanishes along every weight that is free.
  for (int64_t output = 0; output < problem.outputs; ++output)
    for (int64_t i = 0; i < problem.depth; ++i) {
      double gradient = 0, size = 0;
      for (int64_t k = 0; k < problem.depth; ++k) {
        int64_t at = output * problem.depth + k;
        double change = double(weights[at]) - problem.dense[at];
        gradient += problem.gram[i * problem.depth + k] * change;
        size += std::abs(problem.gram[i * problem.depth + k] * change);
      }
      if (weights[output * problem.depth + i] != 0)
        EXPECT_LT(std::abs(gradient), 1e-5 * size) << output << ' ' << i;
    }
}

// What numpy.linalg.lstsq(X[:, [0, 2]], X @ [1, 2, 3]) says for X =
// [[1,2,0],[0,1,1],[2,0,1],[1,1,1]].
TEST(ReconstructMasked, equals_a_solution_by_hand) {
  std::vector<float> gram = {6, 3, 3, 3, 6, 2, 3, 2, 3}, dense = {1, 2, 3}, weights = {1, 0, 3};
  reconstructMasked(weights, dense, gram, {.damping = 1e-12});
  // (G_SS)^-1 G_S dense with G_SS = [[6, 3], [3, 3]] and G_S dense = [21, 16]
  EXPECT_NEAR(weights[0], 5.0 / 3, 1e-5);
  EXPECT_EQ(weights[1], 0);
  EXPECT_NEAR(weights[2], 11.0 / 3, 1e-5);
}

TEST(ReconstructMasked, sweeps_where_exact_solves_cost_too_much) {
  Problem problem = correlated(300, 20, 900);
  std::vector<float> masked = halved(problem), swept = masked, exact = masked;
  EXPECT_EQ(reconstructMasked(swept, problem.dense, problem.gram, {.exactBudget = 0}),
            Solved::BySweep);
  reconstructMasked(exact, problem.dense, problem.gram);
  EXPECT_LT(errorOf(problem, swept), 0.7 * errorOf(problem, masked));
  EXPECT_LE(errorOf(problem, exact), errorOf(problem, swept));
  for (size_t i = 0; i < masked.size(); ++i)
    EXPECT_EQ(swept[i] == 0, masked[i] == 0);
}

TEST(ReconstructMasked, survives_data_that_say_little) {
  Problem problem = correlated(64, 5, 10); // rank 10
  for (int64_t k = 0; k < 64; ++k)         // and a column that is never anything but zero
    problem.gram[7 * 64 + k] = problem.gram[k * 64 + 7] = 0;
  for (double budget : {0.0, 1e9}) {
    std::vector<float> masked = halved(problem), weights = masked;
    reconstructMasked(weights, problem.dense, problem.gram, {.exactBudget = budget});
    EXPECT_LT(errorOf(problem, weights), errorOf(problem, masked));
    for (float weight : weights)
      EXPECT_LT(std::abs(weight), 100);
  }
}

TEST(ReconstructMasked, keeps_dense_values_where_all_data_are_zero) {
  std::vector<float> gram(16, 0), dense = {1, 2, 3, 4}, weights = {0, 2, 0, 4};
  reconstructMasked(weights, dense, gram);
  EXPECT_EQ(weights, (std::vector<float>{0, 2, 0, 4}));
}

TEST(ReconstructMasked, refuses_what_it_cannot_solve) {
  std::vector<float> deep((kLargestDepth + 1) * (kLargestDepth + 1)), weights(kLargestDepth + 1);
  EXPECT_EQ(reconstructMasked(weights, weights, deep), Solved::TooDeep);
  std::vector<float> gram = {1, NAN, NAN, 1}, two = {1, 2};
  EXPECT_EQ(reconstructMasked(two, two, gram), Solved::NotFinite);
  EXPECT_TRUE(reconstructQuantized(two, gram, {0.1f}).empty());
}

TEST(ReconstructQuantized, beats_rounding_to_the_nearest) {
  Problem problem = correlated(128, 24, 600);
  std::vector<float> scales, nearest(problem.dense.size()), solved(problem.dense.size());
  for (int64_t output = 0; output < problem.outputs; ++output)
    scales.push_back(0.5f); // a coarse grid: rounding errors are large
  std::vector<int8_t> integers = reconstructQuantized(problem.dense, problem.gram, scales);
  ASSERT_EQ(integers.size(), problem.dense.size());
  for (size_t i = 0; i < integers.size(); ++i) {
    nearest[i] = std::nearbyint(problem.dense[i] / 0.5f) * 0.5f;
    solved[i] = integers[i] * 0.5f;
  }
  EXPECT_LT(errorOf(problem, solved), 0.7 * errorOf(problem, nearest));
}

TEST(ReconstructQuantized, keeps_zeros_when_asked) {
  Problem problem = correlated(64, 6, 300);
  std::vector<float> masked = halved(problem);
  std::vector<int8_t> integers = reconstructQuantized(masked, problem.gram, {0.02f}, true);
  for (size_t i = 0; i < masked.size(); ++i)
    if (masked[i] == 0)
      EXPECT_EQ(integers[i], 0);
}

} // namespace
