"""A 200 that does not say what it should, and other forms of one that does."""

from dataclasses import replace
from typing import Any

from generations.emulator.answers import Answer
from generations.emulator.faults.effects import AnswerFault, Deform, Options
from generations.emulator.replies import Headers

HTML: Headers = (("content-type", "text/html; charset=UTF-8"),)
PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
NESTED = 1_000_000  # brackets


def _raw(body: bytes) -> Deform:
    return lambda answer, _options: replace(answer, raw=body)


def _changed_inner(**changes: Any) -> Deform:
    return lambda answer, _options: replace(answer, inner={**answer.inner, **changes})


def _result(result: Any) -> Deform:
    return _changed_inner(result=result)


def _html(answer: Answer, _options: Options) -> Answer:
    return replace(answer, headers=HTML, raw=PAGE)


def _no_content(answer: Answer, _options: Options) -> Answer:
    return replace(answer, status=204, headers=(), raw=b"")


def _redirect(answer: Answer, options: Options) -> Answer:
    headers = (("location", str(options["to"])),)
    return replace(answer, status=int(options["status"]), headers=headers, raw=b"")


def _cut(answer: Answer, _options: Options) -> Answer:
    body = answer.body()
    return replace(answer, raw=body[: len(body) // 2])


def _bom(answer: Answer, _options: Options) -> Answer:
    return replace(answer, raw=b"\xef\xbb\xbf" + answer.body())


def _twice(answer: Answer, _options: Options) -> Answer:
    return replace(answer, raw=answer.body() * 2)


def _nan(answer: Answer, _options: Options) -> Answer:
    return replace(answer, inner={**answer.inner, "seconds": float("nan")})


def _not_utf8(answer: Answer, _options: Options) -> Answer:
    return replace(answer, raw=answer.body().replace(b"Completed", b"Compl\xe9t\xe9d"))


def _success_false(answer: Answer, options: Options) -> Answer:
    errors = [{"code": options["code"], "message": options["message"]}]
    payload = {"result": None, "success": False, "errors": errors, "messages": []}
    return replace(answer, status=int(options["status"]), inner=payload, wrapped=False)


def _state(answer: Answer, options: Options) -> Answer:
    inner = {**answer.inner, "state": options["value"]}
    if not options["keep_image"]:
        inner |= {"result": None}
    if options["value"] == "Failed":
        inner |= {"error": {"code": "provider_unavailable", "message": "Provider unavailable"}}
    return replace(answer, inner=inner)


def _no_result(answer: Answer, _options: Options) -> Answer:
    inner = {key: value for key, value in answer.inner.items() if key != "result"}
    return replace(answer, inner=inner)


def _image_list(answer: Answer, _options: Options) -> Answer:
    return replace(answer, inner={**answer.inner, "result": {"image": _images(answer, 1)}})


def _several(answer: Answer, options: Options) -> Answer:
    images = _images(answer, int(options["count"]))
    return replace(answer, inner={**answer.inner, "result": {"images": images}})


def _images(answer: Answer, count: int) -> list[Any]:
    result = answer.inner.get("result") or {}  # another fault may have taken it away
    return [result.get("image")] * count


def _junk(answer: Answer, options: Options) -> Answer:
    prefix = "data:image/png;base64," if options["form"] == "data_uri" else ""
    image = f"{prefix}iVBORw0KGgo=%%%not base64%%%"
    return replace(answer, inner={**answer.inner, "result": {"image": image}})


def _usage(answer: Answer, options: Options) -> Answer:
    value = options["value"]
    usage = {"total_tokens": value, "input_tokens": value, "output_tokens": value}
    return replace(answer, inner={**answer.inner, "usage": usage})


def _bare(answer: Answer, _options: Options) -> Answer:
    return replace(answer, wrapped=False)


def _key_source(answer: Answer, options: Options) -> Answer:
    value = options["value"]
    metadata = {} if value is None else {"keySource": value}
    return replace(answer, inner={**answer.inner, "gatewayMetadata": metadata})


def _no_metadata(answer: Answer, _options: Options) -> Answer:
    inner = {key: value for key, value in answer.inner.items() if key != "gatewayMetadata"}
    return replace(answer, inner=inner)


def _fault(name: str, rows: str, about: str, deform: Deform, **options: Any) -> AnswerFault:
    return AnswerFault(name=name, rows=rows, about=about, deform=deform, options=options)


def _form(name: str, about: str, deform: Deform, **options: Any) -> AnswerFault:
    return AnswerFault(name=name, about=about, deform=deform, options=options, honest=True)


ANSWERS = (
    _form("answer_bare", "The inner object alone, as a Worker gets it.", _bare),
    _form("key_source", "Who paid: Unified, BYOK, any word, or null.", _key_source, value="BYOK"),
    _form("no_gateway_metadata", "Nothing is said about who paid.", _no_metadata),
    _fault("html", "G21", "200 with a page.", _html),
    _fault("no_content", "G22", "204.", _no_content),
    _fault("redirect", "G23", "302.", _redirect, to="https://example.com/", status=302),
    _fault("not_json", "G24", "Text instead of JSON.", _raw(b"upstream says hello")),
    _fault("empty", "G24", "200 without a body.", _raw(b"")),
    _fault("json_cut", "G24", "JSON that ends half way.", _cut),
    _fault("json_bom", "G24", "JSON after a byte order mark.", _bom),
    _fault("json_twice", "G24", "Two JSON documents.", _twice),
    _fault("json_nan", "G24", "NaN beside the picture, which JSON does not have.", _nan),
    _fault("json_not_utf8", "G24", "Bytes that are not UTF-8.", _not_utf8),
    _fault("json_nested", "G24", "A million brackets.", _raw(b"[" * NESTED + b"]" * NESTED)),
    _fault("json_array", "G25", "An array at the top.", _raw(b"[]")),
    _fault("json_string", "G25", "A text at the top.", _raw(b'"Completed"')),
    _fault("json_null", "G25", "Null at the top.", _raw(b"null")),
    _fault(
        "success_false",
        "G26",
        "success: false with errors, by default in a 200.",
        _success_false,
        status=200,
        code=7003,
        message="Something went wrong",
    ),
    _fault(
        "state",
        "G27",
        "Another state than Completed, with or without the picture's address.",
        _state,
        value="Failed",
        keep_image=True,
    ),
    _fault("no_result", "G28", "No result.", _no_result),
    _fault("no_image", "G28", "A result without an image.", _result({})),
    _fault("image_missing_text", "G28", "An empty text as image.", _result({"image": ""})),
    _fault("image_null", "G28", "Null as image.", _result({"image": None})),
    _fault("image_list", "G28", "A list instead of a text.", _image_list),
    _fault("several_images", "G30", "More than one picture.", _several, count=2),
    _fault("usage", "G34", "Token usage beside the result, of any value.", _usage, value=-5),
    _fault("image_junk", "G35", "Base64 with junk in it.", _junk, form="base64"),
)
