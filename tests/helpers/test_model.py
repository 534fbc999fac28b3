import onnx
import pytest

from helpers import InvalidModelError, read_model


def test_a_missing_file_is_named():
    with pytest.raises(FileNotFoundError, match=r"no file 'nowhere\.onnx'"):
        read_model("nowhere.onnx")


def test_a_folder_says_how_to_convert_a_saved_model(tmp_path):
    with pytest.raises(InvalidModelError, match=r"is a folder.*--saved-model"):
        read_model(tmp_path)


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "empty.onnx").touch()
    with pytest.raises(InvalidModelError, match=r"empty \(0 bytes\)"):
        read_model(tmp_path / "empty.onnx")


def test_a_git_lfs_pointer_is_recognized():
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 41041\n"
    with pytest.raises(InvalidModelError, match="git lfs pull"):
        read_model(pointer)


def test_every_way_to_cut_a_file_off_is_noticed(linear):
    content = linear.SerializeToString()
    for length in range(len(content) - 1):
        with pytest.raises(InvalidModelError):
            read_model(content[:length])


@pytest.mark.parametrize("content", [b"PK\x03\x04 a zip file", b"<html>", b"\x00" * 64])
def test_another_format_is_refused(content):
    with pytest.raises(InvalidModelError):
        read_model(content)


def test_a_name_that_is_not_utf8_is_refused_with_its_place(linear):
    content = linear.SerializeToString()
    with pytest.raises(InvalidModelError, match=r"NodeProto\.input holds b'feat.xff.xfees'"):
        read_model(content.replace(b"features", b"feat\xff\xfees"))
    node = content.replace(b"product", b"produc\xff")
    with pytest.raises(InvalidModelError, match=r"NodeProto\.output holds"):
        read_model(onnx.load_model_from_string(node))


def test_texts_that_nothing_reads_may_be_in_another_encoding(linear):
    linear.doc_string = "Größe"
    content = linear.SerializeToString().replace("Größe".encode(), "Größe__".encode("latin-1"))
    assert read_model(content).graph.name == "linear"


def test_a_model_without_content_says_what_it_lacks():
    with pytest.raises(InvalidModelError, match="no IR version and no opset and no graph output"):
        read_model(onnx.ModelProto())


def test_another_type_is_refused_by_name():
    with pytest.raises(TypeError, match="got int"):
        read_model(3)


def test_weights_in_another_file_are_not_needed(linear, tmp_path):
    path = tmp_path / "external.onnx"
    onnx.save(linear, path, save_as_external_data=True, size_threshold=0, location="weights.bin")
    (tmp_path / "weights.bin").unlink()
    assert read_model(path).graph.name == "linear"
