"""Makes an .onnx file from a test file: its lines that are no comments, in ONNX's text syntax.

usage: make_model.py TEST MODEL.onnx [--truncate BYTES] [--external NAME=FILE:OFFSET:LENGTH]
                                     [--drop-shape INPUT] [--list-initializers]

--truncate           keeps only so many bytes
--external           moves an initializer's data to a place in another file, which is not written
--drop-shape         forgets the shape of a graph input
--list-initializers  lists the initializers among the inputs, as IR 3 does
"""

import argparse
import pathlib

import onnx
import onnx.parser


def make_external(model, text):
    name, _, place = text.partition("=")
    location, offset, length = place.rsplit(":", 2)
    tensor = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    tensor.ClearField("raw_data")
    tensor.ClearField("float_data")
    tensor.data_location = onnx.TensorProto.EXTERNAL
    for key, value in [("location", location), ("offset", offset), ("length", length)]:
        tensor.external_data.add(key=key, value=value)


def list_initializers(model):
    for tensor in model.graph.initializer:
        model.graph.input.append(
            onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("test", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--truncate", type=int)
    parser.add_argument("--external", action="append", default=[])
    parser.add_argument("--drop-shape")
    parser.add_argument("--list-initializers", action="store_true")
    options = parser.parse_args()
    lines = options.test.read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    model = onnx.parser.parse_model(text)
    for place in options.external:
        make_external(model, place)
    for value in model.graph.input:
        if value.name == options.drop_shape:
            value.type.tensor_type.ClearField("shape")
    if options.list_initializers:
        list_initializers(model)
    options.model.write_bytes(model.SerializeToString()[: options.truncate])


if __name__ == "__main__":
    main()
