/**
 * A rate that is found by trying. Without limit until Keepnet refuses. Then a bucket like the one that Keepnet seems to keep:
 * what it holds is what Keepnet gave at once; how fast it fills is guessed low, raised quickly while nothing is refused, and
 * measured as soon as there is enough to measure. An hour after the last refusal all of it is forgotten.
 */
import { type Bucket, createBucket, type Rate, type Ticket } from './rate.js';

export function createLearnedRate(): Rate {
  return new LearnedRate();
}

/** Calls from a moment when the limit was untouched (after idleness, or after a pause) until the next such moment. */
interface Stretch {
  readonly startedAtMs: number;
  /** What could be given at once when it began, as far as was known. */
  readonly given: number;
  sent: number;
  refused: number;
  /** When the first call was sent that was refused, and the longest pause that followed. */
  refusedAtMs: number | null;
  pauseMs: number;
  /** Calls per second that it has borne beyond what was given at once. */
  proven: number;
  /** From where the next measure is taken. */
  mark: Pick<Ticket, 'startedAtMs' | 'index'>;
}

interface Learned {
  /** Calls that Keepnet gives at once, at most. */
  readonly burst: number;
  /** Calls per second that Keepnet has borne. */
  proven: number;
  /** Calls per second now: above `proven` while more are wanted, back to it at rest. */
  tried: number;
  sureness: Sureness;
  readonly bucket: Bucket;
  readonly refusedAtMs: number;
}

enum Sureness {
  Guessed,
  /** A stretch was long enough to tell how fast the limit comes back. */
  Measured,
  /** Measured more than once, up to a refusal. */
  Confirmed,
}

const IDLE_MS = 1_000;
const FORGET_MS = 3_600_000;
/** Shorter stretches tell what the limit gives at once, longer ones how fast that comes back. */
const MEASURABLE_MS = 500;
/** So many calls, and what was given at once is the smaller part of them. */
const MEASURABLE_BURSTS = 2;
/** Of what seems to be given at once, and to come back: a little less is safe. */
const BURST_SHARE = 0.8;
const MEASURED_SHARE = 0.95;
const SLOWEST_PER_SECOND = 0.5;
/** A guess must become right within a second or two. */
const GUESS_GROWTH_PER_MS = 1.25 ** (1 / 100);
/** What is known is tried with care, and with the same care whether the limit is wide or narrow. */
const GROWTH_PER_CALL = { [Sureness.Measured]: 1.0005, [Sureness.Confirmed]: 1.00002 };

class LearnedRate implements Rate {
  #learned: Learned | null = null;
  #stretch: Stretch | null = null;
  #sentAtMs = Number.NEGATIVE_INFINITY;
  /** When a call was last wanted in vain; null where none is. */
  #wantedAtMs: number | null = null;

  get callsPerSecond(): number | null {
    return this.#learned?.tried ?? null;
  }

