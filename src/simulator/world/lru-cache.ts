/**
 * A map that forgets the least recently used entries once their weights exceed a bound. The newest entry always stays,
 * even where it alone is heavier than the bound: the package of the same name keeps no such entry, and a very large company
 * would be made anew for every page of it.
 */

export interface LruCache<Key, Value> {
  /** The kept value, or a new one from `make`, kept with its weight. */
  getOrMake(key: Key, make: () => Value, toWeight: (value: Value) => number): Value;
}

export function createLruCache<Key, Value>(maxWeight: number): LruCache<Key, Value> {
  const entries = new Map<Key, { value: Value; weight: number }>();
  let weight = 0;
  return {
    getOrMake(key, make, toWeight) {
      const known = entries.get(key);
      if (known !== undefined) {
        entries.delete(key);
        entries.set(key, known);
        return known.value;
      }
      const value = make();
      const made = { value, weight: toWeight(value) };
      entries.set(key, made);
      weight += made.weight;
      for (const [oldKey, old] of entries) {
        if (weight <= maxWeight || oldKey === key) break;
        entries.delete(oldKey);
        weight -= old.weight;
      }
      return value;
    },
  };
}
