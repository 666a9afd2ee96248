from knowledge_app.parsing.document import Block, ParsedDocument
from knowledge_app.parsing.lines import columns
from knowledge_app.splitting import MAX_PASSAGE_COLUMNS, split

ZH_SENTENCE = "机器学习是人工智能的一种方法，它从数据中学习规律；深度学习是其中之一。"
EN_SENTENCE = "Dr. Smith, e.g., paid $3.50 for version 1.2 of it. "


def passages(*blocks: Block, title: str = "") -> list[tuple[str, str]]:
    return list(split(ParsedDocument(title, blocks)))


def test_passages_stand_under_their_path_of_headings_without_the_title():
    outer = [Block("Guide", 1), Block("Intro."), Block("Part", 2)]
    found = passages(*outer, Block("A", 3), Block("One."), Block("B", 2), Block("Two."), title="Guide")
    assert found == [("", "Intro."), ("Part › A", "One."), ("B", "Two.")]


def test_heading_without_text_is_found_itself_unless_lower_ones_follow():
    found = passages(Block("Empty", 1), Block("Upper", 1), Block("Lower", 2), Block("Text."))
    assert found == [("Empty", "Empty"), ("Upper › Lower", "Text.")]


def test_lonely_question_heads_its_answer():
    found = passages(
        Block("Intro."),
        Block("How do I reset it?"),
        Block("Press it. Why? Because."),
        Block("如何退货？"),
        Block("联系客服。"),
    )
    assert found == [
        ("", "Intro."),
        ("How do I reset it?", "Press it. Why? Because."),
        ("如何退货？", "联系客服。"),
    ]


def test_chinese_without_line_breaks_is_cut_only_between_sentences():
    found = passages(Block(ZH_SENTENCE * 40))
    assert len(found) > 3
    assert "".join(text for _, text in found) == ZH_SENTENCE * 40
    for _, text in found:
        assert text.startswith("机器学习")
        assert text.endswith("。")
        assert columns(text) <= MAX_PASSAGE_COLUMNS


def test_english_is_cut_neither_after_abbreviations_nor_in_numbers():
    found = passages(Block(EN_SENTENCE * 60))
    assert len(found) > 2
    for _, text in found:
        assert text.startswith("Dr. Smith")
        assert text.endswith("of it.")


def test_sentence_that_no_passage_holds_is_cut_between_words():
    words = " ".join(f"word{number}" for number in range(2000))
    found = passages(Block(words))
    assert " ".join(text for _, text in found) == words
    assert all(columns(text) <= MAX_PASSAGE_COLUMNS for _, text in found)


def test_text_without_any_border_is_cut_all_the_same():
    assert sum(len(text) for _, text in passages(Block("好" * 20_000))) == 20_000
