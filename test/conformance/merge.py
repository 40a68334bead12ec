"""Puts many cases side by side in one graph, so that one `mdc build` and one `infer` run them all.

A build costs a compiler start and a link, which thousands of one-node models would pay thousands of
times. Every name of case N gets the prefix `cN_`, so that a diagnostic that names a node or a value
names its case.
"""

import re

import onnx
from onnx import helper, numpy_helper

from conformance import cases

PREFIX = re.compile(r"\bc(\d+)_")


def prefixed(name, prefix):
    return prefix + name if name else name


def rename_values(values, prefix):
    for value in values:
        value.name = prefixed(value.name, prefix)
        if value.type.HasField("tensor_type"):
            for dim in value.type.tensor_type.shape.dim:
                if dim.dim_param:
                    dim.dim_param = prefixed(dim.dim_param, prefix)


def rename(graph, prefix):
    """Every name of `graph` and of its subgraphs, in place."""
    for index, node in enumerate(graph.node):
        node.name = f"{prefix}{node.name or node.op_type}_{index}"
        for names in (node.input, node.output):
            names[:] = [prefixed(name, prefix) for name in names]
        for attribute in node.attribute:
            for inner in [attribute.g, *attribute.graphs]:
                rename(inner, prefix)
    for values in (graph.input, graph.output, graph.value_info):
        rename_values(values, prefix)
    for tensor in graph.initializer:
        tensor.name = prefixed(tensor.name, prefix)
    for tensor in graph.sparse_initializer:
        tensor.values.name = prefixed(tensor.values.name, prefix)


def group_key(case):
    """Cases with the same key may share a graph."""
    imports = tuple(sorted((i.domain, i.version) for i in case.model.opset_import))
    alone = case.name if case.model.functions else ""
    return imports, alone


def groups(numbered):
    """Lists of cases that may share a graph."""
    found = {}
    for each in numbered:
        found.setdefault(group_key(each[1]), []).append(each)
    return list(found.values())


class Merged:
    """One graph of several cases with the inputs and golden outputs of one golden set of each."""

    def __init__(self, numbered):
        """`numbered`: (number, case, input arrays, golden outputs)."""
        self.parts = {number: (case, golden) for number, case, _, golden in numbered}
        self.inputs, self.dims = {}, {}
        graph = helper.make_graph([], "cases", [], [])
        for number, case, arrays, _ in numbered:
            self.append(graph, f"c{number}_", case, arrays)
        first = numbered[0][1].model
        self.model = helper.make_model(graph, opset_imports=first.opset_import)
        self.model.functions.extend(first.functions)
        self.model.ir_version = max(max(case.model.ir_version for _, case, _, _ in numbered), 4)

    def append(self, graph, prefix, case, arrays):
        one = onnx.GraphProto()
        one.CopyFrom(case.model.graph)
        constants = set(case.constants)
        weights = {tensor.name for tensor in one.initializer}
        kept = [v for v in one.input if v.name not in constants and
                (v.name in arrays or v.name not in weights)]
        # an initializer that the golden set feeds is an input here
        tensors = [t for t in one.initializer if t.name not in arrays]
        tensors += [numpy_helper.from_array(arrays[name], name) for name in case.constants]
        fed = {name: array for name, array in arrays.items() if name not in constants}
        for key, extent in cases.open_dimensions(case, fed).items():
            self.dims[prefix + key] = extent
        del one.input[:], one.initializer[:]
        one.input.extend(kept)
        one.initializer.extend(tensors)
        rename(one, prefix)
        for field in ("node", "input", "output", "initializer", "sparse_initializer", "value_info"):
            getattr(graph, field).extend(getattr(one, field))
        self.inputs.update({prefix + name: array for name, array in fed.items()})

    def blamed(self, text):
        """The numbers of the cases that a diagnostic names."""
        return sorted({int(n) for n in PREFIX.findall(text)} & set(self.parts))
