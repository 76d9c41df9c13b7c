/**
 * Signs of life of work under way: the store learns how far it has come, at most once a second, and that it is still being done,
 * every few seconds. Work whose claim has become void is told to stop: it was cancelled, or taken for dead and given to another.
 */
import type { Log } from '../telemetry.js';
import type { ExportClock } from './clock.js';

/** Who has been silent for so long is taken for dead; several beats may be late or lost before that. */
export const SILENCE_MS = 20_000;

const LOOK_EVERY_MS = 1_000;
const BEAT_EVERY_MS = 5_000;

export interface BeatOptions {
  /** False: the claim is void. */
  readonly beat: () => Promise<boolean>;
  /** Grows with the work; a change is worth a beat before its time. */
  readonly progress: () => number;
  readonly clock: ExportClock;
  readonly log: Log;
}

export interface Beating {
  /** Fires when the claim has become void. */
  readonly lost: AbortSignal;
  /** Resolves when no beat is under way any more. */
  stop(): Promise<void>;
}

export function startBeating({ beat, progress, clock, log }: BeatOptions): Beating {
  const lost = new AbortController();
  const stopping = new AbortController();
  const beatOnce = async () => {
    try {
      if (!(await beat())) lost.abort();
    } catch (error) {
      // A store that is away for a moment costs nothing; away for longer, the claim becomes void by itself.
      log.warn({ error }, 'the progress of an export cannot be kept now');
    }
  };
  const beatUntilStopped = async () => {
    let told = progress();
    let beatenAtMs = clock.now();
    while (!stopping.signal.aborted && !lost.signal.aborted) {
      await clock.sleep(LOOK_EVERY_MS, stopping.signal);
      const isDue = progress() !== told || clock.now() - beatenAtMs >= BEAT_EVERY_MS;
      if (stopping.signal.aborted || !isDue) continue;
      told = progress();
      beatenAtMs = clock.now();
      await beatOnce();
    }
  };
  const ended = beatUntilStopped();
  return {
    lost: lost.signal,
    stop() {
      stopping.abort();
      return ended;
    },
  };
}
