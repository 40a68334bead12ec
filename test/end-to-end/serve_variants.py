"""Batches through a model with `batch = [1, 8]`: every row as if it were alone.

serve_variants.py BINARY IMAGES.npz
"""

import json
import sys

import numpy
from serving import Server, ask, check, error_of


def answer(server, connection, images):
    request = {"name": "image", "datatype": "FP32", "shape": list(images.shape)}
    body = json.dumps({"inputs": [request | {"data": images.ravel().tolist()}]})
    status, _, body = ask(connection, "POST", server.infer_path, body)
    if status != 200:
        return status, error_of(body)
    (output,) = json.loads(body)["outputs"]
    return status, numpy.float32(output["data"]).reshape(output["shape"])


def predict(server, connection, images):
    """TensorFlow Serving's row form: one instance for each picture."""
    body = json.dumps({"instances": images.tolist()})
    status, _, body = ask(connection, "POST", f"/v1/models/{server.model}:predict", body)
    return status, numpy.float32(json.loads(body)["predictions"]) if status == 200 else body


def main(binary, archive):
    images = numpy.load(archive)["image"][:9].astype(numpy.float32)
    with Server(binary) as server:
        connection = server.connect()
        alone = [answer(server, connection, images[i : i + 1])[1] for i in range(9)]
        alone = numpy.concatenate(alone)
        check(len(set(alone.argmax(axis=1))) > 1, "the pictures differ", alone)
        for count in (1, 3, 8, 2):
            status, rows = answer(server, connection, images[:count])
            check(status == 200 and rows.shape[0] == count, f"{count} rows", rows)
            same = rows.tobytes() == alone[:count].tobytes()
            check(same, f"{count} rows have the bits of each row alone", rows - alone[:count])
            status, rows = predict(server, connection, images[:count])
            check(status == 200 and rows.tobytes() == alone[:count].tobytes(), "row form", rows)
        status, sentence = answer(server, connection, images)
        check(status == 400 and "batch 1 to 8" in sentence, "nine rows are refused", sentence)


main(*sys.argv[1:])
