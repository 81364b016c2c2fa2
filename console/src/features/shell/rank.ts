/** How well a text answers a search: its beginning, the beginning of a word, then letters in order. Lower is better; null is no answer. */
export function score(text: string, search: string): number | null {
  const hay = text.toLowerCase();
  const needle = search.toLowerCase();
  if (!needle) return 0;
  if (hay.startsWith(needle)) return 0;
  if (hay.includes(` ${needle}`)) return 1;
  if (hay.includes(needle)) return 2;
  let at = 0;
  for (const char of needle.replaceAll(' ', '')) {
    at = hay.indexOf(char, at) + 1;
    if (at === 0) return null;
  }
  return 3;
}

/** What answers, best first; equals stay in their order. */
export function rank<T extends { text: string; detail?: string }>(items: T[], search: string): T[] {
  return items
    .map((item) => ({ item, points: score(`${item.text} ${item.detail ?? ''}`, search) }))
    .filter((entry): entry is { item: T; points: number } => entry.points !== null)
    .sort((a, b) => a.points - b.points)
    .map((entry) => entry.item);
}
