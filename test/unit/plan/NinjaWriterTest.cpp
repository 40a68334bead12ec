#include "compiler/plan/NinjaWriter.h"

#include "gtest/gtest.h"

using namespace mdc::plan;

TEST(NinjaWriter, EscapesWhatNinjaReadsAsSyntax) {
  EXPECT_EQ(ninjaPath("a b:c$d"), "a$ b$:c$$d");
  EXPECT_EQ(ninjaValue("echo $HOME\necho"), "echo $$HOME echo");
  EXPECT_EQ(ninjaValue(" leading"), "$ leading");
}

TEST(NinjaWriter, QuotesWordsForTheShell) {
  EXPECT_EQ(shellQuote("plain-1.2/x=y"), "plain-1.2/x=y");
  EXPECT_EQ(shellQuote(""), "''");
  EXPECT_EQ(shellQuote("it's $HOME"), "'it'\\''s $HOME'");
  EXPECT_EQ(shellCommand({"cp", "a b", "c"}), "cp 'a b' c");
}

static Plan planOf(bool reversed) {
  Step compile;
  compile.outputs = {"a.o"};
  compile.inputs = {"a.mlir"};
  compile.implicitInputs = {"/usr/bin/mdc"};
  compile.command = "mdc compile";
  compile.description = "compile a";
  compile.pool = "memory";
  Step link;
  link.outputs = {"model"};
  link.inputs = {"a.o"};
  link.command = "link @model.rsp";
  link.responseFile = "model.rsp";
  link.responseText = "a.o\n";
  link.restat = true;
  Plan plan;
  plan.addPool("memory", 1);
  plan.addDefault("model");
  plan.add(reversed ? link : compile);
  plan.add(reversed ? compile : link);
  return plan;
}

TEST(NinjaWriter, TextDependsOnContentNotOnOrder) {
  const char *expected = R"(# Written by mdc; changes are lost.
ninja_required_version = 1.8

pool memory
  depth = 1

rule run
  command = $call

build a.o: run a.mlir | /usr/bin/mdc
  call = mdc compile
  description = compile a
  pool = memory

build model: run a.o
  call = link @model.rsp
  rspfile = model.rsp
  rspfile_content = a.o 
  restat = 1

default model
)";
  EXPECT_EQ(ninjaText(planOf(false)), expected);
  EXPECT_EQ(ninjaText(planOf(true)), expected);
}
