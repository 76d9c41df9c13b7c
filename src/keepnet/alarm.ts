/** Time and waiting as the pace needs them: a clock that can be replaced, and one alarm that is set to the next due moment. */
export interface Clock {
  /** Milliseconds since 1970, never backwards. */
  now(): number;
  /** Calls `run` once, `ms` from now or a little later; returns what calls it off. */
  after(ms: number, run: () => void): () => void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

/** Beyond it Node's timers go off at once; one that goes off early is set again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface Alarm {
  /** Rings at `atMs`, and at no other time that it was set to before. */
  set(atMs: number): void;
  clear(): void;
}

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let setToMs: number | null = null;
  let callOff = () => {};
  const clear = () => {
    setToMs = null;
    callOff();
  };
  return {
    set(atMs) {
      if (atMs === setToMs) return;
      clear();
      setToMs = atMs;
      // Whole milliseconds: a rest that is too small to be added to the time would ring for ever.
      callOff = clock.after(Math.max(1, Math.ceil(atMs - clock.now())), () => {
        setToMs = null;
        ring();
      });
    },
    clear,
  };
}
