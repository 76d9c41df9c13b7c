/**
 * When a Keepnet call may start: once there is a place in flight, the pause after a 429 is over and the rate allows it. Until
 * then it waits its turn, unless that is in vain. One pace per credential; what a call is and whether it is made again is left
 * to the caller.
 */
import { AppError } from '../errors.js';
import { type Clock, createAlarm, SYSTEM_CLOCK } from './alarm.js';
import type { CallSignal } from './call-signal.js';
import { createCap } from './cap.js';
import { createCooldown } from './cooldown.js';
import { abortReason } from './failure.js';
import { createLearnedRate } from './learned-rate.js';
import { createConfiguredRate, type Rate, type Ticket } from './rate.js';
import { createTurns, type Lane, type Place } from './turns.js';

export interface Turn extends Place {
  readonly signal: CallSignal;
  /** After it nobody waits for the answer any more. Milliseconds since 1970. */
  readonly deadlineAtMs: number;
}

/** How a call ended, as far as it tells whether Keepnet bears so many. */
export type PaceReport =
  | { readonly kind: 'ok' | 'timeout' | 'other' }
  /** `retryAfterMs` is null where Keepnet named no time. */
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number | null };

export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

export interface Pace {
  /**
   * Runs `work` when it is its turn, tells it how long it has waited, and gives `judge`, which must not throw, what came of it. Settles as `work`.
   * @throws AppError before its turn: the signal's reason where `signal` fires; UPSTREAM_RATE_LIMITED with `retryAfterMs`
   * where too many wait or a pause outlasts the deadline; UPSTREAM_UNAVAILABLE once stopped.
   */
  run<T>(turn: Turn, work: (waitedMs: number) => Promise<T>, judge: (outcome: Outcome<T>) => PaceReport): Promise<T>;
  readonly state: PaceState;
  /** Turns away everybody in line, and whoever comes later. What has started ends by itself. */
  stop(): void;
}

export interface PaceState {
  readonly inFlight: number;
  readonly waiting: number;
  readonly waitingByLane: Readonly<Record<Lane, number>>;
  readonly cap: number;
  /** Configured or learned; null while no limit is known. */
  readonly callsPerSecond: number | null;
  /** The end of the pause after a 429, in milliseconds since 1970; null where there is none. */
  readonly coolingUntilMs: number | null;
}

export interface PaceOptions {
  /** Never more at once. */
  readonly maxInFlight: number;
  readonly startInFlight?: number;
  /** Null: learned from Keepnet's refusals. */
  readonly callsPerSecond: number | null;
  /** In each lane: a long export must not close the line to people. */
  readonly maxWaiting: number;
  readonly clock?: Clock;
  /** From 0 up to, not including, 1. */
  readonly random?: () => number;
}

export function createPace(options: PaceOptions): Pace {
  return new AdaptivePace(options);
}

const START_IN_FLIGHT = 16;
/** What tables and exports together may have of the places while people ask, and how long after the last of them. */
const BULK_SHARE = 1 / 4;
const INTERACTIVE_SEEN_MS = 5_000;
/** Told to those who find the line full: by then it has moved. */
const RETRY_WHEN_FULL_MS = 1_000;

interface Waiter extends Turn {
  readonly sinceMs: number;
  start(call: StartedCall): void;
  turnAway(error: AppError): void;
}

interface StartedCall {
  readonly lane: Lane;
  readonly ticket: Ticket;
  readonly startedAtMs: number;
  readonly waitedMs: number;
  /** Calls in flight, this one included. */
  readonly inFlight: number;
}

class AdaptivePace implements Pace {
  readonly #clock: Clock;
  readonly #maxWaiting: number;
  readonly #cap;
  readonly #cooldown;
  readonly #rate: Rate;
  readonly #turns = createTurns<Waiter>();
  readonly #alarm;
  readonly #inFlight = { all: 0, bulk: 0 };
  #interactiveSeenAtMs = Number.NEGATIVE_INFINITY;
  #isStopped = false;

  constructor({ clock = SYSTEM_CLOCK, maxWaiting, callsPerSecond, maxInFlight, ...more }: PaceOptions) {
    this.#clock = clock;
    this.#maxWaiting = maxWaiting;
    this.#cap = createCap({ max: maxInFlight, start: more.startInFlight ?? START_IN_FLIGHT });
    this.#cooldown = createCooldown(more.random);
    this.#rate = callsPerSecond === null ? createLearnedRate() : createConfiguredRate(callsPerSecond);
    this.#alarm = createAlarm(clock, () => this.#startDue());
  }

