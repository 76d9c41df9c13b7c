/**
 * A rate that is found by trying. Without limit until Keepnet refuses. Then a bucket like the one that Keepnet seems to keep:
 * what it holds is what Keepnet gave at once; how fast it fills is guessed low, raised quickly while nothing is refused, and
 * measured as soon as there is enough to measure. An hour after the last refusal all of it is forgotten.
 */
import { type Bucket, createBucket, type Rate, type Ticket } from './rate.js';

export function createLearnedRate(): Rate {
  return new LearnedRate();
}

enum Sureness {
  Guessed,
  /** A stretch was long enough to tell how fast the limit comes back. */
  Measured,
  /** Measured up to a refusal, and not for the first time. */
  Confirmed,
}

interface Learned {
  /** Calls that Keepnet seems to give at once. */
  readonly burst: number;
  /** What is taken of it. */
  readonly bucket: Bucket;
  /** Calls per second to begin with. */
  base: number;
  /** Calls per second now: above `base` while more are wanted, back to it at rest. */
  tried: number;
  sureness: Sureness;
  /** For how long more was wanted since the last refusal or doubt. */
  wantedMs: number;
  readonly refusedAtMs: number;
}

/** Calls from a moment when the limit was untouched (after idleness, or after a pause) until the next such moment. */
interface Stretch {
  readonly startedAtMs: number;
  /** What was probably there to be given at once when it began. */
  readonly given: number;
  sent: number;
  refused: number;
  /** When the first call was sent that was refused, and the longest pause that followed. */
  refusedAtMs: number | null;
  pauseMs: number;
  /** Calls per second that were answered beyond the burst: Keepnet bears at least these. */
  proven: number;
  /** Calls per second that were answered lately, up to the mark: from there the next are counted. */
  recent: number;
  mark: Pick<Ticket, 'startedAtMs' | 'index'>;
}

const IDLE_MS = 1_000;
const FORGET_MS = 3_600_000;
/** So much wanting without a refusal, and the measure is doubted: the limit may have been lifted. */
const DOUBT_MS = 60_000;
/** Shorter stretches tell what the limit gives at once, longer ones how fast that comes back. */
const MEASURABLE_MS = 500;
/** From so many bursts on, a stretch without a refusal is a measure too. */
const MEASURABLE_BURSTS = 2;
/** Of what has been measured; what is a little less is safe. */
const SAFE_SHARE = 0.95;
const SAFE_BURST_SHARE = 0.8;
const SLOWEST_PER_SECOND = 0.5;
/** A guess has to become right within a second, and may not run away from what is borne. */
const GUESS_GROWTH_PER_MS = 1.25 ** (1 / 100);
const GUESS_LEAD = 1.4;
/** By call and not by time, so that a narrow limit is tried with the same care as a wide one. */
const GROWTH_PER_CALL = { [Sureness.Measured]: 1.0005, [Sureness.Confirmed]: 1.00002 };
/** A line that was held up by something else for longer did not press so long. */
const LONGEST_PRESSING_MS = 100;

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
    grow(learned, this.#stretch, nowMs, nowMs - (this.#wantedAtMs ?? nowMs));
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
    if (this.#stretch !== null && tells(this.#stretch, learned)) {
      // What was tried without a refusal counts for half: it may have come out of the burst. A guess was tried too wildly.
      if (learned.sureness !== Sureness.Guessed) learned.base = (learned.base + learned.tried) / 2;
      learned.sureness = Math.max(learned.sureness, Sureness.Measured);
    }
    learned.tried = learned.base;
  }

  accepted(ticket: Ticket): void {
    const learned = this.#learned;
    const stretch = this.#stretch;
    if (learned === null || stretch === null || ticket.stretch !== stretch || stretch.refusedAtMs !== null) return;
    prove(stretch, ticket, learned.burst);
    learned.base = Math.max(learned.base, stretch.proven);
    learned.tried = Math.max(learned.tried, learned.base);
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
    // A bucket of one call is full before each of them: while calls wait for it, that is no idleness.
    if (bucket.level === bucket.capacity && this.#wantedAtMs === null) this.#stretch = null;
  }
}

function toStretch(learned: Learned | null, startedAtMs: number): Stretch {
  const given = learned === null ? 0 : learned.bucket.level / SAFE_BURST_SHARE;
  const mark = { startedAtMs, index: 0 };
  return { startedAtMs, given, sent: 0, refused: 0, refusedAtMs: null, pauseMs: 0, proven: 0, recent: 0, mark };
}

/** Whether a stretch without a refusal was long enough to say something about the rate. */
function tells({ sent, proven }: Stretch, { burst }: Learned): boolean {
  return proven > 0 && sent >= MEASURABLE_BURSTS * burst;
}

