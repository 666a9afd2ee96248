/**
 * Where in the transcript a question was said. The server names a question by its own words, without fillers and
 * repetitions, and it may reach over several finals; so its words are looked for in order, with a few others between.
 */

const WORD = /\p{Script=Han}|[\p{L}\p{N}]+/gu;
const NEWEST_LOOKED_AT = 12;
const LONGEST_REACH = 4;

function wordsOf(text) {
  return Array.from(text.toLowerCase().matchAll(WORD), (match) => ({
    word: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/**
 * Its letters as they stand, or else its words with others between them, from the newest segment backwards.
 * @template {{ text: string }} Segment
 * @param {Segment[]} heard oldest first
 * @param {string} question
 * @returns {{ segment: Segment, from: number, to: number }[]} oldest first; empty where the words were not said
 */
export function findQuestion(heard, question) {
  const segments = heard.slice(-NEWEST_LOOKED_AT);
  const literal = segments.findLast(({ text }) => text.includes(question));
  if (literal) {
    const from = literal.text.lastIndexOf(question);
    return [{ segment: literal, from, to: from + question.length }];
  }
  const wanted = wordsOf(question).map(({ word }) => word);
  if (!wanted.length) return [];
  for (let last = segments.length - 1; last >= 0; last--) {
    for (let first = last; first >= 0 && first > last - LONGEST_REACH; first--) {
      const found = match(segments.slice(first, last + 1), wanted);
      if (found) return found;
    }
  }
  return [];
}

/** Match from the end backwards; null where a word is missing or too much stands between them. */
function match(segments, wanted) {
  const said = segments.flatMap((segment) => wordsOf(segment.text).map((word) => ({ ...word, segment })));
  let end = said.length - 1;
  while (end >= 0 && said[end].word !== wanted.at(-1)) end--;
  let start = end;
  let missing = wanted.length;
  for (let index = end; index >= 0 && missing; index--) {
    if (said[index].word !== wanted[missing - 1]) continue;
    start = index;
    missing--;
  }
  if (missing || end - start >= 2 * wanted.length + 4) return null;
  const found = said.slice(start, end + 1);
  return segments
    .map((segment) => ({ segment, words: found.filter((word) => word.segment === segment) }))
    .filter(({ words }) => words.length)
    .map(({ segment, words }) => ({ segment, from: words[0].from, to: words.at(-1).to }));
}
