/** How well a text answers what was typed: each word of it in the text, its letters in order. @returns the higher the better; `undefined`: not at all. */
function scoreOf(typed: string, text: string): number | undefined {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const scores = words.map((word) => scoreOfWord(word, text.toLowerCase()));
  if (scores.includes(undefined)) return undefined;
  // Of two that answer as well the shorter one is meant.
  return (scores as number[]).reduce((sum, score) => sum + score, 0) - text.length / 100;
}

/** Those that answer, the best first; where nothing was typed all, as they stand. */
export function ranked<Item>(typed: string, items: readonly Item[], textOf: (item: Item) => string): Item[] {
  if (typed.trim() === '') return [...items];
  return items
    .map((item) => ({ item, score: scoreOf(typed, textOf(item)) }))
    .filter((one): one is { item: Item; score: number } => one.score !== undefined)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

const WHOLE = 10;
const WORD_START = 4;
const NEXT = 2;

function scoreOfWord(word: string, text: string): number | undefined {
  const at = text.indexOf(word);
  if (at >= 0) return word.length * (WHOLE + (isStart(text, at) ? WORD_START : 0));
  return scatteredScore(word, text);
}

/** Letters that begin a word, or follow the one before, are no accident. */
function scatteredScore(word: string, text: string): number | undefined {
  let score = 0;
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0) return undefined;
    score += 1 + (isStart(text, at) ? WORD_START : 0) + (at === from && from > 0 ? NEXT : 0);
    from = at + letter.length;
  }
  return score;
}

const isStart = (text: string, at: number): boolean => at === 0 || !/[\p{L}\p{N}]/u.test(text.charAt(at - 1));