  async run<T>(turn: Turn, work: (waitedMs: number) => Promise<T>, judge: (outcome: Outcome<T>) => PaceReport) {
    const call = await this.#wait(turn);
    let outcome: Outcome<T>;
    try {
      outcome = { value: await work(call.waitedMs) };
    } catch (error) {
      outcome = { error };
    }
    this.#end(call, judge(outcome));
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  get state(): PaceState {
    const { untilMs } = this.#cooldown;
    return {
      inFlight: this.#inFlight.all,
      waiting: this.#turns.size,
      waitingByLane: this.#turns.sizes,
      cap: this.#cap.size,
      callsPerSecond: this.#rate.callsPerSecond,
      coolingUntilMs: untilMs > this.#clock.now() ? untilMs : null,
    };
  }

  stop(): void {
    this.#isStopped = true;
    for (const waiter of this.#turns) waiter.turnAway(stopped());
    this.#alarm.clear();
  }

  #wait(turn: Turn): Promise<StartedCall> {
    const sinceMs = this.#clock.now();
    if (turn.signal.aborted) throw abortReason(turn.signal);
    if (this.#isStopped) throw stopped();
    if (turn.deadlineAtMs < this.#cooldown.untilMs) throw tooMany(this.#cooldown.untilMs - sinceMs);
    if (turn.lane === 'interactive') this.#interactiveSeenAtMs = sinceMs;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#turns.remove(waiter);
        turn.signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        waiter.turnAway(abortReason(turn.signal));
        this.#startDue();
      };
      const waiter: Waiter = {
        sinceMs,
        start(call) {
          leave();
          resolve(call);
        },
        turnAway(error) {
          leave();
          reject(error);
        },
        ...turn,
      };
      this.#turns.add(waiter);
      turn.signal.addEventListener('abort', abort, { once: true });
      this.#startDue();
      if (this.#turns.sizeOf(turn.lane) > this.#maxWaiting) waiter.turnAway(tooMany(RETRY_WHEN_FULL_MS));
    });
  }

  /** Starts whom it can and sets the alarm for the next one. Called after every change. */
  #startDue(): void {
    const nowMs = this.#clock.now();
    while (this.#turns.size > 0 && this.#inFlight.all < this.#cap.size) {
      const pauseMs = this.#cooldown.untilMs - nowMs;
      const waitMs = pauseMs > 0 ? pauseMs : this.#rate.waitMs(nowMs);
      if (waitMs > 0) {
        this.#alarm.set(nowMs + waitMs);
        return;
      }
      const waiter = this.#turns.next((lane) => this.#mayStart(lane, nowMs));
      if (waiter === undefined) break;
      this.#start(waiter, nowMs);
    }
    this.#alarm.clear();
    if (this.#turns.size === 0) this.#rate.rest(nowMs);
  }

  /** At least one place is open to tables and exports, and its end looks again, so that no timer is needed for the time to pass. */
  #mayStart(lane: Lane, nowMs: number): boolean {
    if (lane === 'interactive' || nowMs - this.#interactiveSeenAtMs > INTERACTIVE_SEEN_MS) return true;
    return this.#inFlight.bulk < Math.max(1, Math.floor(this.#cap.size * BULK_SHARE));
  }

  #start(waiter: Waiter, nowMs: number): void {
    const { lane, sinceMs } = waiter;
    this.#inFlight.all += 1;
    if (lane !== 'interactive') this.#inFlight.bulk += 1;
    const ticket = this.#rate.take(nowMs);
    waiter.start({ lane, ticket, startedAtMs: nowMs, waitedMs: nowMs - sinceMs, inFlight: this.#inFlight.all });
  }

  #end(call: StartedCall, report: PaceReport): void {
    const nowMs = this.#clock.now();
    const isFull = this.#inFlight.all >= this.#cap.size;
    this.#inFlight.all -= 1;
    if (call.lane === 'interactive') this.#interactiveSeenAtMs = nowMs;
    else this.#inFlight.bulk -= 1;
    if (report.kind === 'ok') {
      this.#cap.succeeded(call.inFlight, isFull);
      this.#cooldown.succeeded(call.startedAtMs);
      this.#rate.accepted(call.ticket);
    } else if (report.kind !== 'other') {
      this.#cap.troubled(call.startedAtMs, nowMs);
    }
    if (report.kind === 'rate-limited') this.#refused(call, report.retryAfterMs, nowMs);
    this.#startDue();
  }

  #refused({ startedAtMs, inFlight, ticket }: StartedCall, retryAfterMs: number | null, nowMs: number): void {
    this.#cooldown.refused({ startedAtMs, retryAfterMs }, nowMs);
    const { untilMs } = this.#cooldown;
    // A bound on calls in flight names no time, and does not refuse where clearly more were borne.
    if (retryAfterMs !== null || this.#cap.carriesMoreThan(inFlight)) this.#rate.refused(ticket, untilMs - nowMs);
    for (const waiter of this.#turns) if (waiter.deadlineAtMs < untilMs) waiter.turnAway(tooMany(untilMs - nowMs));
  }
}

function stopped(): AppError {
  return new AppError('UPSTREAM_UNAVAILABLE', 'The server is stopping and makes no more Keepnet calls.');
}

function tooMany(retryAfterMs: number): AppError {
  return new AppError('UPSTREAM_RATE_LIMITED', 'More Keepnet calls are wanted than can be made in time.', {
    retryAfterMs: Math.ceil(retryAfterMs),
  });
}
