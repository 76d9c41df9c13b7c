/**
 * Who waits for a call, and whose turn is next. Lanes have priority, callers of a lane take turns, companies of a caller take
 * turns, and within a company it is first come, first served; a caller's repeated calls come before his others. A step takes
 * microseconds, however long the line.
 */
export type Lane = 'interactive' | 'tables' | 'exports';

/** Highest priority first. */
export const LANES: readonly Lane[] = ['interactive', 'tables', 'exports'];

export interface Place {
  readonly lane: Lane;
  readonly callerId: string;
  /** Null for calls that concern no single company: they share a line. */
  readonly companyId: string | null;
  /**
   * A call that failed before is its caller's next. Were it given the next turn of its company, it would come exactly one
   * round after the last time, and where every so-manieth call fails (one server of several is broken), it might meet that again.
   */
  readonly repeated?: boolean;
}

export interface Turns<Waiter extends Place> {
  readonly size: number;
  sizeOf(lane: Lane): number;
  readonly sizes: Readonly<Record<Lane, number>>;
  add(waiter: Waiter): void;
  /** Nothing where it is not in line. */
  remove(waiter: Waiter): void;
  /** Takes the next one out of line; undefined where nobody waits in a lane that `isOpen`. */
  next(isOpen: (lane: Lane) => boolean): Waiter | undefined;
  [Symbol.iterator](): Iterator<Waiter>;
}

/** A lane that was passed over so often gets one turn, so that a busy lane above it never starves it. */
export const MAX_PASSED_OVER = 20;

export function createTurns<Waiter extends Place>(): Turns<Waiter> {
  const lines = new Map(LANES.map((lane) => [lane, createLine<Waiter>()]));
  const lineOf = (lane: Lane) => lines.get(lane) as Line<Waiter>;

  return {
    get size() {
      return LANES.reduce((sum, lane) => sum + lineOf(lane).waiting.size, 0);
    },
    sizeOf: (lane) => lineOf(lane).waiting.size,
    get sizes() {
      const sizeOf = (lane: Lane) => lineOf(lane).waiting.size;
      return { interactive: sizeOf('interactive'), tables: sizeOf('tables'), exports: sizeOf('exports') };
    },
    add(waiter) {
      const { waiting, callers } = lineOf(waiter.lane);
      waiting.add(waiter);
      const { repeated, companies } = getOrMake(callers, waiter.callerId, createCaller<Waiter>);
      const queue = waiter.repeated ? repeated : getOrMake(companies, waiter.companyId, () => new Set<Waiter>());
      queue.add(waiter);
    },
    remove: (waiter) => removeFrom(lineOf(waiter.lane), waiter),
    next(isOpen) {
      const waiting = LANES.filter((lane) => isOpen(lane) && lineOf(lane).waiting.size > 0);
      const lane = waiting.find((each) => lineOf(each).passedOver >= MAX_PASSED_OVER) ?? waiting[0];
      if (lane === undefined) return undefined;
      for (const each of waiting) lineOf(each).passedOver = each === lane ? 0 : lineOf(each).passedOver + 1;
      return takeFrom(lineOf(lane));
    },
    *[Symbol.iterator]() {
      for (const lane of LANES) yield* lineOf(lane).waiting;
    },
  };
}

/** Maps keep the order of insertion: the first entry is next, and goes to the end after its turn. */
interface Line<Waiter> {
  readonly waiting: Set<Waiter>;
  readonly callers: Map<string, Caller<Waiter>>;
  passedOver: number;
}

interface Caller<Waiter> {
  readonly repeated: Set<Waiter>;
  readonly companies: Map<string | null, Set<Waiter>>;
}

function createLine<Waiter>(): Line<Waiter> {
  return { waiting: new Set(), callers: new Map(), passedOver: 0 };
}

function createCaller<Waiter>(): Caller<Waiter> {
  return { repeated: new Set(), companies: new Map() };
}

function takeFrom<Waiter extends Place>(line: Line<Waiter>): Waiter | undefined {
  const caller = rotate(line.callers);
  if (caller === undefined) return undefined;
  const [waiter] = caller.repeated.size > 0 ? caller.repeated : (rotate(caller.companies) ?? []);
  if (waiter !== undefined) removeFrom(line, waiter);
  return waiter;
}

/** Leaves nothing behind of a company or a caller that waits for nothing. */
function removeFrom<Waiter extends Place>({ waiting, callers }: Line<Waiter>, waiter: Waiter): void {
  if (!waiting.delete(waiter)) return;
  const caller = callers.get(waiter.callerId);
  if (caller === undefined) return;
  const { repeated, companies } = caller;
  const ofCompany = companies.get(waiter.companyId);
  repeated.delete(waiter);
  ofCompany?.delete(waiter);
  if (ofCompany?.size === 0) companies.delete(waiter.companyId);
  if (repeated.size === 0 && companies.size === 0) callers.delete(waiter.callerId);
}

/** The first value, whose entry goes to the end. */
function rotate<Key, Value>(map: Map<Key, Value>): Value | undefined {
  const [first] = map;
  if (first === undefined) return undefined;
  const [key, value] = first;
  map.delete(key);
  map.set(key, value);
  return value;
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
