"""Checks of the exercises on files from strangers."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx

from classroom.given import Given, NotYetError, StopError
from classroom.messages import _, later
from classroom.parts import Part

LETTERS = {"a", "b", "c", "d", "e"}
NODE = 'y = com.microsoft.EPContext <source = "QNN", ep_cache_context = "p"> (x)'
HEAD = '<ir_version: 8, opset_import: ["" : 17, "my.lab" : 1, "com.microsoft" : 1]>'
BRANCH = NODE.replace("y =", "a =")
MODELS = {
    "plain": f"{HEAD} g (float[N] x) => (float[N] y) {{ y = Relu (x) }}",
    "graph": f"{HEAD} g (float[N] x) => (float[N] y) {{ {NODE} }}",
    "function": f"""{HEAD} g (float[N] x) => (float[N] y) {{ y = my.lab.F (x) }}
<domain: "my.lab", opset_import: ["" : 17, "com.microsoft" : 1]>
F (x) => (y) {{ {NODE} }}""",
    "branch": f"""{HEAD} g (float[N] x, bool c) => (float[N] y) {{
y = If (c) <then_branch = t () => (float[N] a) {{ {BRANCH} }},
else_branch = e () => (float[N] b) {{ b = Relu (x) }}> }}""",
}


def _is_set(given: Given) -> None:
    answer = given.answer
    if (
        not isinstance(answer, set)
        or not answer
        or not all(isinstance(letter, str) for letter in answer)
        or not answer <= LETTERS
    ):
        raise StopError(
            _(
                "The answer is to be a set of letters as Python writes it, such as the letters of "
                "the list in quotes, in braces."
            )
        )


def _letters(
    wanted: set[str], unwanted: set[str], advice: str
) -> Callable[[Given], None]:
    def look(given: Given) -> None:
        if not wanted <= given.answer or unwanted & given.answer:
            raise NotYetError(_(advice))

    return look


def _call(given: Given, *arguments: object) -> Any:
    """Return what the learner's function says."""
    if not callable(given.answer):
        raise StopError(
            _(
                "The answer is to be the function itself, this is {type}. "
                "Write its name without parentheses."
            ).format(type=type(given.answer).__name__)
        )
    return given.answer(*arguments)


def _outside(given: Given, locations: list[str], in_nodes: bool) -> object:
    """Return what the learner's function says about a model with these locations."""
    texts = [f"w{place}" for place in range(len(locations))]
    body = "".join(
        f"{name} = Constant <value = float[1] {{1}}> () "
        for name in texts
        if in_nodes
    )
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["": 17]> g () => (float[1] y) { '
        f"{body} y = Sum({', '.join(texts)}) }}"
    )
    for place, location in enumerate(locations):
        if in_nodes:
            tensor = model.graph.node[place].attribute[0].t
            tensor.ClearField("float_data")
        else:
            tensor = model.graph.initializer.add(
                name=texts[place], data_type=1, dims=[1]
            )
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value=location)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        path.write_bytes(model.SerializeToString())
        try:
            return sorted(_call(given, path))
        except StopError:
            raise
        except Exception as error:
            raise StopError(
                _(
                    "The function raises {error} for a model whose external data are not there. "
                    "It can look at the locations without the data: see the parameters of "
                    "onnx.load. What it returns is a list of texts."
                ).format(error=type(error).__name__)
            ) from error


def _finds(
    locations: list[str],
    outside: list[str],
    advice: str,
    in_nodes: bool = False,
) -> Callable[[Given], None]:
    def look(given: Given) -> None:
        if _outside(given, locations, in_nodes) != sorted(outside):
            raise NotYetError(_(advice))

    return look


def _says(name: str, wanted: bool, advice: str) -> Callable[[Given], None]:
    def look(given: Given) -> None:
        model = onnx.parser.parse_model(MODELS[name])
        try:
            found = _call(given, model)
        except StopError:
            raise
        except Exception as error:
            raise StopError(
                _(
                    "The function raises {error}. It gets a ModelProto, as onnx.load returns "
                    "one, and says yes or no."
                ).format(error=type(error).__name__)
            ) from error
        if not isinstance(found, (bool, np.bool_)):
            raise StopError(
                _(
                    "The function returns {type}. It is to say yes or no, so a bool is wanted."
                ).format(type=type(found).__name__)
            )
        if bool(found) != wanted:
            raise NotYetError(_(advice))

    return look


CAN: tuple[Part, ...] = (
    (later("form"), _is_set),
    (
        later("code and files"),
        _letters(
            set(),
            {"a", "b"},
            later(
                'One of your letters is something that "Does it run code?" or "Files outside its '
                'folder" shows to be refused. Which of the five is that?'
            ),
        ),
    ),
    (
        later("memory and time"),
        _letters(
            {"c", "d"},
            set(),
            later(
                'What did the checker say about the two models in "How much does it take?", and what '
                "stopped them?"
            ),
        ),
    ),
    (
        later("answers"),
        _letters(
            {"e"},
            set(),
            later(
                "A bit of a weight was flipped on this page. Which of the programs noticed it?"
            ),
        ),
    ),
)

OUTSIDE: tuple[Part, ...] = (
    (
        later("data inside"),
        _finds(
            [
                "weights.bin",
                "sub/weights.bin",
                "sub/../weights.bin",
                "a..b.bin",
            ],
            [],
            later(
                "A location that stays in the folder is in your list. Two dots alone prove nothing: "
                "ask where the path ends."
            ),
        ),
    ),
    (
        later("parent folder"),
        _finds(
            ["weights.bin", "../weights.bin"],
            ["../weights.bin"],
            later(
                "For a model with one location inside and one in the folder above, your list is not "
                "that one location, as it is in the file."
            ),
        ),
    ),
    (
        later("absolute path"),
        _finds(
            ["/weights.bin"],
            ["/weights.bin"],
            later(
                "A location can be a full path too. What does pathlib make of a folder / such a path?"
            ),
        ),
    ),
    (
        later("detour"),
        _finds(
            ["sub/../../weights.bin", "sub/weights.bin"],
            ["sub/../../weights.bin"],
            later(
                "A path can go down before it goes up. Resolve it to its end before you judge."
            ),
        ),
    ),
    (
        later("every place"),
        _finds(
            ["../weights.bin", "weights.bin"],
            ["../weights.bin"],
            later(
                "Arrays are not only among the initializers: the node Constant has one in its "
                'attribute. "The shortest path" has a function that misses none.'
            ),
            in_nodes=True,
        ),
    ),
)

PROGRAM: tuple[Part, ...] = (
    (
        later("no program"),
        _says(
            "plain",
            False,
            later("It says yes to a model of one Relu node."),
        ),
    ),
    (
        later("in the graph"),
        _says(
            "graph",
            True,
            later(
                "It no longer finds a program in a node of the graph itself."
            ),
        ),
    ),
    (
        later("in a function"),
        _says(
            "function",
            True,
            later(
                "It says no to a program in a function of the model, as in the one that was handed "
                "out. Where does a model keep its functions?"
            ),
        ),
    ),
    (
        later("in a branch"),
        _says(
            "branch",
            True,
            later(
                "It says no to a program in a branch of an If. A branch is a graph in an attribute of "
                "the node."
            ),
        ),
    ),
)

EXERCISES: dict[int, tuple[Part, ...]] = {1: CAN, 2: OUTSIDE, 3: PROGRAM}