  waitMs(nowMs: number): number {
    this.#settle(nowMs);
    const learned = this.#learned;
    if (learned === null || learned.bucket.level >= 1) return 0;
    grow(learned, this.#stretch, nowMs - (this.#wantedAtMs ?? nowMs), nowMs);
    this.#wantedAtMs = nowMs;
    return learned.bucket.waitMs(learned.tried);
  }

  take(nowMs: number): Ticket {
    this.#stretch ??= toStretch(this.#learned, nowMs);
    this.#stretch.sent += 1;
    this.#sentAtMs = nowMs;
    if (this.#learned !== null) this.#learned.bucket.level -= 1;
    return { startedAtMs: nowMs, stretch: this.#stretch, index: this.#stretch.sent };
  }

  rest(nowMs: number): void {
    this.#wantedAtMs = null;
    const learned = this.#learned;
    if (learned === null) return;
    learned.bucket.fill(nowMs, learned.tried);
    if ((this.#stretch?.sent ?? 0) >= MEASURABLE_BURSTS * learned.burst && (this.#stretch?.proven ?? 0) > 0) {
      if (learned.sureness === Sureness.Guessed) learned.sureness = Sureness.Measured;
      else learned.proven = (learned.proven + learned.tried) / 2;
    }
    learned.tried = learned.proven;
  }

  accepted(ticket: Ticket): void {
    const learned = this.#learned;
    const stretch = this.#stretch;
    if (learned === null || ticket.stretch !== stretch || stretch?.refusedAtMs !== null) return;
    prove(stretch, ticket, learned.burst);
    learned.proven = Math.max(learned.proven, stretch.proven);
    learned.tried = Math.max(learned.tried, learned.proven);
  }

  refused({ stretch, startedAtMs }: Ticket, pauseMs: number): void {
    const current = this.#stretch;
    if (current === null || stretch !== current) return;
    current.refused += 1;
    current.refusedAtMs = Math.min(current.refusedAtMs ?? startedAtMs, startedAtMs);
    current.pauseMs = Math.max(current.pauseMs, pauseMs);
  }

  /** What a refusal teaches is learned after the pause, when all that was refused with it is known. */
  #settle(nowMs: number): void {
    if (this.#stretch?.refusedAtMs != null) {
      this.#learned = learn(this.#learned, this.#stretch, this.#stretch.refusedAtMs, nowMs);
      this.#stretch = null;
      this.#wantedAtMs = null;
    }
    if (this.#learned !== null && nowMs - this.#learned.refusedAtMs > FORGET_MS) this.#learned = null;
    if (this.#learned === null) {
      if (nowMs - this.#sentAtMs > IDLE_MS) this.#stretch = null;
      return;
    }
    const { bucket, tried } = this.#learned;
    bucket.fill(nowMs, tried);
    if (bucket.level === bucket.capacity) this.#stretch = null;
  }
}

function toStretch(learned: Learned | null, startedAtMs: number): Stretch {
  const given = learned === null ? 0 : (learned.burst * learned.bucket.level) / learned.bucket.capacity;
  const mark = { startedAtMs, index: 0 };
  return { startedAtMs, given, sent: 0, refused: 0, refusedAtMs: null, pauseMs: 0, proven: 0, mark };
}

function grow(learned: Learned, stretch: Stretch | null, passedMs: number, nowMs: number): void {
  const { sureness, tried } = learned;
  // Not more than a tenth of a second's: a line that was held up by something else proves nothing.
  const ms = Math.min(100, passedMs);
  const calls = (ms / 1_000) * tried;
  learned.tried *= sureness === Sureness.Guessed ? GUESS_GROWTH_PER_MS ** ms : GROWTH_PER_CALL[sureness] ** calls;
  if (sureness !== Sureness.Guessed || stretch === null) return;
  const lastedMs = nowMs - stretch.startedAtMs;
  if (lastedMs >= MEASURABLE_MS)
    learned.tried = Math.max(tried, Math.min(learned.tried, 1.4 * toPerSecond(stretch.sent, lastedMs)));
}

/** Calls of any time, less what may have been given at once, have been borne in that time. */
function prove(stretch: Stretch, ticket: Ticket, burst: number): void {
  const { mark, startedAtMs } = stretch;
  for (const from of [{ startedAtMs, index: 0 }, mark]) {
    const lastedMs = ticket.startedAtMs - from.startedAtMs;
    if (lastedMs < MEASURABLE_MS) continue;
    const borne = toPerSecond(ticket.index - from.index - burst, lastedMs);
    stretch.proven = Math.max(stretch.proven, borne);
    if (from === mark) stretch.mark = ticket;
  }
}

function learn(before: Learned | null, stretch: Stretch, refusedAtMs: number, nowMs: number): Learned {
  const lastedMs = refusedAtMs - stretch.startedAtMs;
  const accepted = Math.max(1, stretch.sent - stretch.refused);
  // With the pause counted in: so much was borne, whatever the limit is made of.
  const borne = toPerSecond(accepted, Math.max(1_000, lastedMs + stretch.pauseMs));
  const sureness = before === null ? Sureness.Measured : Math.min(Sureness.Confirmed, before.sureness + 1);
  const measured = (given: number) => toPerSecond(accepted - given, lastedMs) * MEASURED_SHARE
  if (before === null) {
    if (lastedMs < MEASURABLE_MS) return toLearned({ burst: {calls: accepted, withinMs: lastedMs}, proven: borne, sureness: 0, refusedAtMs }, nowMs);
    return toLearned({ burst: { calls: measured(0) / 10, withinMs: 0 }, proven: measured(0), sureness, refusedAtMs }, nowMs);
  }
  if (lastedMs >= MEASURABLE_MS) {
    const proven = Math.max(borne, stretch.proven, measured(stretch.given));
    return toLearned({ burst: before, proven, sureness, refusedAtMs }, nowMs);
  }
  if (accepted > before.burst) {
    return toLearned({ burst: before, proven: Math.max(borne, before.proven * MEASURED_SHARE), sureness, refusedAtMs }, nowMs);
  }
  const proven = Math.max(borne, before.proven / 2);
  const isFresh = stretch.given > before.burst / 2;
  const burst = isFresh ? { calls: Math.max(accepted, before.burst / 2), withinMs: lastedMs } : before;
  return toLearned({ burst, proven, sureness: Sureness.Guessed, refusedAtMs }, nowMs);
}

interface Lesson extends Pick<Learned, 'proven' | 'sureness' | 'refusedAtMs'> {
  readonly burst: { calls: number; withinMs: number } | Learned;
}

/** The refusal has shown that nothing was left then; what has come back since is reckoned. */
function toLearned({ burst: from, ...lesson }: Lesson, nowMs: number): Learned {
  const proven = Math.max(SLOWEST_PER_SECOND, lesson.proven);
  const within = 'calls' in from ? from.withinMs / 1000 : 0
  const burst = 'calls' in from ? Math.max(1, from.calls * (1 - within)) : from.burst
  const capacity = 'calls' in from ? Math.max(1, from.calls * (1 - 2 * within) * BURST_SHARE) : from.bucket.capacity
  const bucket = createBucket(capacity);
  bucket.level = 0;
  bucket.fill(lesson.refusedAtMs, proven);
  bucket.fill(nowMs, proven);
  return { ...lesson, burst, proven, tried: proven, bucket };
}

function toPerSecond(calls: number, withinMs: number): number {
  return (calls / withinMs) * 1_000;
}
