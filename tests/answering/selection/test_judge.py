"""Trained judges: what they say is what their weights say, and a tournament follows it without a model call."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from answering_table import database, desk, known, query

import querywright as qw
from querywright.answering.preset import Preset
from querywright.answering.selection.comparing import Comparison, comparisons
from querywright.answering.selection.judge import CausalJudge, answer_tokens, open_judge
from querywright.answering.selection.judged import Odds
from querywright.answering.stages.selection import Settings, select
from querywright.answering.trace import answered
from querywright.errors import ModelUnavailable, SettingsError

DIGITS = re.compile(r"WHERE id = (\d)")


def comparison(text: str, first: str = "SELECT 1", second: str = "SELECT 2") -> Comparison:
    return Comparison(text, text, first, second)


class Scripted:
    """A judge that says what a function of the two numbers says."""

    name, prompt_tokens = "scripted-1", None

    def __init__(self, says) -> None:
        self.says, self.asked = says, []

    def prefers(self, comparisons):
        pairs = [tuple(map(int, DIGITS.findall(each.prompt)))[:2] for each in comparisons]
        self.asked += pairs
        return [self.says(*pair) for pair in pairs]


class Opened:
    """Has one judge, whatever the folder."""

    def __init__(self, judge) -> None:
        self.judge = judge

    def of(self, folder: str):
        return self.judge


def judged(tmp_path: Path, says, numbers, rounds: int = 2):
    """The choice between queries with these results, the judge, and how often the model was asked."""
    judge = Scripted(says)
    with database(tmp_path) as things, desk(things, {}) as (at, server):
        at._judges = Opened(judge)
        settings = Settings(by="tournament", judge="folder", rounds=rounds)
        after = select(known(at, [query(number, n) for n, number in enumerate(numbers)]), at, settings)
        return after.choice, judge, server.tally.calls


def test_a_tournament_takes_what_the_probabilities_say_and_asks_no_model(tmp_path: Path) -> None:
    choice, judge, calls = judged(tmp_path, lambda a, b: 0.9 if a > b else 0.1, [1, 4, 2, 3])
    assert (choice.candidate, choice.by) == (1, "tournament")
    assert calls == 0
    assert len(judge.asked) == 12
    assert choice.confidence == pytest.approx(0.9)
    assert "12 comparisons by the judge scripted-1, no request" in choice.why
    assert choice.scores == {0: 0.0, 1: 6.0, 2: 2.0, 3: 4.0}


def test_both_orders_are_averaged_so_that_what_comes_first_wins_nothing(tmp_path: Path) -> None:
    def first_first(a: int, b: int) -> float:
        return 0.8 + (0.05 if a > b else -0.05)  # A, most of all; behind that a little for the larger

    choice, _, _ = judged(tmp_path, first_first, [1, 4, 2])
    assert choice.candidate == 1
    assert "3 of 3 pairs were judged differently in the other order; their mean counts" in choice.why


def test_a_judge_that_only_sees_what_comes_first_decides_nothing(tmp_path: Path) -> None:
    choice, _, _ = judged(tmp_path, lambda a, b: 0.8, [1, 2, 3])
    assert choice.candidate == 0  # the rule for ties
    assert "as many points" in choice.why
    assert "6 comparisons undecided" in choice.why
    assert choice.confidence == pytest.approx(0.5)


def test_what_a_judge_cannot_read_counts_for_neither(tmp_path: Path) -> None:
    choice, _, _ = judged(tmp_path, lambda a, b: None if 4 in (a, b) else 0.9 if a < b else 0.1, [1, 4, 2])
    assert choice.candidate == 0
    assert "4 comparisons undecided" in choice.why


def test_one_round_asks_each_pair_once(tmp_path: Path) -> None:
    choice, judge, _ = judged(tmp_path, lambda a, b: 0.9 if a > b else 0.1, [1, 4, 2], rounds=1)
    assert len(judge.asked) == 3
    assert choice.candidate == 1


def test_odds_know_both_orders() -> None:
    odds = Odds({(0, 1): 0.9, (1, 0): 0.3, (0, 2): None, (2, 0): 0.4, (1, 2): None, (2, 1): None})
    assert odds.of(0, 1) == pytest.approx(0.8)
    assert odds.of(1, 0) == pytest.approx(0.2)
    assert odds.of(0, 2) == pytest.approx(0.6)
    assert odds.of(1, 2) is None
    assert odds.winners == {(0, 1): 0, (1, 0): 0, (0, 2): 0, (2, 0): 0, (1, 2): None, (2, 1): None}
    assert odds.torn == 0
    assert Odds({(0, 1): 0.9, (1, 0): 0.8}).torn == 1


# ── a causal language model ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.weights
def test_the_probability_is_the_softmax_over_the_two_tokens(tiny_model: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    model = AutoModelForCausalLM.from_pretrained(tiny_model).eval()
    asked = [comparison(text) for text in ("Which?", "Which of the two is right?", "a" * 300, "B or A")]
    found = open_judge(tiny_model).prefers(asked)
    for each, probability in zip(asked, found, strict=True):
        text = f"<|im_start|>user\n{each.prompt}<|im_end|>\n<|im_start|>assistant\n"
        ids = tokenizer(text, return_tensors="pt", add_special_tokens=False).input_ids
        with torch.no_grad():
            logits = model(ids).logits[0, -1]
        a, b = (tokenizer.encode(letter, add_special_tokens=False)[0] for letter in "AB")
        by_hand = math.exp(logits[a]) / (math.exp(logits[a]) + math.exp(logits[b]))
        assert probability == pytest.approx(by_hand, abs=1e-5)
    assert len(set(found)) == len(found)


@pytest.mark.weights
def test_a_text_longer_than_the_window_is_not_judged(tiny_model: Path) -> None:
    short, long = open_judge(tiny_model).prefers([comparison("short"), comparison("x" * 3000)])
    assert short is not None
    assert long is None


@pytest.mark.weights
def test_what_a_template_writes_before_each_answer_is_put_before_the_two_tokens(tiny_model: Path) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    lead, a, b = answer_tokens(tokenizer, "tiny")
    assert (lead, tokenizer.decode([a]), tokenizer.decode([b])) == ((), "A", "B")
    thought = (
        "{{ '<|im_start|>' + message['role'] + '\n' + ('<think></think>' if message['role'] == 'assistant' else '')"
    )
    tokenizer.chat_template = tokenizer.chat_template.replace("{{ '<|im_start|>' + message['role'] + '\n'", thought)
    lead, *letters = answer_tokens(tokenizer, "tiny")
    assert tokenizer.decode(lead) == "<think></think>"
    assert letters == [a, b]


@pytest.mark.weights
@pytest.mark.parametrize(
    ("template", "message"),
    [
        (None, "no chat template"),
        ("{% for m in messages %}{{ m['content'] + m['content'] }}{% endfor %}", "no single tokens"),
        ("{% for m in messages %}{{ m['role'] }}{% endfor %}", "no single tokens"),
    ],
)
def test_a_template_that_gives_no_two_tokens_is_told(tiny_model: Path, template, message: str) -> None:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.chat_template = template
    with pytest.raises(ModelUnavailable, match=message):
        CausalJudge(SimpleNamespace(config=SimpleNamespace()), tokenizer, "tiny")


@pytest.mark.weights
def test_a_preset_takes_a_judge_by_its_folder_and_the_trace_says_which(tiny_model: Path, tmp_path: Path) -> None:
    preset = Preset.load("fast").judged_by(tiny_model)
    chosen = next(each for each in preset.stages if each.stage.name == "select")
    assert (chosen.settings.by, chosen.settings.judge) == ("tournament", str(tiny_model))
    (name,) = preset.judges().values()
    only = Preset.parse('[[stages]]\nuse = "select"\nby = "tournament"\n', "only", "only").judged_by(tiny_model)
    with database(tmp_path) as things, desk(things, {}) as (at, server):
        after, (record,) = answered(known(at, [query(1), query(2)]), at, only)
        assert server.tally.calls == 0
    assert after.choice is not None
    assert f"2 comparisons by the judge {name}, no request" in after.choice.why
    assert record.settings["judge"] == str(tiny_model)
    assert record.calls == 0
    assert preset.without(["tournament"]).judges() == {}


@pytest.mark.weights
def test_ask_takes_a_judge(tiny_model: Path, tmp_path: Path) -> None:
    from model_server import ModelServer

    from querywright.answering import ask

    def answer(messages, schema, sample):
        return json.dumps({"reasoning": "", "sql": query(sample % 2)})

    with database(tmp_path) as things, ModelServer({"WrittenSQL": answer}) as server:
        from answering_table import roles

        preset = Preset.load("fast").drawing(4)
        found = ask("Which?", things, model=roles(server), preset=preset, judge=tiny_model)
        assert server.tally.did["ok"] == server.tally.calls <= 4
    assert found.known.choice is not None
    assert "no request" in found.why


# ── a cross-encoder ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def cross_encoder(mini_lm: Path, tmp_path_factory):
    """A cross-encoder with a head of chance, as training leaves one."""
    import torch
    from sentence_transformers.cross_encoder import CrossEncoder

    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("cross") / "encoder"
    CrossEncoder(str(mini_lm), num_labels=1).save_pretrained(str(folder))
    return folder


@pytest.mark.weights
def test_a_cross_encoder_judges_by_the_distance_of_two_scores(cross_encoder: Path) -> None:
    import torch
    from sentence_transformers.cross_encoder import CrossEncoder

    asked = [comparison("How many?", "SELECT COUNT(*)", "SELECT name"), comparison("How many?", "SELECT 3", "SELECT 4")]
    judge = open_judge(cross_encoder)
    found = judge.prefers(asked)
    model = CrossEncoder(str(cross_encoder))
    for each, probability in zip(asked, found, strict=True):
        texts = [(each.question, each.first), (each.question, each.second)]
        first, second = model.predict(texts, activation_fn=torch.nn.Identity())
        assert probability == pytest.approx(1 / (1 + math.exp(float(second) - float(first))), abs=1e-5)
    turned = judge.prefers([Comparison(each.prompt, each.question, each.second, each.first) for each in asked])
    assert [a + b for a, b in zip(found, turned, strict=True)] == pytest.approx([1.0, 1.0])


# ── what goes wrong ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_folders_that_hold_no_judge_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="no such folder"):
        open_judge(tmp_path / "nowhere")
    with pytest.raises(ModelUnavailable, match="no weights"):
        open_judge(tmp_path)
    (tmp_path / "config.json").write_text('{"architectures": ["BertModel"]}')
    with pytest.raises(ModelUnavailable, match="it is no judge"):
        Preset.load("fast").judged_by(tmp_path)
    (tmp_path / "config.json").write_text("[")
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        open_judge(tmp_path)


@pytest.mark.weights
def test_weights_that_cannot_be_loaded_are_told_in_a_line(tiny_model: Path, tmp_path: Path) -> None:
    shutil.copytree(tiny_model, tmp_path / "half")
    (tmp_path / "half" / "model.safetensors").write_bytes(b"half")
    with pytest.raises(ModelUnavailable, match="weights cannot be loaded") as raised:
        open_judge(tmp_path / "half")
    assert "\n" not in str(raised.value)


def test_a_judge_without_a_tournament_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="a judge decides tournaments"):
        Settings(judge="folder")
    nothing = Preset.parse('[[stages]]\nuse = "generate"\n', "nothing", "nothing")
    with pytest.raises(SettingsError, match="takes no candidate"):
        nothing.judged_by("folder")


def test_comparisons_show_each_side_alone(tmp_path: Path) -> None:
    with database(tmp_path) as things, desk(things, {}) as (at, _):
        asked = known(at, ["SELECT name FROM singer", "SELECT title FROM song"])
        (one,) = comparisons(asked, at, asked.candidates, [(1, 0)])
    assert one.first.startswith("<query>\nSELECT title FROM song")
    assert "CREATE TABLE song" in one.first
    assert "CREATE TABLE singer" not in one.first
    assert "Ada" in one.second
    assert one.prompt.index("SELECT title") < one.prompt.index("SELECT name")


def test_importing_us_loads_no_torch() -> None:
    import subprocess
    import sys

    code = "import querywright.answering.selection.judge, sys; assert 'torch' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert qw.__name__ == "querywright"
