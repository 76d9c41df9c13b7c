/**
 * Names given out once: the second "Acme" becomes "Acme (2)". Two names are the same here where Excel, Windows or macOS could hold
 * them to be: without regard to case, to Turkish dots, or to how an accent is encoded. The same names in the same order come out the same.
 */

export interface UniqueNames {
  /** `build` makes the name with a suffix at its end (`''`, then ` (2)`, ` (3)` …), within whatever length it may have. */
  take(build: (suffix: string) => string): string;
}

export function createUniqueNames(reserved: readonly string[] = []): UniqueNames {
  const taken = new Set(reserved.map(toComparable));
  return {
    take(build) {
      for (let count = 1; ; count += 1) {
        const name = build(count === 1 ? '' : ` (${count})`);
        const comparable = toComparable(name);
        if (taken.has(comparable)) continue;
        taken.add(comparable);
        return name;
      }
    },
  };
}

/** `I`, `i`, `ı` and `İ` are one letter here: which of them are equal depends on the language of the reader's computer. */
function toComparable(name: string): string {
  return name.normalize('NFKC').toUpperCase().replaceAll('İ', 'I');
}