function grow(learned: Learned, stretch: Stretch | null, nowMs: number, passedMs: number): void {
  const { sureness, tried } = learned;
  const ms = Math.min(LONGEST_PRESSING_MS, passedMs);
  learned.wantedMs += ms;
  if (learned.wantedMs > DOUBT_MS) {
    learned.sureness = Sureness.Guessed;
    learned.wantedMs = 0;
  }
  if (sureness !== Sureness.Guessed) {
    learned.tried *= GROWTH_PER_CALL[sureness] ** ((ms / 1_000) * tried);
    return;
  }
  learned.tried = Math.max(tried, Math.min(tried * GUESS_GROWTH_PER_MS ** ms, toGuessBound(stretch, nowMs)));
}

function toGuessBound(stretch: Stretch | null, nowMs: number): number {
  const lastedMs = nowMs - (stretch?.startedAtMs ?? nowMs);
  if (stretch === null || lastedMs < MEASURABLE_MS) return Number.POSITIVE_INFINITY;
  return GUESS_LEAD * Math.max(stretch.recent, perSecond(stretch.sent, lastedMs));
}

/** Of the calls of any time, those beyond the burst must have come back in that time. */
function prove(stretch: Stretch, ticket: Ticket, burst: number): void {
  const { mark, startedAtMs } = stretch;
  for (const from of [{ startedAtMs, index: 0 }, mark]) {
    const lastedMs = ticket.startedAtMs - from.startedAtMs;
    if (lastedMs < MEASURABLE_MS) continue;
    stretch.proven = Math.max(stretch.proven, perSecond(ticket.index - from.index - burst, lastedMs));
    if (from !== mark) continue;
    stretch.recent = perSecond(ticket.index - mark.index, lastedMs);
    stretch.mark = ticket;
  }
}

/** The refusal has shown that nothing was left then; what came back in the pause is reckoned. */
function learn(before: Learned | null, stretch: Stretch, refusedAtMs: number, nowMs: number): Learned {
  const lastedMs = refusedAtMs - stretch.startedAtMs;
  const accepted = Math.max(1, stretch.sent - stretch.refused);
  const lesson = before === null ? learnFirst(accepted, lastedMs) : learnMore(before, stretch, accepted, lastedMs);
  // With the pause counted in, so much was borne whatever the limit is made of.
  const borne = perSecond(accepted, Math.max(1_000, lastedMs + stretch.pauseMs));
  const base = Math.max(SLOWEST_PER_SECOND, borne, lesson.base);
  const bucket = createBucket(Math.max(1, lesson.burst * SAFE_BURST_SHARE));
  bucket.level = 0;
  bucket.fill(refusedAtMs, base);
  bucket.fill(nowMs, base);
  const { burst, sureness } = lesson;
  return { burst, bucket, base, tried: base, sureness, wantedMs: 0, refusedAtMs };
}

type Lesson = Pick<Learned, 'burst' | 'base' | 'sureness'>;

function learnFirst(accepted: number, lastedMs: number): Lesson {
  if (lastedMs < MEASURABLE_MS) return { burst: toBurst(accepted, lastedMs), base: 0, sureness: Sureness.Guessed };
  const base = perSecond(accepted, lastedMs) * SAFE_SHARE;
  // A refusal in the middle of steady traffic says nothing of bursts: a tenth of a second's calls will not hurt.
  return { burst: Math.max(1, base / 10), base, sureness: Sureness.Measured };
}

function learnMore(before: Learned, stretch: Stretch, accepted: number, lastedMs: number): Lesson {
  const { burst } = before;
  const surer = Math.min(Sureness.Confirmed, before.sureness + 1);
  if (lastedMs >= MEASURABLE_MS) {
    const measured = perSecond(accepted - stretch.given, lastedMs) * SAFE_SHARE;
    return { base: Math.max(measured, stretch.proven * SAFE_SHARE), sureness: surer, burst };
  }
  // More than the burst was borne, so only what was tried on top of it was too much.
  if (accepted > burst) return { base: before.base * SAFE_SHARE, sureness: surer, burst };
  // The pause was too short for the limit to come back.
  if (stretch.given < burst / 2) return { base: before.base * SAFE_SHARE, sureness: before.sureness, burst };
  const smaller = toBurst(Math.max(accepted, burst / 2), lastedMs);
  return { base: before.base / 2, sureness: Sureness.Guessed, burst: smaller };
}

/** Some of it came back while it was given: as if twice as much came back in each second, which may well be. */
function toBurst(accepted: number, lastedMs: number): number {
  return Math.max(1, accepted * (1 - (2 * lastedMs) / 1_000));
}

function perSecond(calls: number, withinMs: number): number {
  return (calls / withinMs) * 1_000;
}
