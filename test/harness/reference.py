"""ONNX Runtime as the reference that results are compared with."""

import onnxruntime


def session(graph, threads=0, exact=True):
    """An InferenceSession of a path or of serialized bytes; 0 threads: all cores.

    Where the machine has AVX2 alone, ONNX Runtime's products of bytes saturate unless told not to:
    then the reference would be wrong, and another one on every machine. `exact=False` is for
    timing: as its users run it."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    if threads:
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def answers(graph):
    """A function from arrays by name to outputs by name."""
    made = session(graph)
    names = [output.name for output in made.get_outputs()]
    return lambda inputs: dict(zip(names, made.run(None, inputs)))
